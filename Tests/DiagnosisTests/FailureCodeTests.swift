import Diagnosis
import Foundation
import Testing

/// The codes that `explain` lists.
@Suite struct FailureCodeTests {
    /// What no snapshot holds, with the test that sees it raised.
    private static let elsewhere: [FailureCode: String] = [
        .disconnected: "CommandTests/Trace/LinkLossTests.swift", .overlap: "CommandTests/Trace/LinkLossTests.swift",
        .noEvaluation: "CommandTests/Daemon/DaemonMemberTests.swift",
        .output: "ErlcluCommandsTests/Running/PrivateFileTests.swift",
        .sshAdvisory: "ClusterAdminTests/Doctor/HealthExaminerTests.swift",
        .sshHostKey: "CommandTests/SecureShell/SecureShellRefusalTests.swift",
        .sshAuthentication: "CommandTests/SecureShell/SecureShellRefusalTests.swift",
        .sshDisabled: "CommandTests/SecureShell/SecureShellRefusalTests.swift",
    ]

    /// A code that nothing raises is a page that nobody needs. The oracle is what the tool has printed: the snapshots of
    /// real failures, with which each run of the tests is compared.
    @Test func eachIsRaised() throws {
        let printed = try Self.text(of: "Tests") { $0.contains("Snapshots/") && $0.hasSuffix(".txt") }
        for code in FailureCode.allCases {
            let isSeen = printed.contains("\"code\":\"\(code.rawValue)\"") || printed.contains("\(code.rawValue) at ")
            guard let test = Self.elsewhere[code] else {
                #expect(isSeen, "no snapshot has \(code.rawValue)")
                continue
            }
            #expect(!isSeen, "\(code.rawValue) is in a snapshot, too")
            let source = try Self.text(of: "Tests") { $0 == test }
            #expect(try source.contains(code.rawValue) || Self.names(code, source), "\(test): \(code.rawValue)")
        }
    }

    private static func names(_ code: FailureCode, _ text: String) throws -> Bool {
        // The usual kind takes `code.rawValue` for one word.
        try text.contains(Regex("\\.\(String(describing: code))\\b").wordBoundaryKind(.simple))
    }

    private static func text(of folder: String, _ isWanted: (String) -> Bool) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(folder)
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return try names.filter(isWanted)
            .map { try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8) }.joined()
    }
}
