import ByteTransport
import ClusterAdmin
import Diagnosis
import DistributionProtocol
import ErlangNode
import Foundation
import HandshakeTrace
import Presentation
import Testing

@testable import ErlcluCommands

/// What is shown of events, and when: recorded ones, shown again.
@Suite struct TraceReportTests {
    private let trial = CommandTrial()
    private static let acceptor = Party(name: "b@h", address: Endpoint(host: "10.0.0.2", port: 9100))

    /// One attempt on `b@h`: from whom, and how it ends.
    private static func attempt(
        _ connection: Int, from name: String?, host: String = "10.0.0.1", at seconds: Int, _ end: EventKind
    ) -> [TraceEvent] {
        let from = Endpoint(host: host, port: UInt16(40_000 + connection))
        func event(_ what: EventKind, _ stage: NodeFailure.Stage, _ name: String?, _ step: Int) -> TraceEvent {
            TraceEvent(
                time: seconds * 1_000_000 + step * 1000, vantage: .node("b@h"), connection: connection, side: .acceptor,
                initiator: Party(name: name, address: from), acceptor: acceptor, stage: stage, what: what)
        }
        return [
            event(.started(.distribution), .tcp, nil, 1), event(.connected, .tcp, nil, 2),
            event(.handshake(HandshakeDetail(.name, name: name)), .name, name, 3), event(end, .reply, name, 4),
        ]
    }

    private func replay(_ events: [TraceEvent], _ options: String...) -> Int32 {
        trial.files["t"] = events.flatMap { $0.json.line }
        return trial.run(words: ["trace", "dist", "--replay", "t"] + options)
    }

    private var lines: [Substring] { trial.standardOutput.split(separator: "\n") }

    private let events =
        attempt(1, from: "a@h", at: 1, .up) + attempt(2, from: "c@h", at: 2, .ended(.wrongCookie))
        + attempt(3, from: nil, host: "10.0.0.3", at: 3, .ended(.timeout(milliseconds: nil)))
        + attempt(4, from: "c@h", at: 4, .ended(.wrongCookie)) + attempt(5, from: "c@h", at: 9, .ended(.wrongCookie))

    @Test func tellsEventsReasonsAndRepeats() {
        #expect(replay(events) == 0)
        #expect(lines.filter { $0.contains("E-COOKIE at REPLY") }.count == 1)
        #expect(lines.filter { $0.contains("again E-COOKIE c@h -> b@h, x2 in 2 s") }.count == 1)
        #expect(lines.filter { $0.contains("again E-COOKIE c@h -> b@h, x3 in 7 s") }.count == 1)
        #expect(trial.standardError == "5 attempts: 1 connected, 4 failed (E-COOKIE 3, E-SETUP-TIMEOUT 1)\n")
    }

    /// A reason that is told after a while stands where it belongs, and so does what was recorded late.
    @Test(arguments: [[], ["-o", "jsonl"], ["--failures"]]) func tellsInOrderOfTime(_ options: [String]) throws {
        // One that ends last is recorded first.
        let late = Self.attempt(7, from: "d@h", at: 1, .ended(.wrongCookie)).enumerated().map { place, event in
            var event = event
            if place == 3 { event.time = 20_000_000 }
            return event
        }
        trial.files["t"] = (late + events.shuffled()).flatMap { $0.json.line }
        #expect(trial.run(words: ["trace", "dist", "--replay", "t"] + options) == 0)
        let times = lines.compactMap { line -> String? in
            guard options.first == "-o" else { return line.first == " " ? nil : String(line.prefix(12)) }
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (object?["time"] ?? object?["end"]).map { String(format: "%012d", $0 as? Int ?? 0) }
        }
        #expect(times.count >= 4)
        #expect(times == times.sorted())
    }

    /// Two nodes of one host that nobody has named are two.
    @Test func anotherAcceptorIsToldInFull() {
        func refused(_ connection: Int, port: UInt16) -> [TraceEvent] {
            Self.attempt(connection, from: nil, at: connection, .ended(.timeout(milliseconds: 900))).map { event in
                var event = event
                event.vantage = .capture
                event.side = nil
                event.acceptor = Party(address: Endpoint(host: "10.0.0.2", port: port))
                return event
            }
        }
        #expect(replay(refused(1, port: 9_100) + refused(2, port: 9_200) + refused(3, port: 9_100)) == 0)
        #expect(lines.filter { $0.contains("E-SETUP-TIMEOUT at") }.count == 2, "\(trial.standardOutput)")
        #expect(lines.filter { $0.contains("again") && $0.contains("10.0.0.2:9100, x2 in 2 s") }.count == 1)
    }

