import ClusterAdmin
import Diagnosis
import Presentation
import TerminalCanvas

/// What one node says of itself, looked at again and again while it is shown.
enum NodeScreen: ListScreen {
    struct Row: ListRow {
        var key: String
        var heading: String
        var value: String
        var role: CellRole
        /// Its place from the top.
        var number: Int

        var name: String { key }
        var title: String { heading }
        var needsAttention: Bool { role == .failure || role == .warning }

        func rank(_ key: String) -> SortValue? { key == "fact" ? .number(number) : nil }

        static let columns = [
            Column<Row>("fact", "FACT") { .text($0.heading) },
            Column<Row>("value", "VALUE") { .text($0.value) }.meaning(\.role),
        ]
    }

    static let start = ListState(sortKey: "fact")

    static func columns(_ model: DashboardModel) -> [Column<Row>] { Row.columns }

    static func rows(_ model: DashboardModel) -> [Row] {
        guard let status = model.inspection?.status else { return [] }
        // What the node does not say is no row.
        return Column<NodeStatus>.status.enumerated().compactMap { index, column in
            let cell = column.cell(status)
            guard cell != .absent, cell != .blank else { return nil }
            return Row(
                key: column.key, heading: column.heading, value: cell.shown, role: column.role(status), number: index)
        }
    }

    static func head(_ model: DashboardModel) -> String {
        guard let inspection = model.inspection else { return "" }
        guard inspection.failure != nil, let seen = inspection.seen else { return inspection.node }
        return "\(inspection.node)  seen \(Cell.seconds(max(0, model.now - seen) / 1_000_000).shown) ago"
    }

    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine] {
        guard let inspection = model.inspection else {
            return [StyledLine("no node is selected: Enter on Members opens one", Style(.muted))]
        }
        if let failure = inspection.failure { return model.lines(of: failure, columns: columns) }
        return [StyledLine("asking \(DashboardModel.safe(inspection.node))")]
    }

    static func detail(_ row: Row, _ model: DashboardModel, columns: Int) -> [StyledLine] {
        let failure = model.inspection?.failure.map { model.lines(of: $0, columns: columns) } ?? []
        // What is short stands in the list as a whole.
        guard row.value.cellWidth > columns / 2 else { return failure }
        return StyledLine.paragraph("", row.value, columns: columns) + failure
    }
}

/// A node that is looked at by itself.
struct Inspection: Sendable {
    var node: String
    /// The last that it gave.
    var status: NodeStatus?
    /// When that was, microseconds since the epoch.
    var seen: Int?
    /// Why it gives none now.
    var failure: NodeFailure?
}
