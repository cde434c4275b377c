import Diagnosis
import ErlangNode
import ErlcluTestSupport
import Foundation
import Testing

/// Each scenario between real nodes, seen from the acceptor, from the initiator, and from both.
@Suite(.waiting) struct TraceScenarioTests {
    @Test(arguments: TraceScenario.everything)
    func isTold(_ scenario: TraceScenario) throws {
        let run = try ScenarioRun(scenario, .host)
        for view in run.views {
            let told = try TraceTrial.replay(view.lines)
            #expect(told.exitStatus == 0)
            if view.missedTheReason { continue }
            expectSnapshot(
                told.standardOutput, named: "\(scenario.name), \(view.name).txt",
                scrubbing: run.scrubs + ScenarioRun.races(of: scenario)
                    + (view.name == "acceptor" ? [ScenarioRun.goneInitiator] : []))
        }
        if run.views.count == 2 {
            let told = try TraceTrial.replay(run.views.flatMap(\.lines), ["-o", "ladder"])
            if let code = scenario.code { #expect(told.standardOutput.contains(code.rawValue), "\(scenario.name)") }
            let blind = try TraceTrial.replay(run.views.flatMap(\.linesWithoutAddresses), ["-o", "ladder"])
            #expect(!blind.standardOutput.contains("#2"), "\(scenario.name): \(blind.standardOutput)")
            // What is told of an address depends on whether it was gone before it was asked for.
            if run.views.allSatisfy(\.knowsAddresses) {
                // Who was first cannot be said of the lines of two nodes, so neither can the time between two of them.
                expectSnapshot(
                    told.standardOutput, named: "\(scenario.name), both.txt",
                    scrubbing: run.scrubs + ScenarioRun.scrubsOfBoth + ScenarioRun.races(of: scenario))
            }
        }
        for view in run.views { #expect(view.secrets == []) }
    }

    /// The codes are the same on every release.
    @Test(
        .enabled(if: OTPRelease.available.count > 1, "needs the roots of other releases"),
        arguments: OTPRelease.available.filter { $0 != .host }, TraceScenario.everything.filter(\.differsByRelease))
    func findsTheSameCodes(_ release: OTPRelease, _ scenario: TraceScenario) throws {
        let run = try ScenarioRun(scenario, release)
        for view in run.views { #expect(view.secrets == []) }
    }
}

/// One scenario, provoked and recorded.
struct ScenarioRun {
    struct View {
        var name: String
        var lines: [String]
        /// The connection was closed behind TLS before the reason of it was read: a race that nobody wins for ever.
        var missedTheReason: Bool
        var knowsAddresses: Bool { lines.contains { $0.contains(/"initiator":{[^}]*"port":[1-9]/) } }
        /// As if all had been gone before they were asked for: both ends are joined all the same.
        var linesWithoutAddresses: [String] { lines.map { $0.replacing(/,?"host":"[^"]*","port":\d+/, with: "") } }
        /// What of it must never be told, and was.
        var secrets: [String]
    }

    private(set) var views: [View] = []
    private(set) var scrubs: [Scrub] = []

    init(_ scenario: TraceScenario, _ release: OTPRelease) throws {
        switch scenario.initiator {
        case .node(let make):
            let (acceptor, initiator) = try atOnce({ try scenario.acceptor(release) }, { try make(release) })
            let (there, here) = try atOnce({ try TraceTrial(acceptor) }, { try TraceTrial(initiator) })
            try acceptor.evaluate(scenario.preparation)
            try initiator.evaluate(Self.filled(scenario.preparationOfInitiator, acceptor))
            let dialled = Self.filled(scenario.dialled, acceptor)
            let connected = try initiator.evaluate("net_kernel:connect_node('\(dialled)')")
            #expect(connected == (scenario.code == nil ? "true" : "false"), "\(scenario.name)")
            let older = release.major < 25 ? scenario.codesOnOTP23 : [:]
            try take(there, "acceptor", older["acceptor"] ?? scenario.codeOfAcceptor ?? scenario.code, scenario)
            try take(here, "initiator", older["initiator"] ?? scenario.codeOfInitiator ?? scenario.code, scenario)
            scrub(acceptor, initiator)
        case .bytes(let bytes):
            let acceptor = try scenario.acceptor(release)
            let trial = try TraceTrial(acceptor)
            let socket = try #require(LocalSocket.connect(port: acceptor.port))
            defer { close(socket) }
            if !bytes.isEmpty { _ = bytes.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) } }
            try take(trial, "acceptor", scenario.code, scenario)
            scrub(acceptor, nil)
        case .alone(let dial):
            let acceptor = try scenario.acceptor(release)
            let trial = try TraceTrial(acceptor)
            let dialled = try dial()
            #expect(try acceptor.evaluate("net_kernel:connect_node('\(dialled.name)')") == "false")
            try take(trial, "initiator", scenario.code, scenario)
            scrub(nil, acceptor)
            scrubs.append(.pattern(#"ghost\d+x\d+"#, as: "ghost"))
            // Of an end that is closed at once only the other address is had.
            scrubs.append(.text("-> 127.0.0.1:INITIATOR", as: "-> 127.0.0.1:ACCEPTOR"))
            scrubs.append(.pattern(#"listens on port \d+"#, as: "listens on port ACCEPTOR"))
            withExtendedLifetime(dialled.fixtures) {}
        }
    }

    private mutating func take(
        _ trial: TraceTrial, _ name: String, _ code: FailureCode?, _ scenario: TraceScenario
    ) throws {
        #expect(trial.waitForResult(), "\(scenario.name), \(name): \(trial.output)\(trial.errors)")
        trial.waitForAsides()
        let result = try trial.finish()
        #expect(result.exitStatus == 130, "\(scenario.name): \(result.standardError)")
        let missedTheReason =
            scenario.isRefusedBehindTLS && name == "initiator" && code != .notAllowed
            && trial.codes == [FailureCode.notAllowed.rawValue]
        #expect(
            trial.codes == (code.map { [$0.rawValue] } ?? []) || missedTheReason,
            "\(trial.node.release), \(scenario.name), \(name): \(trial.output)")
        let said = trial.recorded.joined(separator: "\n") + result.standardOutput + result.standardError
        views.append(
            View(
                name: name, lines: trial.recorded, missedTheReason: missedTheReason,
                secrets: try Secrets(of: trial.node).found(in: said)))
    }

    /// Where TLS came up and the attempt failed all the same, the connection may be gone before it is asked for its
    /// parameters. Under TLS 1.3, and where its host is not allowed, the initiator may have sent its name when it learns of
    /// its fate, or not; and it may learn of it by the alert, by a close, or die.
    static func races(of scenario: TraceScenario) -> [Scrub] {
        guard scenario.code != nil else { return [] }
        let both: [Scrub] = [
            .pattern(#"TIME  #1   TLS +TLS 1\.\d, \S+\n"#, as: ""), .pattern(#"  TLS 1\.\d, \S+"#, as: ""),
            .pattern(#"TIME  #1   (NAME|STATUS) +ends: (TLS client|closed by the acceptor).*\n"#, as: ""),
        ]
        guard scenario.isRefusedBehindTLS else { return both }
        return both + [.pattern(#"TIME  #1   NAME .*\n"#, as: "")]
    }

    /// Whose address is gone before it is asked for is called by the name that it gives.
    static let goneInitiator = Scrub.pattern(
        #"TCP          \S+@127\.0\.0\.1 connects to"#, as: "TCP          127.0.0.1:INITIATOR connects to")

    /// For a ladder that two nodes told.
    static let scrubsOfBoth: [Scrub] =
        scrubsOfAll + [
            .text(" MS", as: ""), .pattern(#" {2,}"#, as: "  "), .pattern(#"(@127\.0\.0\.1) \([^)]*\)"#, as: "$1"),
        ]

    private static let scrubsOfAll: [Scrub] = [
        .pattern(#"127\.0\.0\.1:\d+"#, as: "127.0.0.1:INITIATOR"),
        // Who closes at once may be gone before its address is asked for.
        .text("an unknown address", as: "127.0.0.1:INITIATOR"),
        .pattern(
            #"TCP          (connected|127\.0\.0\.1:[A-Z]+)\n"#,
            as: "TCP          127.0.0.1:INITIATOR -> 127.0.0.1:ACCEPTOR\n"),
        .pattern(#"\d\d:\d\d:\d\d\.\d{3}"#, as: "TIME"), .pattern(#"creation \d+"#, as: "creation N"),
        .pattern(#"serial [0-9a-f]+"#, as: "serial S"), .pattern(#"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"#, as: "DATE"),
        .pattern(#"\d+d\d\dh"#, as: "SPAN"), .pattern(#" +\d+\.\d ms"#, as: " MS"),
        .pattern(#"TIME( +)FACTS"#, as: "TIME FACTS"), .pattern(#"RESULT +TIME"#, as: "RESULT TIME"),
        .pattern(#"\.erl:\d+"#, as: ".erl:LINE"),
    ]

    private mutating func scrub(_ acceptor: ErlangNodeFixture?, _ initiator: ErlangNodeFixture?) {
        if let acceptor {
            scrubs += [
                .text(acceptor.name, as: "acceptor@127.0.0.1"),
                .text(String(acceptor.name.prefix { $0 != "@" }), as: "acceptor"),
                .text(":\(acceptor.port)", as: ":ACCEPTOR"), .text("127.0.0.2:ACCEPTOR", as: "127.0.0.1:ACCEPTOR"),
                .text("port \(acceptor.port)", as: "port ACCEPTOR"),
            ]
        }
        if let initiator { scrubs.append(.text(initiator.name, as: "initiator@127.0.0.1")) }
        scrubs += Self.scrubsOfAll
    }

    private static func filled(_ expression: String, _ acceptor: ErlangNodeFixture) -> String {
        expression.replacingOccurrences(of: "ACCEPTOR", with: acceptor.name)
            .replacingOccurrences(of: "ALIVE", with: String(acceptor.name.prefix { $0 != "@" }))
    }
}

extension TraceScenario {
    /// The initiator is refused when TLS is up already for it.
    var isRefusedBehindTLS: Bool {
        name == "not allowed, TLS"
            || name.hasSuffix("tlsv1.3")
                && (name.hasPrefix("certificate of the initiator") || name.hasPrefix("no certificate"))
    }
}
