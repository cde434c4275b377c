import Diagnosis
import Presentation
import TerminalCanvas

/// What there is to connect to: contexts, releases, and the nodes of this host.
enum PickerScreen: ListScreen {
    struct Row: ListRow {
        /// Nil for the row that asks for a name.
        var choice: DashboardChoice?
        /// Its place from the top.
        var number: Int

        private var kind: String {
            switch choice?.target {
            case .context: "CONTEXT"
            case .release: "RELEASE"
            case .node: "EPMD"
            case nil: ""
            }
        }

        private var label: String {
            switch choice?.target {
            case .context(let name), .node(let name), .release(let name): name
            case nil: "... or type a node name"
            }
        }

        var name: String { "\(kind) \(label)" }
        var title: String { label }

        func rank(_ key: String) -> SortValue? { key == "kind" ? .number(number) : nil }

        static let columns = [
            Column<Row>("kind", "CONNECT TO") { .text($0.kind) },
            Column<Row>("name", "NAME") { .text($0.label) },
            Column<Row>("node", "NODE", dropOrder: 2) { row in
                row.choice.map { Cell(text: $0.node) } ?? .blank
            },
            Column<Row>("transport", "VIA", dropOrder: 1) { row in
                row.choice.map { Cell(text: $0.transport) } ?? .blank
            },
            Column<Row>("remark", "FROM") { row in row.choice.map { .text($0.remark) } ?? .blank },
        ]
    }

    static let start = ListState(sortKey: "kind")

    static func columns(_ model: DashboardModel) -> [Column<Row>] { Row.columns }

    static func rows(_ model: DashboardModel) -> [Row] {
        let choices = (model.choices ?? []).enumerated().map { Row(choice: $1, number: $0) }
        return choices + [Row(choice: nil, number: choices.count)]
    }

    static func head(_ model: DashboardModel) -> String { "Enter connects" }

    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine] { [] }

    static func detail(_ row: Row, _ model: DashboardModel, columns: Int) -> [StyledLine] {
        guard let problem = model.connectionProblem else { return [] }
        return problem.flatMap {
            StyledLine.paragraph($0.label, $0.text, columns: columns, Style($0.label.isEmpty ? .failure : .plain))
        }
    }
}

/// Why a choice could not be taken.
package struct ConnectionProblem: Hashable, Sendable {
    /// WHY, FIX, or nothing for the headline.
    package var label: String
    package var text: String

    package init(label: String, text: String) {
        self.label = label
        self.text = text
    }
}
