extension FailureCode {
    /// What the two sides want of TLS.
    var securityPage: FailurePage {
        switch self {
        case .tlsToTCP:
            FailurePage(
                "we speak TLS, and the node speaks plain distribution",
                recognition:
                    "no TLS answer came to our ClientHello; a node without TLS takes it for the start of a long "
                    + "message and waits, or closes",
                facts: "the address, and what came back",
                causes: [
                    "the node was started without -proto_dist inet_tls",
                    "the address leads to another node or service than was meant",
                    "somebody in the middle answers for the node",
                ],
                remedy:
                    "start the node with -proto_dist inet_tls and -ssl_dist_optfile, or check the address; only "
                    + "where it "
                    + "is known to speak plain distribution leave the optfile away (\(.plainTransport)): somebody "
                    + "in the "
                    + "middle can provoke this failure, and would get all that is said then")
        case .tcpToTLS:
            FailurePage(
                "we speak plain distribution, and the node requires TLS",
                recognition: "a TLS alert came back, or the connection was closed before any status; in the node's log "
                    + "and trace it is unsupported_record_type",
                facts: "the alert",
                causes: ["the node runs with -proto_dist inet_tls, and nothing here says so"],
                remedy: "give \(.optionFile) with the file that the node uses, or \(.release), or "
                    + "\(.trustAndCertificate)")
        case .tlsVersion:
            FailurePage(
                "the two sides have no TLS version in common",
                recognition: "alert protocol_version (70), or the version in the ServerHello",
                facts: "the versions that we offered, and what the node answered",
                causes: [
                    "versions in one side's optfile leaves only TLS 1.3, and in the other's only TLS 1.2",
                    "the TLS library here is configured to refuse what an old node offers",
                ],
                remedy: "align versions in the optfiles")
        case .tlsCipher:
            FailurePage(
                "the two sides have no cipher suite, group or signature algorithm in common",
                recognition: "alert handshake_failure (40) in answer to our ClientHello",
                facts: "what we offered",
                causes: [
                    "ciphers in one of the optfiles is too narrow",
                    "the node's certificate has a key type that none of the common suites can use",
                ],
                remedy: "align ciphers in the optfiles; look at the key type of the node's certificate")
        case .tlsOptions:
            FailurePage(
                "the node refuses its own TLS options",
                recognition: "ssl on the node returns {error,{options,_}} when it is asked to start the handshake",
                facts: "the option",
                causes: [
                    "an option that only servers take stands in the client section, such as fail_if_no_peer_cert, "
                        + "which "
                        + "OTP 26 and later refuse there",
                    "an option was removed from the node's OTP release",
                ],
                remedy: "remove the option from the node's optfile, which it reads when it starts")
        case .tlsStrict:
            FailurePage(
                "the option file demands a check of the peer that cannot be made here",
                recognition:
                    "before anything is sent: an option in the client section that may turn a peer away, and that only "
                    + "a node can obey; or, with crl_check, a directory without a usable CRL of the issuer",
                facts: "the option, its file and line",
                causes: [
                    "verify_fun, another match_fun than https, signature_algs, supported_groups, stapling: what they "
                        + "demand is done by code of the node",
                    "crl_check with a cache in the node's memory, in place of ssl_crl_hash_dir",
                    "an expression in the file that is not understood, or an option that is not known",
                ],
                remedy:
                    "give an option file without that option (\(.optionFile)), and know what is then not checked; "
                    + "\(.noChecks) checks nothing at all: whoever answers is believed")
        default:
            FailurePage(
                "the node's listener cannot do TLS: it has no usable certificate or key",
                recognition: "TCP was accepted, and no ServerHello came: a close, or alert internal_error (80) in "
                    + "its place",
                facts: "how far the TLS handshake came",
                causes: [
                    "certfile or keyfile of the node's server section does not exist or cannot be read by its user",
                    "the key is encrypted and password is missing or wrong",
                    "the key does not belong to the certificate",
                ],
                remedy: "mend the server section of the node's optfile; its log names the file")
        }
    }

