import Diagnosis
import ErlangNode
import ErlcluCommands
import ErlcluTestSupport
import Foundation
import Testing

/// `doctor` against every failure that the other commands are tested with: the right rung, code, certainty and status.
@Suite(.waiting) struct DoctorReproducerTests {
    /// Those that fail on the way to the node. What fails when it is up is no matter of a ladder.
    private static let reproducers = FailureReproducer.all.filter { $0.code != .timeout && !$0.isOfAUsedLink }

    @Test(arguments: reproducers)
    func findsTheRung(reproducer: FailureReproducer) throws {
        let command = try reproducer.prepare().examined()
        let result = try command.start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        let expected = try #require(Self.expected(reproducer))
        #expect(diagnosis.rung == expected.rung, "\(result.standardOutput)")
        #expect(diagnosis.code == reproducer.code.rawValue)
        #expect(diagnosis.isCertain == expected.isCertain, "\(result.standardOutput)")
        #expect(diagnosis.errors == [reproducer.code.rawValue])
        #expect(result.exitStatus == reproducer.code.exitStatus)
        #expect(diagnosis.isInOrder)
        withExtendedLifetime(command.fixtures) {}
    }

    /// What a person sees come: rungs in order, and each with one result, the last among them the broken one.
    @Test(arguments: reproducers)
    func tellsEachRungOnce(reproducer: FailureReproducer) throws {
        let command = try reproducer.prepare().examined()
        let result = try command.start(["-o", "jsonl"]).wait()
        let events = try result.standardOutput.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let lines = events.filter { $0["event"] as? String == "rung" }
        let rungs = lines.compactMap { $0["rung"] as? String }
        #expect(Set(rungs).count == rungs.count, "\(result.standardOutput)")
        let order = ["ok": 0, "skipped": 0, "broken": 1, "unreached": 2]
        let ranks = lines.map { order[$0["result"] as? String ?? ""] ?? 9 }
        #expect(ranks == ranks.sorted() && ranks.count { $0 == 1 } == 1, "\(result.standardOutput)")
        withExtendedLifetime(command.fixtures) {}
    }

    /// The same sign as a cookie's, from a node that ends in that moment: the second look finds nobody.
    @Test func tellsACrashFromACookie() throws {
        let peer = try ScriptedPeer([
            .receive(AcceptorScript.nameBytes), AcceptorScript.named, AcceptorScript.challenge(), .stall,
        ])
        let doctor = try FailedCommand.ping(port: peer.port, peer).examined().start(["-o", "json"])
        #expect(
            eventually { peer.received.count >= AcceptorScript.nameBytes + AcceptorScript.replyBytes })
        peer.stop()
        let result = try doctor.wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.code == "E-CLOSED", "\(result.standardOutput)")
        #expect(diagnosis.rung == "cookie")
        #expect(!diagnosis.isCertain)
        #expect(result.exitStatus == 69)
    }

    /// What a person reads.
    @Test(arguments: FailureReproducer.all.filter { told.contains($0.testDescription) })
    func tellsAPerson(reproducer: FailureReproducer) throws {
        let command = try reproducer.prepare().examined()
        let result = try command.start().wait()
        #expect(result.standardError.isEmpty)
        expectSnapshot(
            result.standardOutput, named: "\(reproducer.testDescription).txt",
            scrubbing: command.scrubs + HealthyNodeTests.variable + FailureMessageTests.variable + [
                .pattern("within \\d+ ms", as: "within TIME"), .pattern("RESULT +TIME", as: "RESULT  TIME"),
            ])
        withExtendedLifetime(command.fixtures) {}
    }

    private static let told = [
        "E-COOKIE, refused, TLS", "E-TLS-TO-TCP", "E-CERT-EXPIRED, theirs", "E-EPMD-NOTREG, a near name",
    ]

    private static func expected(_ reproducer: FailureReproducer) -> (rung: String, isCertain: Bool)? {
        let name = reproducer.testDescription
        guard let rung = exceptions[name] ?? rungs[reproducer.code] else { return nil }
        return (rung, !uncertain.contains(name))
    }

    private static let rungs: [FailureCode: String] = [
        .dns: "dns", .epmdRefused: "epmd", .epmdTimeout: "epmd", .epmdNotRegistered: "epmd", .tcpRefused: "tcp",
        .tcpTimeout: "tcp", .tunnel: "tunnel", .tlsToTCP: "tls_hello", .tcpToTLS: "status",
        .certificateExpired: "tls_certificate",
        .certificateNotYetValid: "tls_certificate", .caUnknown: "tls_certificate", .certificateName: "tls_certificate",
        .certificateUsage: "tls_certificate", .certificateRequired: "tls_certificate",
        .certificateRevoked: "tls_certificate", .tlsVersion: "tls_hello",
        .tlsCipher: "tls_hello", .tlsKey: "tls_hello", .name: "challenge", .nameType: "challenge",
        .notAllowed: "status", .alive: "status", .nok: "status", .flags: "flags", .cookie: "cookie", .rpc: "rpc",
        .protocolViolation: "status", .closed: "challenge",
    ]
    private static let exceptions = [
        "E-PROTOCOL, another service under TLS": "tls_hello",
        // Its certificate is shown before it is found that the key is another's.
        "E-TLS-KEY, another certificate's key": "tls_certificate",
        "E-SETUP-TIMEOUT, TLS": "tls_hello", "E-SETUP-TIMEOUT, STATUS": "status",
        "E-SETUP-TIMEOUT, STATUS over TLS": "status", "E-SETUP-TIMEOUT, CHALLENGE": "challenge",
        "E-SETUP-TIMEOUT, ACK": "cookie",
    ]
    /// What no second look can tell: who may be trusted, and why, only the node knows.
    private static let uncertain: Set<String> = [
        "E-CA-UNKNOWN, ours, TLS 1.2", "E-CA-UNKNOWN, ours, TLS 1.3", "E-CA-UNKNOWN, theirs, which is not shown",
        "E-NOT-ALLOWED, TCP", "E-NOT-ALLOWED, TLS", "E-TLS-KEY, closes without a word", "E-TLS-KEY, no key file",
    ]
}

