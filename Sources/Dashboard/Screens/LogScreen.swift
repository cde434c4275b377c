import Presentation
import TerminalCanvas

/// What this program itself has to report: warnings, and what could not be done.
enum LogScreen: ListScreen {
    struct Row: ListRow {
        var line: LogLine
        /// Counts from 0, over all lines.
        var number: Int

        var name: String { "\(number)" }
        var title: String { ClockTime.text(line.time) }

        func rank(_ key: String) -> SortValue? { key == "time" ? .number(number) : nil }

        static let columns = [
            Column<Row>("time", "TIME") { .text(ClockTime.text($0.line.time)) },
            Column<Row>("message", "MESSAGE") {
                .text($0.line.text.split(separator: "\n").first.map(String.init) ?? "")
            },
        ]
    }

    static let start = ListState(sortKey: "time", follows: true)

    static func columns(_ model: DashboardModel) -> [Column<Row>] { Row.columns }

    static func rows(_ model: DashboardModel) -> [Row] {
        model.log.enumerated().map { Row(line: $1, number: model.logDropped + $0) }
    }

    static func head(_ model: DashboardModel) -> String { "" }

    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine] {
        [StyledLine("nothing to report", Style(.muted))]
    }

    static func detail(_ row: Row, _ model: DashboardModel, columns: Int) -> [StyledLine] {
        row.line.text.split(separator: "\n").flatMap { StyledLine.paragraph("", String($0), columns: columns) }
    }
}

struct LogLine: Hashable, Sendable {
    /// Microseconds since the epoch.
    var time: Int
    var text: String
}
