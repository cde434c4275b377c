import Presentation

/// Options that are shown together.
package struct OptionGroup: Sendable {
    package var title: String
    package var options: [OptionSpec]

    /// What every verb understands.
    package static let global: [OptionGroup] = [
        OptionGroup(
            title: "Target",
            options: [
                OptionSpec(
                    .node, short: "n", value: OptionValue("NAME", .nodeName),
                    help: "the node's own name; without @, the short host name is added", isRepeatable: true,
                    variable: "ERLCLU_NODE"),
                OptionSpec(
                    .context, short: "c", value: OptionValue("NAME", .contextName),
                    help: "a named set of options from the configuration file", variable: "ERLCLU_CONTEXT"),
                OptionSpec(
                    .address, value: OptionValue("HOST:PORT", .endpoint(or: nil)),
                    help: "where to connect, when it is not what the name and epmd say", variable: "ERLCLU_ADDRESS"),
                OptionSpec(
                    .via, value: OptionValue("TUNNEL", .tunnel),
                    help: "reach epmd and the node through ssh:[USER@]HOST[:PORT], kube:[CONTEXT/]NAMESPACE/POD, or "
                        + "exec:'COMMAND %h %p'; all checks stay on", variable: "ERLCLU_VIA"),
                OptionSpec(
                    .ssh, value: OptionValue("[USER@]HOST[:PORT]", .secureShell),
                    help:
                        "ask the node through its SSH daemon, when distribution is broken, also as ssh://...; its host "
                        + "key is checked before anything is sent, and the node's name may be left out",
                    variable: "ERLCLU_SSH"
                ),
                OptionSpec(
                    .epmd, value: OptionValue("HOST:PORT|none", .endpoint(or: "none")),
                    help: "where epmd listens, or that there is none", variable: "ERLCLU_EPMD"),
                OptionSpec(
                    .release, value: OptionValue("DIR", .directory),
                    help: "read name, cookie, transport and epmd settings from a relx or mix release",
                    variable: "ERLCLU_RELEASE"),
                OptionSpec(
                    .noShell,
                    help: "do not have sh run the env.sh of the release where its values depend on what only a shell "
                        + "can know", variable: "ERLCLU_NO_SHELL"),
                OptionSpec(
                    .vmArgs, value: OptionValue("FILE", .file), help: "read them from this vm.args",
                    variable: "ERLCLU_VM_ARGS"),
            ]),
        OptionGroup(
            title: "Transport and trust",
            options: [
                OptionSpec(
                    .transport, value: OptionValue("auto|tls|tcp|ssh", .choice(["auto", "tls", "tcp", "ssh"])),
                    help:
                        "auto is SSH with --ssh, TLS where an optfile or -proto_dist inet_tls is known, else TCP; a context "
                        + "that has an SSH daemon as well goes on over SSH where distribution does not come up",
                    variable: "ERLCLU_TRANSPORT"),
                OptionSpec(
                    .optfile, value: OptionValue("FILE", .file),
                    help: "an ssl_dist_optfile; its client section is ours", variable: "ERLCLU_OPTFILE"),
                OptionSpec(
                    .ca, value: OptionValue("FILE", .file), help: "certificate authorities to trust, PEM",
                    variable: "ERLCLU_CA"),
                OptionSpec(
                    .cert, value: OptionValue("FILE", .file), help: "our certificate chain, PEM",
                    variable: "ERLCLU_CERT"),
                OptionSpec(
                    .key, value: OptionValue("FILE", .file), help: "its private key, PEM", variable: "ERLCLU_KEY"),
                OptionSpec(
                    .serverName, value: OptionValue("NAME", .host),
                    help: "the DNS name or IP that the node's certificate must carry, when it is not the node "
                        + "name's host", variable: "ERLCLU_SERVER_NAME"),
                OptionSpec(.insecure, help: "do not verify the node's certificate; a warning says so every time"),
                OptionSpec(
                    .keylog, value: OptionValue("FILE", .file),
                    help: "append the TLS secrets in NSS format, for a packet analyser", variable: "SSLKEYLOGFILE"),
                OptionSpec(
                    .capture, value: OptionValue("FILE", .file),
                    help: "write this command's own connections as pcapng packets, TLS secrets included"),
            ]),
        OptionGroup(
            title: "SSH",
            options: [
                OptionSpec(
                    .identity, value: OptionValue("FILE", .file),
                    help: "a private key for the SSH daemon, tried before those of ssh_config", isRepeatable: true,
                    variable: "ERLCLU_IDENTITY"),
                OptionSpec(
                    .knownHosts, value: OptionValue("FILE", .file),
                    help:
                        "the only file of known host keys of the daemon, instead of ours and those of OpenSSH; a jump "
                        + "host is looked up in those all the same",
                    variable: "ERLCLU_KNOWN_HOSTS"),
                OptionSpec(
                    .hostKeyFingerprint, value: OptionValue("SHA256:...", .text),
                    help:
                        "accept this host key of the SSH daemon and no other, whatever is known; nothing is said of a "
                        + "jump host by that", isRepeatable: true,
                    variable: "ERLCLU_HOST_KEY_FINGERPRINT"),
                OptionSpec(
                    .sshPassword,
                    help:
                        "ask for a password on the terminal where no key lets us in; without it none is tried, and what is "
                        + "typed is kept for further connections of the same command"),
                OptionSpec(
                    .sshPasswordFile, value: OptionValue("FILE", .file),
                    help: "the password for the SSH daemon is the first line of this file, which only its owner may "
                        + "read", variable: "ERLCLU_SSH_PASSWORD_FILE"),
            ]),
        OptionGroup(
            title: "Cookie",
            options: [
                OptionSpec(
                    .cookieFile, value: OptionValue("FILE", .file), help: "the file that holds the cookie",
                    variable: "ERLCLU_COOKIE_FILE"),
                OptionSpec(
                    .cookieEnv, value: OptionValue("VARIABLE", .text),
                    help: "the environment variable that holds the cookie"),
                OptionSpec(
                    .setcookie, value: OptionValue("COOKIE", .text), help: "the cookie itself, seen by everybody",
                    isErlangStyle: true),
            ]),
        OptionGroup(
            title: "Output",
            options: [
                OptionSpec(
                    .timeout, short: "t", value: OptionValue("DURATION", .duration),
                    help: "one deadline for the whole command: 10s, 500ms, 2m, infinity", variable: "ERLCLU_TIMEOUT"),
                OptionSpec(
                    .output, short: "o",
                    value: OptionValue("FORMAT", .choice(OutputFormat.allCases.map(\.rawValue) + ["ladder", "svg"])),
                    help: "table (default), json, jsonl, term or raw; ladder for attempts to connect, svg for a screen",
                    variable: "ERLCLU_OUTPUT"),
                OptionSpec(
                    .jsonTerms, value: OptionValue("plain|tagged", .choice(["plain", "tagged"])),
                    help: "how terms become JSON; tagged loses nothing"),
                OptionSpec(
                    .strings, value: OptionValue("never|auto", .choice(["never", "auto"])),
                    help: "whether lists of printable characters become JSON strings"),
                OptionSpec(
                    .color, value: OptionValue("auto|always|never", .choice(["auto", "always", "never"])),
                    help: "colours; auto looks at the terminal, NO_COLOR and TERM"),
                OptionSpec(.ascii, help: "draw with ASCII characters only"),
                OptionSpec(.quiet, short: "q", help: "no warnings and remedies on stderr, but for --insecure"),
                OptionSpec(.verbose, short: "v", help: "each step of the connection on stderr, with times"),
                OptionSpec(.help, short: "h", help: "this text, or that of the verb"),
                OptionSpec(.version, help: "the version of erlclu-ctl"),
            ]),
    ]
}