    /// Its name comes at the end only; the same again is told in one line all the same.
    @Test func knowsAnAcceptorAgainByItsPlace() {
        func attempt(_ connection: Int) -> [TraceEvent] {
            Self.attempt(connection, from: "a@h", at: connection, .ended(.wrongCookie)).enumerated().map {
                place, event in
                var event = event
                event.vantage = .capture
                if place < 2 { event.acceptor.name = nil }
                return event
            }
        }
        #expect(replay(attempt(1) + attempt(2)) == 0)
        #expect(lines.count == 7, "\(trial.standardOutput)")
        #expect(lines.last?.contains("again E-COOKIE a@h -> b@h, x2 in 1 s") == true)
    }

    /// What was told as a failure for want of an answer is told again when the answer comes.
    @Test(arguments: [[], ["-o", "ladder"], ["--failures"]]) func takesBackWhatWasAGuess(_ options: [String]) {
        func event(_ what: EventKind, at seconds: Int, isGuess: Bool = false) -> TraceEvent {
            TraceEvent(
                time: seconds * 1_000_000, vantage: .capture, connection: 1,
                initiator: Party(address: Endpoint(host: "10.0.0.1", port: 40_000)), acceptor: Self.acceptor,
                stage: .tcp, what: what, isGuess: isGuess)
        }
        let silence = [
            event(.started(.distribution), at: 1),
            event(.ended(.timeout(milliseconds: 7_000)), at: 8, isGuess: true),
        ]
        // Time goes on by other attempts.
        let others = [Self.attempt(2, from: "c@h", at: 9, .up), Self.attempt(3, from: "c@h", at: 20, .up)]
        trial.files["t"] = (silence + others[0] + [event(.connected, at: 10), event(.up, at: 11)] + others[1])
            .flatMap { $0.json.line }
        #expect(trial.run(words: ["trace", "dist", "--replay", "t"] + options) == 0)
        #expect(trial.standardOutput.contains("E-TCP-TIMEOUT at TCP"))
        #expect(trial.standardError == "3 attempts: 3 connected, 0 failed\n")
    }

    /// The end that was seen first learns only later that it is the one of another that was told already.
    @Test func countsTwoEndsOnce() {
        let (own, other) = (Endpoint(host: "10.0.0.1", port: 40_000), "a@h")
        func event(_ what: EventKind, _ side: Role, knowsAddress: Bool, at milliseconds: Int) -> TraceEvent {
            TraceEvent(
                time: 1_000_000 + milliseconds * 1_000, vantage: .node(side == .initiator ? other : "b@h"),
                connection: 1, side: side,
                initiator: Party(name: side == .initiator ? other : nil, address: knowsAddress ? own : nil),
                acceptor: Self.acceptor, stage: .name, what: what)
        }
        let events =
            [
                event(.started(.distribution), .initiator, knowsAddress: false, at: 0),
                event(.started(.distribution), .acceptor, knowsAddress: true, at: 1),
                event(.ended(.timeout(milliseconds: nil)), .acceptor, knowsAddress: true, at: 20),
            ] + Self.attempt(7, from: "c@h", at: 4, .up) + [
                event(.connected, .initiator, knowsAddress: true, at: 4_000),
                event(.ended(.closed(by: .acceptor)), .initiator, knowsAddress: true, at: 4_001),
            ]
        #expect(replay(events) == 0)
        #expect(trial.standardError.hasPrefix("2 attempts: 1 connected, 1 failed ("), "\(trial.standardError)")
        #expect(trial.standardOutput.contains("#2 is #1, seen from the other end"), "\(trial.standardOutput)")
        #expect(!trial.standardOutput.contains("again"))
    }

    @Test func showsFailuresOnly() {
        #expect(replay(events, "--failures") == 0)
        #expect(!trial.standardOutput.contains("a@h connects") && !trial.standardOutput.contains("are connected"))
        #expect(trial.standardOutput.contains("#2") && trial.standardOutput.contains("#3"))
    }

    /// Who gave no name may be the one that is asked for, and is shown when nothing more will be learnt of it.
    @Test(arguments: [
        ("a@h", [1, 3]), ("c@*", [2, 3, 4, 5]), ("x@10.0.0.3", [3]), ("10.0.0.1", [1, 2, 4, 5]), ("10.9.*", []),
        ("b@h", [1, 2, 3, 4, 5]), ("*", [1, 2, 3, 4, 5]),
    ])
    func showsPeers(_ pattern: String, _ numbers: [Int]) {
        #expect(replay(events, "--peer", pattern) == 0)
        let shown = Set(lines.compactMap { line in (1...5).first { line.contains("#\($0) ") } })
        #expect(shown == Set(numbers), "\(trial.standardOutput)")
        // Only those are counted.
        let count = numbers.isEmpty ? "no attempt" : numbers.count == 1 ? "1 attempt:" : "\(numbers.count) attempts:"
        #expect(trial.standardError.hasPrefix(count), "\(trial.standardError)")
    }

