import Diagnosis
import ErlangNode
import ErlcluCommands
import ErlcluTestSupport
import Foundation
import Testing

/// What an operator reads for each failure: the sentence on standard error, the JSON that scripts get, and the exit
/// status, from the built tool against real peers.
@Suite(.waiting) struct FailureMessageTests {
    @Test(arguments: FailureReproducer.all + FailureReproducer.commands)
    func tellsWhatIsWrong(with reproducer: FailureReproducer) throws {
        let command = try reproducer.prepare()
        // Both forms of one failure at once: most of the time goes into waiting for peers.
        let human = try command.start()
        if command.isOneAtATime { _ = try human.wait() }
        let machine = try command.start(["-o", "json"])
        try command.meanwhile()
        let said = try human.wait()
        let written = try machine.wait()

        let expected = reproducer.code.exitStatus
        #expect(said.exitStatus == expected, "\(said.standardError)")
        #expect(written.exitStatus == expected, "\(written.standardOutput)")
        #expect(said.standardOutput.isEmpty)
        let document = try JSONSerialization.jsonObject(with: Data(written.standardOutputBytes)) as? [String: Any]
        let errors = document?["errors"] as? [[String: Any]]
        #expect(errors?.map { $0["code"] as? String } == [reproducer.code.rawValue], "\(written.standardOutput)")

        expectSnapshot(
            """
            exit status \(said.exitStatus.map(String.init) ?? "\(said.status)")
            \(said.standardError)
            \(written.standardError)\(Self.perField(written.standardOutput))
            """,
            named: "\(reproducer.testDescription).txt", scrubbing: command.scrubs + Self.variable)
        withExtendedLifetime(command.fixtures) {}
    }

    /// A code without a reproducer has its reason here.
    @Test(arguments: FailureCode.allCases)
    func hasAReproducer(code: FailureCode) {
        let isReproduced = (FailureReproducer.all + FailureReproducer.commands).contains { $0.code == code }
        let reason = Self.elsewhere[code]
        #expect(isReproduced != (reason != nil), "\(code.rawValue) has no reproducer, or both one and an excuse")
    }

    private static let elsewhere: [FailureCode: String] = [
        .tlsOptions: "seen in a trace only: the node's own ssl refuses its option before it sends a byte to us",
        .certificateRefused: "seen in a capture only: who connects itself can read the alert",
        .overlap: "an event between other nodes, seen in a node's log",
        .disconnected: "an event between other nodes, seen in a trace: to a peer it is a close",
        .tick: "takes net_ticktime, which nobody waits for here: SilentPeerTests, with a short one",
        .output: "takes a disk that is full, or a reader that stands still: StalledReaderTests",
        .noEvaluation: "DaemonMemberTests", .sshHostKey: "SecureShellRefusalTests",
        .sshAuthentication: "SecureShellRefusalTests",
        .sshDisabled: "SecureShellRefusalTests",
        .sshAdvisory: "a warning of doctor, which knows the version: HealthExaminerTests",
    ]

    static let variable: [Scrub] = [
        .pattern(#"node\d+x\d+"#, as: "app"),
        .pattern(#"127\.0\.0\.1:\d+"#, as: "127.0.0.1:PORT"),
        .pattern(#"port \d+"#, as: "port PORT"),
        .pattern(#"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"#, as: "TIME"),
        .pattern(#"serial [0-9a-f]+"#, as: "serial SERIAL"),
        .pattern(#"SHA-256 [0-9A-F:]+"#, as: "SHA-256 FINGERPRINT:"),
        .pattern(#"\d+d\d\dh"#, as: "DAYS"),
        // What was left of the time when the node's turn came.
        .pattern(#"within \d+ m?s\b"#, as: "within TIME"),
        .pattern(#"/[^ ]*/erlclu-\w+"#, as: "DIRECTORY"),
    ]

    /// A line a field, so that a difference is readable.
    private static func perField(_ json: String) -> String {
        json.replacingOccurrences(of: "\",\"", with: "\",\n  \"")
    }
}
