import ClusterAdmin
import Diagnosis
import HandshakeTrace
import Presentation
import TerminalCanvas

/// Attempts to connect as the traced nodes see them, and the ladder of the selected one.
enum HandshakesScreen: ListScreen {
    struct Row: ListRow {
        var entry: HandshakeLog.Entry
        var isNews: Bool

        private var attempt: ConnectionAttempt { entry.attempt }
        var name: String { "\(entry.number)" }
        var title: String { "\(attempt.initiator) -> \(attempt.acceptor)" }

        var failure: NodeFailure? {
            if case .failed(let failure) = attempt.result { failure } else { nil }
        }

        private var isOfTool: Bool { entry.isOfTool }

        /// A dynamic name is another one each time, and means nothing: where it is says more.
        private static func words(_ party: Party) -> String {
            party.placeOfDynamic.map { "dynamic name at \($0)" } ?? party.description
        }

        var needsAttention: Bool {
            switch attempt.result {
            // Two have dialled each other at once: the other attempt stands.
            case .failed(let failure): failure.code != .nok
            case .down: !isOfTool
            case .pending, .up: false
            }
        }

        /// Of the handshake, not of the connection that may have come of it. Microseconds.
        private var duration: Int {
            let ups = attempt.events.filter { $0.what == .up }.map(\.time)
            return max(0, (ups.max() ?? attempt.end) - attempt.start)
        }

        private var result: String {
            switch attempt.result {
            case .pending: "..."
            case .up: "up"
            case .failed(let failure): failure.code.rawValue
            case .down(let reason): isOfTool ? "closed" : "down: \(reason)"
            }
        }

        private var role: CellRole {
            switch attempt.result {
            case .pending: .plain
            case .up: .good
            case .failed(let failure): failure.code == .nok ? .plain : .failure
            case .down: isOfTool ? .plain : .warning
            }
        }

        func rank(_ key: String) -> SortValue? {
            switch key {
            case "time": .number(attempt.start)
            case "ms": .number(duration)
            default: nil
            }
        }

        static let columns = [
            Column<Row>("time", "TIME", dropOrder: 5) { .text(String(ClockTime.second($0.attempt.start).dropLast())) },
            Column<Row>("from", "FROM", dropOrder: 2) { .text(words($0.attempt.initiator)) },
            Column<Row>("to", "TO") { .text(words($0.attempt.acceptor)) },
            Column<Row>("ms", "MS", .right, dropOrder: 4) { row in
                row.attempt.result == .pending ? .blank : .integer((row.duration + 500) / 1000)
            },
            Column<Row>("count", "x", .right, dropOrder: 3) { $0.entry.count > 1 ? .integer($0.entry.count) : .blank },
            Column<Row>("result", "RESULT") { .text($0.result) }.meaning(\.role),
        ]
    }

    private static let newsTime = 10_000_000

    static let start = ListState(sortKey: "time", follows: true)

    static func columns(_ model: DashboardModel) -> [Column<Row>] { Row.columns }

    static func rows(_ model: DashboardModel) -> [Row] {
        let rows = model.picture.handshakes.entries.map {
            Row(entry: $0, isNews: model.now - $0.attempt.end < newsTime)
        }
        return model.showsFailuresOnly ? rows.filter(\.needsAttention) : rows
    }

    static func head(_ model: DashboardModel) -> String {
        let log = model.picture.handshakes
        let failures = model.showsFailuresOnly ? "failures only  " : ""
        return failures + (log.traced.isEmpty ? "no trace" : "tracing \(count(log.traced.count))")
    }

    private static func count(_ nodes: Int) -> String { nodes == 1 ? "1 node" : "\(nodes) nodes" }

    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine] {
        let log = model.picture.handshakes
        var lines: [StyledLine] = []
        switch model.trace {
        case .off:
            lines.append(StyledLine("no trace runs: t begins one, on the marked nodes or on all"))
            if let why = log.problem {
                lines += StyledLine.paragraph("", "the last one has ended: \(why)", columns: columns, Style(.warning))
            }
        case .starting: lines.append(StyledLine("setting up the trace"))
        case .running:
            lines.append(
                StyledLine(
                    model.showsFailuresOnly
                        ? "no failure so far; f shows all handshakes" : "no handshake since the trace began",
                    Style(.muted)))
            lines += StyledLine.paragraph(
                "", "traced: \(log.traced.sorted().joined(separator: ", "))", columns: columns)
        }
        for (node, reason) in log.untraced.sorted(by: { $0.key < $1.key }) {
            lines += StyledLine.paragraph("", "\(node) is not traced: \(reason)", columns: columns, Style(.warning))
        }
        return lines
    }

    static func detail(_ row: Row, _ model: DashboardModel, columns: Int) -> [StyledLine] {
        let steps = Ladder(row.entry.attempt).steps.filter { $0.rung <= .up }
        let lines = steps.map { step in
            let cells = Column<Ladder.Step>.rungs.map { DashboardModel.safe($0.cell(step).shown) }
            let width = steps.map(\.rung.title.count).max() ?? 0
            let facts = step.verdict.isBroken ? "" : cells[3]
            return StyledLine(
                padded(cells[0], width) + " " + padded(cells[1], 11) + " " + padded(cells[2], 9, right: true) + "  "
                    + facts,
                Style(Style.Role(step.role), step.verdict.isBroken ? .underline : []))
        }
        return lines + (row.failure.map { model.lines(of: $0, columns: columns) } ?? [])
    }

    private static func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.cellWidth))
        return right ? blanks + text : text + blanks
    }
}

extension Ladder.Verdict {
    fileprivate var isBroken: Bool { if case .broken = self { true } else { false } }
}