    @Test func writesDocumentsAndLadders() {
        #expect(replay(events, "-o", "jsonl") == 0)
        #expect(lines.filter { $0.contains("erlclu/attempt/1") }.count == 5)
        #expect(lines.last { $0.contains("erlclu/attempt/1") }?.contains(#""count":3"#) == true)
        let ladders = CommandTrial()
        ladders.files["t"] = events.flatMap { $0.json.line }
        #expect(ladders.run("trace", "dist", "--replay", "t", "-o", "ladder") == 0)
        #expect(ladders.standardOutput.components(separatedBy: "RUNG").count == 4)
    }

    /// What says which nodes are traced, and for how long, has no meaning for what was recorded.
    @Test(arguments: [
        (["-n", "a@here"], "--node"), (["--all"], "--all"), (["--for", "1s"], "--for"), (["--max", "3"], "--max"),
        (["--record", "x"], "--record"), (["--silence", "2s"], "--silence"),
    ])
    func takesNoOptionsOfTracing(_ options: [String], _ name: String) {
        trial.files["t"] = []
        #expect(trial.run(words: ["trace", "dist", "--replay", "t"] + options) == 64)
        #expect(trial.standardError.contains("--replay and \(name) exclude each other"))
        #expect(trial.standardOutput.isEmpty)
    }

    /// What -o jsonl writes can be shown again, whatever went wrong between.
    @Test func passesOverWhatIsNoEvent() {
        let fault = #"{"schema":"erlclu/trace-dist/1","error":{"code":"E-TIMEOUT"}}"# + "\n"
        trial.files["t"] = Array(fault.utf8) + events.flatMap { $0.json.line } + Array(fault.utf8)
        #expect(trial.run("trace", "dist", "--replay", "t") == 0, "\(trial.standardError)")
        #expect(trial.standardError.contains("attempts: "))
        trial.files["t"] = Array(fault.replacing("trace-dist/1", with: "trace/2").utf8)
        #expect(trial.run("trace", "dist", "--replay", "t") == 66)
    }

    @Test func refusesWhatIsNoRecording() {
        trial.files["t"] = Array("{}\n".utf8)
        #expect(trial.run("trace", "dist", "--replay", "t") == 66)
        #expect(trial.standardError.contains("t:1: "))
        #expect(trial.run("trace", "dist", "--replay", "none") == 66)
        #expect(trial.run("trace", "dist", "--max", "0") == 64)
        #expect(trial.run("trace", "dist", "--max", "many") == 64)
        for silence in ["999ms", "61s", "infinity", "soon"] {
            #expect(trial.run("trace", "dist", "-n", "a@here", "--silence", silence) == 64, "\(silence)")
        }
    }

    /// So many are shown, and no more; what a filter hides does not count.
    @Test func endsAfterSoManyEvents() {
        trial.targets.nodes["a@here"]?.traced = events.map { .happened($0) }
        #expect(trial.run("trace", "dist", "-n", "a@here", "--max", "6") == 0)
        #expect(lines.filter { !$0.contains(" E-") && !$0.contains("remedy") }.count == 6, "\(trial.standardOutput)")
        let filtered = CommandTrial()
        filtered.targets.nodes["a@here"]?.traced = events.map { .happened($0) }
        #expect(filtered.run("trace", "dist", "-n", "a@here", "--peer", "a@h", "--max", "4") == 0)
        #expect(filtered.standardOutput.contains("are connected"))
    }

    /// Nothing is cut where the terminal ends, and no word either.
    @Test func fitsTheTerminal() {
        trial.outputIsTerminal = true
        #expect(replay(events, "--color", "never") == 0)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(trial.standardOutput)")
        let margin = String(repeating: " ", count: 19)
        #expect(
            trial.standardOutput.contains(
                "E-COOKIE at REPLY: b@h and c@h have different cookies: the\n\(margin)digest that c@h sent is wrong\n"),
            "\(trial.standardOutput)")
        #expect(trial.standardOutput.contains("\n\(margin)remedy: compare"))
        // In a pipe a line is a line.
        trial.outputIsTerminal = false
        #expect(replay(events) == 0)
        #expect(trial.standardOutput.contains("have different cookies: the digest that c@h sent is wrong\n"))
    }

    /// What two nodes told one after the other is shown as it happened.
    @Test func tellsTheStoryOfTwoEnds() {
        let own = Self.attempt(1, from: "a@h", at: 1, .ended(.wrongCookie))
        let others = own.map { event in
            TraceEvent(
                time: event.time, vantage: .node("a@h"), connection: 1, side: .initiator, initiator: event.initiator,
                acceptor: event.acceptor, stage: event.stage, what: event.what)
        }
        #expect(replay(own + others, "--failures") == 0)
        let times = lines.filter { $0.contains("#1 ") && !$0.contains("E-") }.map { String($0.prefix(12)) }
        #expect(times.count == 8, "\(trial.standardOutput)")
        #expect(times == times.sorted(), "\(trial.standardOutput)")
    }
}