    /// What is wrong with a certificate, theirs or ours.
    var certificatePage: FailurePage {
        switch self {
        case .certificateExpired:
            FailurePage(
                "a certificate has run out",
                recognition: "its notAfter is in the past, or the node sent alert certificate_expired (45) about ours",
                facts: "whose certificate (leaf, intermediate or authority), subject, serial, and since when",
                causes: [
                    "the certificate was not renewed", "it was renewed on disk, and the node has not loaded it yet",
                    "a clock is wrong",
                ],
                remedy: "renew the certificate, put it in place, and let the node load it (ssl:clear_pem_cache() there)"
            )
        case .certificateNotYetValid:
            FailurePage(
                "a certificate is not valid yet",
                recognition: "its notBefore is in the future",
                facts: "subject, serial, from when it is valid, and what time it is here",
                causes: ["this host's clock, or that of the host that issued the certificate, is wrong"],
                remedy: "set the clocks with NTP; issue certificates a few minutes into the past")
        case .caUnknown:
            FailurePage(
                "one side does not trust the authority that issued the other's certificate",
                recognition: "no path from the certificate to a trusted authority, or alert unknown_ca (48) about ours",
                facts: "the certificate's issuer, and the authorities that are trusted",
                causes: [
                    "the two sides have different cacertfiles, often in the middle of a rotation",
                    "an intermediate certificate is missing in certfile",
                    "the certificate signs itself",
                ],
                remedy:
                    "use a certificate of the cluster's CA, and put intermediates behind the leaf in certfile; "
                    + "before a "
                    + "rotation give both sides a bundle with the old and the new authority; take no authority from "
                    + "who "
                    + "shows it")
        case .certificateName:
            FailurePage(
                "the certificate is valid, but for other names than the node's",
                recognition:
                    "neither a DNS name nor an IP address of its subjectAltName is the host of the node name; "
                    + "likely also "
                    + "behind alert 40 or 42 about a client's certificate that nothing else is wrong with",
                facts: "the name that was expected, and those that the certificate carries",
                causes: [
                    "the node was named by another host, or without one, and this host was assumed",
                    "the certificate was issued before the node got its name or address",
                    "the node name's host is an IP, and the certificate has it in one of the two forms only",
                ],
                remedy:
                    "see first whether the node's name is the right one, its host above all; then reissue the "
                    + "certificate with that host, an IP both as IP and as DNS entry, since OTP compares the latter. "
                    + "\(.serverName("NAME")) expects another name for once")
        case .certificateUsage:
            FailurePage(
                "the certificate may not be used for this",
                recognition:
                    "alert unsupported_certificate (43) or certificate_unknown (46), or an "
                    + "extended key usage without serverAuth (theirs) or clientAuth (ours)",
                facts: "whose certificate, and the usages that it carries",
                causes: ["a node is both server and client, and its certificate was issued for one of the two"],
                remedy: "reissue it with serverAuth and clientAuth")
        case .certificateRevoked:
            FailurePage(
                "a certificate was revoked by its authority",
                recognition: "a CRL in the directory that crl_cache names lists it, or alert certificate_revoked (44)",
                facts: "whose certificate, subject, serial, and since when it is revoked",
                causes: [
                    "its key was lost, or its host taken out of service",
                    "the certificate was replaced, and the node has not loaded the new one yet",
                ],
                remedy:
                    "replace the certificate; whoever still shows the old one is not to be believed until it is known "
                    + "why it was revoked")
        case .certificateRefused:
            FailurePage(
                "a certificate was refused under TLS 1.3, and what was seen does not say why",
                recognition:
                    "in a capture without secrets: an encrypted alert in the place where the other side's certificate "
                    + "has just been seen; certificates and alerts of TLS 1.3 are encrypted. In a trace on an acceptor of "
                    + "OTP 25: alert bad_record_mac (20), since that node does not read the alert",
                facts: "which side refuses whose certificate",
                causes: [
                    "it has expired, its authority is not trusted, it is for other names or for another use",
                    "it was demanded, and there is none",
                ],
                remedy:
                    "look at the log of the node that refuses, let doctor look at the connection, or capture again "
                    + "with \(.keyLog)")
        default:
            FailurePage(
                "the node demands a client certificate, and we have none",
                recognition: "the node sent a CertificateRequest, we answered with none, and an alert came: "
                    + "handshake_failure (40) or certificate_required (116)",
                facts: "the authorities that the node accepts, where it says so",
                causes: ["verify_peer and fail_if_no_peer_cert in the node's server section, which is as it should be"],
                remedy: "give \(.ownCertificate), or an optfile with a client section")
        }
    }
}
