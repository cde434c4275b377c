/// An option of erlclud, from which the command line, its variable and the help are made.
enum DaemonOption: String, CaseIterable {
    case config
    case name
    case visible
    case preventOverlap = "prevent-overlapping-partitions"
    case tickTime = "net-ticktime"
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
    case completion
    case manual
    case help
    case version

    /// What stands for the value in the help; nil for a flag.
    var placeholder: String? {
        switch self {
        case .name: "NAME[@HOST]"
        case .preventOverlap: "true|false"
        case .listen: "HOST:PORT"
        case .epmd: "WHICH"
        case .config, .optfile, .cookieFile: "FILE"
        case .cookieEnv: "VAR"
        case .discover: "SOURCE"
        case .nameBase: "BASE"
        case .tickTime, .probeInterval: "SECONDS"
        case .http: "HOST:PORT[,...]"
        case .shutdownDelay: "SECONDS"
        case .completion: "bash|zsh|fish"
        case .visible, .allowRoot, .checkConfig, .manual, .help, .version: nil
        }
    }

    /// Whether it says what the node is to be, and not what is to be done instead of running one.
    var isSetting: Bool {
        switch self {
        case .checkConfig, .completion, .manual, .help, .version: false
        default: true
        }
    }

    /// The variable that stands for the option when it is absent.
    var variable: String? { isSetting ? "ERLCLUD_" + key.uppercased() : nil }

    /// What it is called in a file.
    var key: String { rawValue.replacing("-", with: "_") }

    /// What holds where it is absent; nil where that is not the same everywhere, or nothing.
    var fallback: String? {
        switch self {
        case .listen: "0.0.0.0:0"
        case .epmd: "external"
        case .preventOverlap: "true"
        case .tickTime, .probeInterval: "60"
        case .shutdownDelay: "0"
        default: placeholder == nil ? "false" : nil
        }
    }

    var words: String {
        let fallback = fallback ?? ""
        return switch self {
        case .config:
            "read settings from a file as sys.config is: [{erlclud, [{name, \"erlclud@10.0.0.7\"}, {probe_interval, 60}]}]."
        case .name:
            "the name of this node: peers know it by this, and dial the host behind the @ (this host's short name)"
        case .visible: "take part in the cluster as its nodes do: nodes() lists it, and it keeps a link to each of them"
        case .preventOverlap:
            "whether it has links cut as global does, so that partitions do not overlap; as in the nodes' kernel (\(fallback))"
        case .tickTime:
            "seconds of silence after which a peer counts as gone: the net_ticktime of the nodes' kernel (\(fallback))"
        case .listen: "where it listens for peers (\(fallback): on every address, at a port that the kernel chooses)"
        case .epmd:
            "external: the epmd of this host gets its name; HOST:PORT: another one; embedded: it is an epmd itself; "
                + "auto: so it is where there is none; none: peers know the port (\(fallback))"
        case .optfile: "an ssl_dist_optfile, the very file that the nodes use (without: no TLS)"
        case .cookieFile: "the cookie of the cluster (~/.erlang.cookie)"
        case .cookieEnv: "the variable that holds the cookie (RELEASE_COOKIE)"
        case .discover: "where peers come from: " + Discovery.Source.expected
        case .nameBase: "what stands before the @ in their names, where only hosts are known (that of --name)"
        case .probeInterval: "seconds between two handshakes with a peer (\(fallback))"
        case .http: "serve /metrics, /livez and /readyz (503 once it is told to end) there, or at each of several"
        case .shutdownDelay: "seconds from SIGTERM to the end, in which /readyz says 503 (\(fallback))"
        case .allowRoot: "run as uid 0"
        case .checkConfig: "check what is given, print each setting with where it comes from, and end"
        case .completion: "print the completion of a shell"
        case .manual: "print the manual page, as mdoc(7)"
        case .help: "this text"
        case .version: "the version"
        }
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
