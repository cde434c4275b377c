import Presentation
import TerminalCanvas

/// A screen that is a list, with the selected row in detail below it or beside it.
protocol ListScreen {
    associatedtype Row: ListRow

    /// How the list is when it is first seen.
    static var start: ListState { get }
    static func columns(_ model: DashboardModel) -> [Column<Row>]
    /// In any order, the filter not applied.
    static func rows(_ model: DashboardModel) -> [Row]
    /// Words above the list, on the right.
    static func head(_ model: DashboardModel) -> String
    /// Drawn instead of a list without rows.
    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine]
    /// What is known of a row; empty: there is no pane.
    static func detail(_ row: Row, _ model: DashboardModel, columns: Int) -> [StyledLine]
}

extension ListScreen {
    /// The rows that the filter leaves, sorted by a column; names decide between equals.
    static func listed(_ model: DashboardModel) -> [Row] { listed(rows(model), model) }

    static func listed(_ rows: [Row], _ model: DashboardModel) -> [Row] {
        let list = model.list(of: Self.self)
        let columns = columns(model)
        var kept = rows
        if !list.filter.isEmpty {
            kept = rows.filter { row in
                list.filter.accepts(columns.map { (key: $0.key, text: $0.cell(row).shown) })
            }
        }
        let column = columns.first { $0.key == list.sortKey }
        // What a row is sorted by is made once, not for each comparison.
        let keyed: [(row: Row, order: SortValue)] = kept.map { row in
            (row, row.rank(list.sortKey) ?? column.map { SortValue($0.cell(row)) } ?? .none)
        }
        let ordered = keyed.sorted { first, second in
            first.order == second.order ? first.row.name < second.row.name : first.order < second.order
        }
        let sorted = ordered.map(\.row)
        return list.isReversed ? sorted.reversed() : sorted
    }

    static func selected(_ model: DashboardModel) -> Row? {
        let name = model.list(of: Self.self).selected
        return rows(model).first { $0.name == name }
    }
}

/// A line of a detail, already fit for a terminal.
struct StyledLine: Hashable, Sendable {
    var text: String
    var style: Style
    /// Stands before the text in bold, such as WHY; lines below leave as much room.
    var label = ""

    init(_ text: String, _ style: Style = .plain, label: String = "") {
        self.text = text
        self.style = style
        self.label = label
    }
}
