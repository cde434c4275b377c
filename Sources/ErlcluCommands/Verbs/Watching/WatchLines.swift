import Presentation

/// What a verb with `--watch` writes as it happens: a line each, with its time.
final class WatchLines<Row: Sendable> {
    /// A row at a moment, microseconds since the epoch.
    private struct Sighting {
        var time: Int
        var row: Row
    }

    private let run: CommandRun
    private var columns: [Column<Sighting>]
    private let room: [String: Int]
    private var widths: [Int] = []

    /// - Parameter room: columns of the terminal that cells may take later, by the column's key.
    init(_ run: CommandRun, _ columns: [Column<Row>], room: [String: Int]) {
        self.run = run
        self.room = room.merging(["time": "12:34:56.789".count]) { first, _ in first }
        let isForPeople = run.format == .table
        self.columns =
            [Column("time", "TIME") { isForPeople ? .text(ClockTime.text($0.time)) : .integer($0.time) }]
            + columns.map { $0.inside(\.row) }
    }

    func write(_ rows: [Row]) {
        let now = run.context.time()
        let sightings = rows.map { Sighting(time: now, row: $0) }
        switch run.format {
        case .table:
            if widths.isEmpty {
                guard !rows.isEmpty else { return }
                layOut(sightings)
                run.results.add(text: Table.heading(columns, widths, width: run.width))
            }
            for sighting in sightings {
                run.results.add(
                    text: Table.line(of: sighting, columns, widths, style: run.resultStyle, width: run.width))
            }
        case .raw, .json, .jsonl, .term: run.results.add(rows: sightings, columns: columns)
        }
        run.results.flush()
    }

    /// The first rows decide how wide the columns are, and which of them a terminal has room for.
    private func layOut(_ rows: [Sighting]) {
        widths = columns.map { column in
            let cells = rows.map { Table.width(of: column.cell($0)) } + [column.heading.count, room[column.key] ?? 0]
            return cells.max() ?? 0
        }
        let kept = Table.fitting(columns, widths, into: run.width)
        columns = kept.map { columns[$0] }
        widths = kept.map { widths[$0] }
    }
}
