import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation
import ReleaseFiles

/// `members --watch`: every member once, and then each that comes, goes or changes; what happens to many at once is a
/// line for people.
final class MemberWatchReport {
    /// A change at a moment, microseconds since the epoch.
    private struct Sighting {
        var time: Int
        var change: MemberChange
    }

    private let run: CommandRun
    private var columns: [Column<Sighting>] = []
    private var widths: [Int] = []

    init(_ run: CommandRun) throws(CommandFailure) {
        guard run.format != .json else {
            throw .usage(.settings("--watch has no end, and json is one document: take -o jsonl"))
        }
        self.run = run
    }

    /// Looks again and again until a signal comes.
    /// - Throws: what the first look fails with.
    @LoopActor
    func attend(_ first: any Administration) async throws(CommandFailure) -> ExitStatus {
        let settings = try run.settings()
        let watch = MemberWatch(first, ways: settings.nodes.value) { [run] (node, deadline) throws(VisitFailure) in
            try run.openForVisit(node, settings, until: deadline)
        } onEvent: { [self] in
            take($0)
        }
        // Until there is something to end in order, a signal ends the program.
        let deadline = run.deadline
        try await run.asking { () async throws(NodeFailure) in try await watch.begin(until: deadline) }
        return try await untilSignal { [run] () async throws(CommandFailure) in
            do throws(VisitFailure) {
                try await watch.run { !run.results.hasFailed }
            } catch {
                throw CommandFailure(error)
            }
            return .done
        }
    }

    func take(_ event: MemberWatch.Event) {
        switch event {
        case .members: break
        case .changed(let changes): report(changes)
        case .waits(let names): run.showProgress(waitingFor: names)
        case .looked: run.endProgress()
        case .interrupted(let failure): run.warn("\(failure.message); trying again")
        case .resumed(let node):
            if !run.isQuiet { run.say("\(FailureReport.program): \(node) answers\n") }
        }
    }

    private func report(_ changes: [MemberChange]) {
        let isFirst = columns.isEmpty
        if isFirst {
            layOut(changes)
            if run.format == .table {
                run.results.add(text: Table.heading(columns, widths, width: run.width))
            }
        }
        write(run.format == .table ? MemberChange.folded(changes) : changes)
    }

    private func write(_ changes: [MemberChange]) {
        let now = run.context.time()
        let sightings = changes.map { Sighting(time: now, change: $0) }
        switch run.format {
        case .table:
            for sighting in sightings {
                run.results.add(
                    text: Table.line(of: sighting, columns, widths, style: run.resultStyle, width: run.width))
            }
        case .raw, .json, .jsonl, .term: run.results.add(rows: sightings, columns: columns)
        }
        run.results.flush()
    }

    /// The first list decides how wide the columns are, and which of them a terminal has room for.
    private func layOut(_ changes: [MemberChange]) {
        let isForPeople = run.format == .table
        let rows = changes.map { Sighting(time: 0, change: $0) }
        columns = [
            Column("time", "TIME") { isForPeople ? .text(ClockTime.text($0.time)) : .integer($0.time) },
            Column("changes", "CHANGE") { isForPeople ? .text($0.change.words) : .texts($0.change.keys) }
                .meaning { _ in .changed },
        ]
        columns += MemberChange.columns.map { column in
            let alignment: Column<Sighting>.Alignment = column.alignment == .right ? .right : .left
            return Column<Sighting>(column.key, column.heading, alignment, dropOrder: column.dropOrder) {
                column.cell($0.change)
            }
            .meaning { column.role($0.change) }
        }
        measure(rows)
        let kept = Table.fitting(columns, widths, into: run.width)
        columns = kept.map { columns[$0] }
        widths = kept.map { widths[$0] }
    }

    private func measure(_ rows: [Sighting]) {
        // The time is that of later; a state and a number of links may become longer than they are.
        let room = [
            "time": "12:34:56.789".count, "changes": MemberChange.wordsWidth,
            "state": Member.State.unreachable.rawValue.count, "links": 5,
        ]
        widths = columns.map { column in
            let cells = rows.map { Table.width(of: column.cell($0)) } + [column.heading.count, room[column.key] ?? 0]
            return cells.max() ?? 0
        }
    }
}
