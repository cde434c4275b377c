import Diagnosis
import ErlangNode
import HandshakeTrace
import Presentation
import TerminalCanvas

/// Writes what `TraceReport` decides to show.
final class TraceLines {
    private let run: CommandRun
    private let style: TextStyle
    /// Whether a line names the side that saw the event: there are several.
    var printsSide = false
    /// Lines that wait for their place; nil where they are written as they come.
    private var order: TimeOrder<HeldLine>?

    init(_ run: CommandRun) {
        self.run = run
        style = run.resultStyle
    }

    /// What is a form of a line; the other one is not made.
    private enum HeldLine {
        case document(JSONValue)
        case text(TerminalText)
    }

    /// From here on lines are held until `finish`, or until there are very many, and written in the order of time. For
    /// what is read from a file: much of it is only known when later things have been seen.
    func ordersByTime() { order = TimeOrder() }

    func finish() {
        for line in order?.takeAll() ?? [] { write(line) }
        run.results.flush()
    }

    func event(_ event: TraceEvent, _ attempt: ConnectionAttempt?) {
        add(event.time, event.document) { self.line(event, attempt) }
    }

    private func add(_ time: Int, _ json: @autoclosure () -> JSONValue, text: () -> TerminalText) {
        put(run.format == .table || run.format == .raw ? .text(text()) : .document(json()), at: time)
    }

    private func put(_ line: HeldLine, at time: Int) {
        if order == nil {
            write(line)
            return run.results.flush()
        }
        for line in order?.add(line, at: time) ?? [] { write(line) }
    }

    private func write(_ line: HeldLine) {
        switch line {
        case .text(let text): run.results.add(text: text)
        case .document(let json):
            run.results.add(json: { $0.value(json) }, term: { TermOutput.line(json.term) }, text: { "" })
        }
    }

    // MARK: a line an event

    private func line(_ event: TraceEvent, _ attempt: ConnectionAttempt?) -> TerminalText {
        let arrow = event.sender.map { $0 == .initiator ? "-> " : "<- " } ?? "   "
        let side = printsSide ? Self.padded(event.side.map { $0 == .initiator ? "i" : "a" } ?? " ", 2) : ""
        return fitted(
            margin(event.time, attempt?.number) + side + Self.padded(event.stage.rawValue, 10) + arrow,
            EventWords.of(event))
    }

    /// A line, broken where the terminal ends: what is left stands below the text.
    /// - Parameter code: the first words of it, which are coloured.
    private func fitted(_ start: String, code: String = "", _ text: String) -> TerminalText {
        let text = code + TerminalText.escaped(text, keepingLines: false)
        var lines = [text]
        if run.format == .table, let width = run.width, start.count + text.cellWidth > width, width > start.count + 20 {
            lines = Table.broken(text, width - start.count)
        }
        let margin = String(repeating: " ", count: start.count)
        return lines.enumerated().map { index, line in
            guard index == 0, !code.isEmpty, line.hasPrefix(code) else {
                return "\(index == 0 ? start : margin)\(line)\n"
            }
            return "\(start)\(style.failure(code))\(line.dropFirst(code.count))\n"
        }.joined()
    }

    private func margin(_ time: Int, _ number: Int?) -> String {
        ClockTime.text(time) + "  " + Self.padded(number.map { "#\($0)" } ?? "-", 5)
    }

    /// A document for scripts only: people have seen the events.
    func success(_ attempt: ConnectionAttempt) {
        guard run.format != .table, run.format != .raw else { return }
        add(attempt.end, Self.result(attempt, nil, count: 1)) { "" }
    }

