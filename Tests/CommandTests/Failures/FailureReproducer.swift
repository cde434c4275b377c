import Diagnosis
import ErlangNode
import ErlcluTestSupport
import Testing

/// One way to make one failure happen, with the built tool.
struct FailureReproducer: Sendable, CustomTestStringConvertible {
    /// What differs from other ways to the same code: "ours, TLS 1.3".
    let variant: String
    let code: FailureCode
    let prepare: @Sendable () throws -> FailedCommand

    init(_ code: FailureCode, _ variant: String = "", prepare: @escaping @Sendable () throws -> FailedCommand) {
        self.code = code
        self.variant = variant
        self.prepare = prepare
    }

    /// Also the name of its golden message.
    var testDescription: String { variant.isEmpty ? code.rawValue : "\(code.rawValue), \(variant)" }

    static let all = reaching + mismatches + certificates + handshakes + timeouts + links
}

/// A command that is going to fail, and what makes it fail.
struct FailedCommand {
    /// The tool's, without `-o`.
    var arguments: [String]
    var environment: [String: String?] = [:]
    /// What differs from run to run, beside ports, times and serial numbers.
    var scrubs: [Scrub] = []
    /// Kept alive until the command has ended.
    var fixtures: [AnyObject] = []
    /// Whether the second must wait for the first, as at a peer that serves one at a time.
    var isOneAtATime = false
    /// Called when the commands have started.
    var meanwhile: () throws -> Void = {}

    /// Runs it without the variables and files of whoever runs the tests.
    func start(_ format: [String] = []) throws -> ChildProcess {
        var clean: [String: String?] = ["HOME": "/nonexistent", "XDG_CONFIG_HOME": nil]
        for (name, value) in environment { clean[name] = value }
        return try ChildProcess(BuiltProduct.tool, arguments + format, environment: clean)
    }
}
