import ClusterAdmin
import Presentation
import TerminalCanvas

/// What happened, newest last.
enum EventsScreen: ListScreen {
    struct Row: ListRow {
        var happening: ClusterPicture.Happening
        /// Counts from 0, over all that happened.
        var number: Int

        var name: String { "\(number)" }
        var title: String { "\(ClockTime.text(happening.time)) \(happening.node)" }
        var needsAttention: Bool { happening.isTrouble }

        func rank(_ key: String) -> SortValue? { key == "time" ? .number(number) : nil }

        static let columns = [
            Column<Row>("time", "TIME") { .text(ClockTime.text($0.happening.time)) },
            Column<Row>("node", "NODE") { .text($0.happening.node) },
            Column<Row>("event", "EVENT") { .text($0.happening.words) }
                .meaning { $0.happening.isTrouble ? .failure : .plain },
        ]
    }

    static let start = ListState(sortKey: "time", follows: true)

    static func columns(_ model: DashboardModel) -> [Column<Row>] { Row.columns }

    static func rows(_ model: DashboardModel) -> [Row] {
        let first = model.picture.happeningsDropped
        return model.picture.happenings.enumerated().map { Row(happening: $1, number: first + $0) }
    }

    static func head(_ model: DashboardModel) -> String { "" }

    static func empty(_ model: DashboardModel, columns: Int) -> [StyledLine] {
        [StyledLine("nothing has changed since \(DashboardModel.safe(model.entry)) is watched", Style(.muted))]
    }

    static func detail(_ row: Row, _ model: DashboardModel, columns: Int) -> [StyledLine] {
        StyledLine.paragraph("", "\(row.happening.node): \(row.happening.words)", columns: columns)
    }
}