    /// The reason, which the last lines led to.
    func failure(_ attempt: ConnectionAttempt, _ failure: NodeFailure, _ repeats: RepeatFold.Run) {
        add(attempt.end, Self.result(attempt, failure, count: repeats.count)) {
            var text = headline(attempt, failure)
            let indent = String(repeating: " ", count: 19)
            if run.isQuiet { return text }
            if !failure.remedy.isEmpty { text += fitted("\(indent)remedy: ", failure.remedy.text) }
            if case .likely(let other) = failure.certainty {
                text += fitted("\(indent)or maybe: ", other.words)
            }
            return text
        }
    }

    /// The same as before.
    func again(_ attempt: ConnectionAttempt, _ failure: NodeFailure, _ repeats: RepeatFold.Run) {
        add(attempt.end, Self.result(attempt, failure, count: repeats.count)) {
            """
            \(margin(attempt.end, attempt.number))\(printsSide ? "  " : "")again \(style.failure(failure.code.rawValue)) \
            \(attempt.initiator) -> \(attempt.acceptor), \(repeats.words)

            """
        }
    }

    private func headline(_ attempt: ConnectionAttempt, _ failure: NodeFailure) -> TerminalText {
        fitted(
            margin(attempt.end, attempt.number), code: "\(failure.code.rawValue) at \(failure.stage.rawValue)",
            ": \(failure.message)")
    }

    func joined(_ number: Int, _ kept: ConnectionAttempt) {
        guard run.format == .table || run.format == .raw else { return }
        let margin = String(repeating: " ", count: 14)
        put(.text("\(margin)#\(number) is #\(kept.number), seen from the other end\n"), at: kept.end)
    }

    // MARK: a ladder an attempt

    func ladder(_ attempt: ConnectionAttempt) {
        var failure: NodeFailure?
        if case .failed(let known) = attempt.result { failure = known }
        add(attempt.start, Self.result(attempt, failure, count: 1)) {
            var text: TerminalText = "#\(attempt.number)  \(ClockTime.text(attempt.start))  "
            text += "\(Self.whole(attempt.initiator)) -> \(Self.whole(attempt.acceptor))\n"
            let steps = Ladder(attempt).steps.filter { $0.rung <= .up }
            text += Table.text(steps, Column<Ladder.Step>.rungs, style: style, width: run.width)
            if let failure {
                text += "\(style.failure(failure.code.rawValue)) at \(failure.stage.rawValue)\n"
                if !run.isQuiet {
                    if !failure.remedy.isEmpty { text += fitted("  remedy: ", failure.remedy.text) }
                    if case .likely(let other) = failure.certainty {
                        text += fitted("  or maybe: ", other.words)
                    }
                }
            }
            return text + "\n"
        }
    }

    private static func whole(_ party: Party) -> String {
        guard let name = party.name else { return party.description }
        // The port is 0 until epmd has answered.
        return name + (party.address.map { $0.port == 0 ? " (\($0.host))" : " (\($0))" } ?? "")
    }

    // MARK: for scripts

    /// How an attempt ended, as a document of its own.
    static func result(_ attempt: ConnectionAttempt, _ failure: NodeFailure?, count: Int) -> JSONValue {
        var members = [
            JSONMember("schema", .string("erlclu/attempt/1")), JSONMember("attempt", .integer(attempt.number)),
            JSONMember("start", .integer(attempt.start)), JSONMember("end", .integer(attempt.end)),
            JSONMember("initiator", .string(attempt.initiator.description)),
            JSONMember("acceptor", .string(attempt.acceptor.description)),
            JSONMember(
                "result", .string(failure != nil ? "failed" : attempt.result == .pending ? "pending" : "up")),
        ]
        guard let failure else { return .object(members) }
        members += [
            JSONMember("code", .string(failure.code.rawValue)), JSONMember("stage", .string(failure.stage.rawValue)),
            JSONMember("message", .string(failure.message)), JSONMember("remedy", .string(failure.remedy.text)),
        ]
        if case .likely(let other) = failure.certainty {
            members.append(JSONMember("alternative", .string(other.words)))
        }
        if count > 1 { members.append(JSONMember("count", .integer(count))) }
        return .object(members)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
