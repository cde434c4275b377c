/// An option of erlclud, from which the command line, its variable and the help are made.
enum DaemonOption: String, CaseIterable {
    case name
    case listen
    case epmd
    case optfile
    case cookieFile = "cookie-file"
    case cookieEnv = "cookie-env"
    case discover
    case nameBase = "name-base"
    case probeInterval = "probe-interval"
    case http
    case shutdownDelay = "shutdown-delay"
    case allowRoot = "allow-root"
    case checkConfig = "check-config"
    case help
    case version

    /// What stands for the value in the help; nil for a flag.
    var placeholder: String? {
        switch self {
        case .name: "NAME[@HOST]"
        case .listen: "HOST:PORT"
        case .epmd: "HOST:PORT|none"
        case .optfile, .cookieFile: "FILE"
        case .cookieEnv: "VAR"
        case .discover: "SOURCE"
        case .nameBase: "BASE"
        case .probeInterval: "SECONDS"
        case .http: "HOST:PORT"
        case .shutdownDelay: "SECONDS"
        case .allowRoot, .checkConfig, .help, .version: nil
        }
    }

    /// The variable that stands for the option when it is absent.
    var variable: String? {
        placeholder == nil ? nil : "ERLCLUD_" + rawValue.uppercased().replacing("-", with: "_")
    }

    var words: String {
        switch self {
        case .name:
            "the name of this node: peers know it by this, and dial the host behind the @ (this host's short name)"
        case .listen: "where it listens for peers (0.0.0.0:0: on every address, at a port that the kernel chooses)"
        case .epmd: "the epmd that gets its name (127.0.0.1:4369); none: peers know the port"
        case .optfile: "an ssl_dist_optfile, the very file that the nodes use (without: no TLS)"
        case .cookieFile: "the cookie of the cluster (~/.erlang.cookie)"
        case .cookieEnv: "the variable that holds the cookie (RELEASE_COOKIE)"
        case .discover: "where peers come from: " + Discovery.Source.expected
        case .nameBase: "what stands before the @ in their names, where only hosts are known (that of --name)"
        case .probeInterval: "seconds between two handshakes with a peer (60)"
        case .http: "serve /metrics, /livez and /readyz (503 once it is told to end) there"
        case .shutdownDelay: "seconds from SIGTERM to the end, in which /readyz says 503 (0)"
        case .allowRoot: "run as uid 0"
        case .checkConfig: "check what is given, and end"
        case .help: "this text"
        case .version: "the version"
        }
    }
}

/// What was typed.
struct DaemonOptions {
    private var values: [DaemonOption: String] = [:]
    private var flags: Set<DaemonOption> = []

    /// - Parameter environment: gives what is not typed.
    init(_ arguments: [String], environment: [String: String]) throws(DaemonFault) {
        for option in DaemonOption.allCases {
            if let variable = option.variable, let value = environment[variable], !value.isEmpty {
                values[option] = value
            }
        }
        var words = arguments[...]
        while let word = words.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard word.hasPrefix("--"), let first = parts.first,
                let option = DaemonOption(rawValue: String(first.dropFirst(2)))
            else { throw DaemonFault(.usage, "no such option: \(word)") }
            guard option.placeholder != nil else {
                guard parts.count == 1 else { throw DaemonFault(.usage, "--\(option.rawValue) takes no value") }
                flags.insert(option)
                continue
            }
            guard let value = parts.count == 2 ? String(parts[1]) : words.popFirst(), !value.isEmpty else {
                throw DaemonFault(.usage, "--\(option.rawValue) needs a value")
            }
            values[option] = value
        }
    }

    subscript(option: DaemonOption) -> String? { values[option] }
    func contains(_ option: DaemonOption) -> Bool { flags.contains(option) }

    static var help: String {
        let rows = DaemonOption.allCases.map { option in
            (left: "  --" + option.rawValue + (option.placeholder.map { " " + $0 } ?? ""), right: option.words)
        }
        let width = rows.map(\.left.count).max() ?? 0
        let lines = rows.map { $0.left + String(repeating: " ", count: width - $0.left.count + 2) + $0.right }
        return """
            erlclud: a small native node that joins a cluster of Erlang nodes and watches it from inside.

            usage: erlclud --name NAME@HOST [options]

            \(lines.joined(separator: "\n"))

            Each option with a value may be given as a variable: ERLCLUD_NAME for --name. It is a hidden member, answers a
            fixed list of questions, and evaluates nothing. SIGTERM ends it, SIGHUP has it read its TLS files
            again, which it does by itself when they change.

            """
    }
}

/// Why it does not start: an exit status of sysexits, and words.
struct DaemonFault: Error {
    enum Status: Int32 {
        case usage = 64
        case noInput = 66
        case unavailable = 69
        case configuration = 78
    }

    var status: Status
    var words: String

    init(_ status: Status, _ words: String) {
        self.status = status
        self.words = words
    }
}
