package import Diagnosis
import Presentation
import TerminalCanvas

/// What expressions came to, a node a line.
enum ResultsScreen: ListScreen {
    struct Row: ListRow {
        var result: EvaluationResult

        var name: String { "\(result.number) \(result.node)" }
        var title: String { "\(result.node): \(result.expression)" }
        var needsAttention: Bool { result.isTrouble }

        func rank(_ key: String) -> SortValue? { key == "number" ? .number(result.number) : nil }

        static let columns = [
            Column<Row>("number", "#", .right) { .integer($0.result.number) },
            Column<Row>("node", "NODE") { .text($0.result.node) },
            Column<Row>("expression", "EXPRESSION", dropOrder: 1) { .text(String($0.result.expression.prefix(24))) },
            Column<Row>("result", "RESULT") { row in
                .text(row.result.text.map { $0.split(separator: "\n").joined(separator: " ") } ?? "...")
            }
            .meaning { $0.result.isTrouble ? .failure : .plain },
        ]
    }

    static let start = ListState(sortKey: "number", follows: true)

    static func columns(_ model: DashboardModel) -> [Column<Row>] { Row.columns }

    static func rows(_ model: DashboardModel) -> [Row] { model.results.map { Row(result: $0) } }

    static func head(_ model: DashboardModel) -> String { "" }

    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine] {
        [StyledLine("nothing has been evaluated: e asks the marked nodes, or the selected one", Style(.muted))]
    }

    static func detail(_ row: Row, _ model: DashboardModel, columns: Int) -> [StyledLine] {
        let text = (row.result.output + (row.result.text ?? "not done yet")).split(
            separator: "\n", omittingEmptySubsequences: false)
        return text.flatMap { StyledLine.paragraph("", String($0), columns: columns) }
            + (row.result.failure.map { model.lines(of: $0, columns: columns) } ?? [])
    }
}

/// What an expression came to on one node.
package struct EvaluationResult: Hashable, Sendable {
    /// Counts the expressions from 1.
    package var number: Int
    package var node: String
    package var expression: String
    /// What was written meanwhile.
    package var output: String
    /// Value or exception as text; nil while it runs.
    package var text: String?
    package var isTrouble: Bool
    package var failure: NodeFailure?

    package init(
        number: Int, node: String, expression: String, output: String = "", text: String? = nil,
        isTrouble: Bool = false, failure: NodeFailure? = nil
    ) {
        self.number = number
        self.node = node
        self.expression = expression
        self.output = output
        self.text = text
        self.isTrouble = isTrouble
        self.failure = failure
    }
}