extension FailureReproducer {
    /// Whether it breaks what was up already.
    fileprivate var isOfAUsedLink: Bool { testDescription.hasPrefix("E-CLOSED, node halts") }
}

extension FailedCommand {
    /// The same target, looked at by `doctor`.
    func examined() -> FailedCommand {
        var command = self
        command.arguments[0] = "doctor"
        return command
    }
}

/// What `doctor -o json` says of one node.
struct PrintedDiagnosis {
    var rung: String?
    var code: String?
    var isCertain: Bool
    var errors: [String]
    /// rung → result
    var results: [(rung: String, result: String)]
    var warnings: [String]
    var checks: [String]
    var remedies: Int
    /// Whose traces tell of the attempt, where there are any.
    var vantages: [String]

    init(_ json: [UInt8]) throws {
        let document = try #require(JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
        #expect(document["schema"] as? String == "erlclu/doctor/1")
        let item = try #require((document["items"] as? [[String: Any]])?.first)
        let broken = item["broken"] as? [String: Any]
        rung = broken?["rung"] as? String
        code = broken?["code"] as? String
        isCertain = broken?["certainty"] as? String == "certain"
        errors = (document["errors"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
        results = (item["rungs"] as? [[String: Any]] ?? []).compactMap { step in
            guard let rung = step["rung"] as? String, let result = step["result"] as? String else { return nil }
            return (rung, result)
        }
        let all = item["checks"] as? [[String: Any]] ?? []
        checks = all.compactMap { $0["check"] as? String }
        let bad = all.filter { $0["result"] as? String == "warning" }
        warnings = bad.compactMap { $0["check"] as? String }
        vantages = (item["events"] as? [[String: Any]] ?? []).compactMap { event in
            (event["vantage"] as? String).flatMap { $0.hasPrefix("node:") ? String($0.dropFirst(5)) : nil }
        }
        remedies = bad.count { $0["remedy"] is String }
    }

    /// Passed rungs, then the broken one, then those that were not reached.
    var isInOrder: Bool {
        let order = ["ok": 0, "skipped": 0, "broken": 1, "unreached": 2]
        let ranks = results.map { order[$0.result] ?? 9 }
        return ranks == ranks.sorted() && ranks.count { $0 == 1 } == 1
    }
}
