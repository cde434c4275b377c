/// An option as data. The parser, the help, the completions and the manual page are all made of these.
package struct OptionSpec: Sendable {
    package var name: OptionName
    /// One letter, typed behind a single dash.
    package var short: Character?
    /// nil for a flag.
    package var value: OptionValue?
    /// One phrase in lower case, without a final period.
    package var help: String
    /// Whether a second occurrence adds to the first; otherwise the last one wins.
    package var isRepeatable: Bool
    /// Typed as `-name`, as `erl` and nodetool write it, and left out of the help.
    package var isErlangStyle: Bool
    /// The variable that stands for the option when it is absent.
    package var variable: String?

    package init(
        _ name: OptionName, short: Character? = nil, value: OptionValue? = nil, help: String,
        isRepeatable: Bool = false, isErlangStyle: Bool = false, variable: String? = nil
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.help = help
        self.isRepeatable = isRepeatable
        self.isErlangStyle = isErlangStyle
        self.variable = variable
    }

    /// The option as it is typed: `--node`, `-setcookie`.
    package var spelling: String { dashes + name.rawValue }

    /// As a comparison with `spelling`, but without making it.
    func isSpelled(_ word: String) -> Bool {
        word.utf8.count == dashes.utf8.count + name.rawValue.utf8.count && word.hasPrefix(dashes)
            && word.hasSuffix(name.rawValue)
    }

    private var dashes: String { isErlangStyle ? "-" : "--" }
}

/// The value that an option takes: its name in the help, and what may stand there.
package struct OptionValue: Sendable {
    package var placeholder: String
    package var kind: ValueKind

    package init(_ placeholder: String, _ kind: ValueKind) {
        self.placeholder = placeholder
        self.kind = kind
    }
}

/// What may stand in a place: checked by the parser where it can be, offered by the completions.
package enum ValueKind: Hashable, Sendable {
    case text
    case file
    case directory
    case nodeName
    case contextName
    case host
    /// `HOST:PORT` or `[IPv6]:PORT`; `or` is a word that is accepted too.
    case endpoint(or: String?)
    case tunnel
    case secureShell
    case duration
    case choice([String])
    case failureCode
    case verb
}

/// The long name of every option; the raw value is what is typed behind the dashes.
package enum OptionName: String, CaseIterable, Sendable {
    case node
    case context
    case transport
    case address
    case via
    case ssh
    case identity
    case knownHosts = "known-hosts"
    case hostKeyFingerprint = "host-key-fingerprint"
    case sshPassword = "ssh-password"
    case sshPasswordFile = "ssh-password-file"
    case epmd
    case optfile
    case ca
    case cert
    case key
    case serverName = "server-name"
    case insecure
    case noShell = "no-shell"
    case cookieFile = "cookie-file"
    case cookieEnv = "cookie-env"
    case setcookie
    case release
    case vmArgs = "vm-args"
    case timeout
    case output
    case jsonTerms = "json-terms"
    case strings
    case color
    case ascii
    case quiet
    case verbose
    case keylog
    case capture
    case help
    case version
    case file
    case all
    case lang
    case raw
    case log
    case page
    case from
    case connect
    case summary
    case watch
    case yes
    case `for`
    case max
    case failures
    case peer
    case record
    case replay
    case once
    case plain
    case screen
    case size
    case speed
    case silence
    case write
    case port
    case within
    case exec
    case fault

    /// Whether it switches off what protects a node, a cluster or a secret: such an option is never suggested.
    var lowersTheGuard: Bool { [.yes, .insecure, .connect, .setcookie].contains(self) }
}
