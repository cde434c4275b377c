/// The keywords of `ssh_config`.
enum ConfigurationKeywords {
    /// Those that OpenSSH up to 10 knows, and the distributions of Debian, Red Hat and Apple. Another one is an error, as
    /// for OpenSSH, since what a mistyped one was to protect is not protected.
    static let known = Set(
        """
        addkeystoagent addressfamily afstokenpassing batchmode bindaddress bindinterface canonicaldomains
        canonicalizefallbacklocal canonicalizehostname canonicalizemaxdots canonicalizepermittedcnames
        casignaturealgorithms certificatefile challengeresponseauthentication channeltimeout checkhostip cipher ciphers
        clearallforwardings compression compressionlevel connectionattempts connecttimeout controlmaster controlpath
        controlpersist dsaauthentication dynamicforward enableescapecommandline enablesshkeysign escapechar
        exitonforwardfailure fallbacktorsh fingerprinthash forkafterauthentication forwardagent forwardx11
        forwardx11timeout forwardx11trusted gatewayports globalknownhostsfile globalknownhostsfile2
        gssapiauthentication gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange
        gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hashknownhosts host hostbasedacceptedalgorithms
        hostbasedauthentication hostbasedkeytypes hostkeyalgorithms hostkeyalias hostname identitiesonly identityagent
        identityfile identityfile2 ignoreunknown include ipqos kbdinteractiveauthentication kbdinteractivedevices
        keepalive kerberosauthentication kerberostgtpassing kexalgorithms knownhostscommand localcommand localforward
        loglevel logverbose macs match nohostauthenticationforlocalhost numberofpasswordprompts
        obscurekeystroketiming passwordauthentication permitlocalcommand permitremoteopen pkcs11provider port
        preferredauthentications protocol protocolkeepalives proxycommand proxyjump proxyusefdpass
        pubkeyacceptedalgorithms pubkeyacceptedkeytypes pubkeyauthentication refuseconnection rekeylimit remotecommand
        remoteforward requesttty requiredrsasize revokedhostkeys rhostsauthentication rhostsrsaauthentication
        rsaauthentication rsaminsize securitykeyprovider sendenv serveralivecountmax serveraliveinterval sessiontype
        setenv setuptimeout skeyauthentication smartcarddevice stdinnull streamlocalbindmask streamlocalbindunlink
        stricthostkeychecking syslogfacility tag tcpkeepalive tisauthentication tunnel tunneldevice updatehostkeys
        usekeychain useprivilegedport user userknownhostsfile userknownhostsfile2 useroaming usersh verifyhostkeydns
        versionaddendum visualhostkey warnweakcrypto xauthlocation
        """.split { $0 == " " || $0 == "\n" }.map(String.init))

    /// Whose value is one word, and stays as it is written.
    static let words: [String: CollectedOptions.Word] = [
        "user": .user, "hostname": .hostName, "hostkeyalias": .hostKeyAlias, "revokedhostkeys": .revokedHostKeys,
        "ignoreunknown": .ignoredKeywords, "hostkeyalgorithms": .hostKeyAlgorithms, "ciphers": .ciphers,
        "macs": .messageCodes, "kexalgorithms": .keyExchanges, "preferredauthentications": .preferredMethods,
    ]

    /// Whose value is yes or no.
    static let flags: [String: CollectedOptions.Flag] = [
        "identitiesonly": .identitiesOnly, "hashknownhosts": .hashesKnownHosts, "checkhostip": .checksAddress,
        "passwordauthentication": .takesPasswords, "kbdinteractiveauthentication": .takesAnswers,
        // Other names of the same.
        "challengeresponseauthentication": .takesAnswers, "skeyauthentication": .takesAnswers,
        "tisauthentication": .takesAnswers,
    ]

    /// What OpenSSH would do with a value, and we do not.
    static func unhonoured(_ keyword: String, _ value: String) -> Bool {
        let isOff = ["no", "false", "none"].contains(value.loweredASCII)
        switch keyword {
        case "addressfamily": return value.loweredASCII != "any"
        case "bindaddress", "bindinterface": return true
        case "canonicalizehostname", "checkhostip", "knownhostscommand", "pkcs11provider", "smartcarddevice",
            "proxyusefdpass", "refuseconnection":
            return !isOff
        default: return false
        }
    }
}
