import ClusterAdmin
import Diagnosis
import HandshakeTrace
import Presentation
import TerminalCanvas

/// The way to one node rung by rung, and what may break it next.
enum DoctorScreen: ListScreen {
    struct Row: ListRow {
        enum What: Sendable {
            case rung(Ladder.Step)
            case check(HealthCheck)
        }

        var what: What
        /// Its place from the top.
        var number: Int

        var name: String {
            switch what {
            case .rung(let step): step.rung.rawValue
            case .check(let check): "\(check.topic.rawValue) \(number)"
            }
        }

        private var words: String {
            switch what {
            case .rung(let step): step.rung.title
            case .check(let check): check.topic.rawValue.split(separator: "_").joined(separator: " ")
            }
        }

        var title: String { words }

        var needsAttention: Bool {
            switch what {
            case .rung(let step): step.role == .failure
            case .check(let check): check.isWarning
            }
        }

        private var result: String {
            switch what {
            case .rung(let step): step.result
            case .check(let check): check.isWarning ? "WARNING" : "ok"
            }
        }

        var code: FailureCode? {
            switch what {
            case .rung(let step): if case .broken(let failure) = step.verdict { failure.code } else { nil }
            case .check(let check): check.code
            }
        }

        private var role: CellRole {
            switch what {
            case .rung(let step): step.role
            case .check(let check): check.isWarning ? .warning : .good
            }
        }

        var facts: String {
            switch what {
            case .rung(let step):
                if case .broken(let failure) = step.verdict {
                    failure.message
                } else {
                    step.facts.joined(separator: "; ")
                }
            case .check(let check): check.facts
            }
        }

        func rank(_ key: String) -> SortValue? { key == "check" ? .number(number) : nil }

        static let columns = [
            Column<Row>("check", "CHECK") { .text($0.words) },
            Column<Row>("result", "RESULT") { .text($0.result) }.meaning(\.role),
            Column<Row>("facts", "FACTS") { .text($0.facts) },
        ]
    }

    static let start = ListState(sortKey: "check")

    static func columns(_ model: DashboardModel) -> [Column<Row>] { Row.columns }

    static func rows(_ model: DashboardModel) -> [Row] {
        guard let examination = model.examination else { return [] }
        let whats =
            (examination.ladder?.steps ?? []).map { Row.What.rung($0) } + examination.checks.map { Row.What.check($0) }
        return whats.enumerated().map { Row(what: $1, number: $0) }
    }

    static func head(_ model: DashboardModel) -> String {
        guard let examination = model.examination else { return "" }
        guard examination.isOver, let seen = examination.seen else { return "\(examination.words)  looking ..." }
        let age = max(0, model.now - seen) / 1_000_000
        return examination.words + (age < 10 ? "" : "  \(Cell.seconds(age).shown) ago")
    }

    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine] {
        if let examination = model.examination {
            return StyledLine.paragraph(
                "", examination.problem ?? "looking at \(examination.words)", columns: columns)
        }
        let words =
            model.subject.map { "nothing has been looked at yet: d looks at the way to \($0)" }
            ?? "no node is selected: d on Members looks at the way to one, d on Mesh at that between two"
        return StyledLine.paragraph("", words, columns: columns, Style(.muted))
    }

    static func detail(_ row: Row, _ model: DashboardModel, columns: Int) -> [StyledLine] {
        switch row.what {
        case .rung(let step):
            if case .broken(let failure) = step.verdict { return model.lines(of: failure, columns: columns) }
            return StyledLine.paragraph("", row.facts, columns: columns)
        case .check(let check):
            return StyledLine.paragraph("", check.facts, columns: columns)
                + StyledLine.paragraph("FIX", check.remedy?.text(model.means) ?? "", columns: columns)
        }
    }
}

/// A doctor's visit to a node, as far as it has come.
struct Examination: Sendable {
    var node: String
    /// The node that comes to it; nil: we do.
    var from: String?
    var ladder: Ladder?
    var checks: [HealthCheck] = []
    var isOver = false
    /// What kept it from being tried at all.
    var problem: String?
    /// When it was as it is, microseconds since the epoch; nil before anything is known.
    var seen: Int?

    var words: String { from.map { "\(node) as \($0) comes to it" } ?? node }
}
