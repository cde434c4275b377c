import ErlcluTestSupport
import Foundation

/// `erlclu-ctl` as an operator runs it against one node: with that node's cookie and key files, and with nothing of
/// the settings of whoever runs the tests.
struct NodeTool {
    let node: ErlangNodeFixture
    /// Ahead of what each run adds.
    var options: [String]
    var environment: [String: String?]
    /// What has to live as long as this.
    var company: [AnyObject] = []

    /// - Parameters:
    ///   - address: dialled instead of what epmd says.
    ///   - trust: what is given of TLS; by default the node's own option file where its paths are ours, the same
    ///     files one by one where the node lives in another root.
    init(_ node: ErlangNodeFixture, address: String? = nil, trust: [String]? = nil) throws {
        self.node = node
        options = ["-n", node.name, "--cookie-file", try node.cookieFile()]
        if let address { options += ["--address", address] }
        if let trust {
            options += trust
        } else if let file = node.optionFile {
            options += node.release.root == nil ? ["--optfile", file] : try Self.keyFiles()
        }
        environment = Self.scrubbed.merging(node.environment) { $1 }
    }

    /// The certificate that every node of a run trusts, as options.
    static func keyFiles() throws -> [String] {
        let certificate = try CertificateAuthority.issue()
        return [
            "--ca", certificate.authorityFile, "--cert", certificate.certificateFile, "--key", certificate.keyFile,
        ]
    }

    /// No variable of ours, of releases, or of Erlang, and no home.
    static let scrubbed: [String: String?] = {
        let names = [
            "HOME", "XDG_CONFIG_HOME", "ERLCLU_NODE", "ERLCLU_CONTEXT", "ERLCLU_CONFIG", "ERLCLU_OUTPUT",
            "ERLCLU_TIMEOUT", "ERL_EPMD_PORT", "ERL_EPMD_ADDRESS", "SSLKEYLOGFILE", "RELEASE_NODE", "RELEASE_COOKIE",
        ]
        return Dictionary(uniqueKeysWithValues: names.map { ($0, nil) })
    }()

    func run(_ arguments: String..., input: String = "", within seconds: Double = 2 * Deadline.patience) throws
        -> CommandResult
    {
        try run(arguments, input: Array(input.utf8), within: seconds)
    }

    /// - Parameter arguments: the verb first.
    func run(_ arguments: [String], input: [UInt8] = [], within seconds: Double = 2 * Deadline.patience) throws
        -> CommandResult
    {
        try CommandResult.of(
            BuiltProduct.tool, Self.line(arguments, options), input: input, environment: environment, within: seconds)
    }

    /// Starts it and goes on.
    /// - Parameter descriptors: (ours, theirs) pairs; ours stay the caller's.
    func start(_ arguments: String..., descriptors: [(Int32, Int32)] = []) throws -> ChildProcess {
        try ChildProcess(
            BuiltProduct.tool, Self.line(arguments, options), environment: environment, descriptors: descriptors)
    }

    /// The same for a shell.
    func shellCommand(_ arguments: String...) -> String { shellCommand(arguments) }

    func shellCommand(_ arguments: [String]) -> String {
        // A shell may set it anew.
        let path = (environment["PATH"] ?? nil).map { ["env", "PATH=\($0)"] } ?? []
        return (path + [BuiltProduct.tool] + Self.line(arguments, options)).map {
            "'\($0.replacingOccurrences(of: "'", with: "'\\''"))'"
        }
        .joined(separator: " ")
    }

    /// For programs that get their environment as a whole.
    var variables: [String: String] { environment.compactMapValues { $0 } }

    static func line(_ arguments: [String], _ options: [String]) -> [String] {
        Array(arguments.prefix(1)) + options + arguments.dropFirst()
    }
}
