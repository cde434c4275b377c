import ClusterAdmin
import Presentation

/// `members --watch`: every member once, and then each that comes, goes or changes; what happens to many at once is a
/// line for people.
final class MemberWatchReport {
    private let run: CommandRun
    private let lines: WatchLines<MemberChange>

    init(_ run: CommandRun) throws(CommandFailure) {
        try run.checkWatch()
        self.run = run
        let isForPeople = run.format == .table
        let changes = Column<MemberChange>("changes", "CHANGE") { isForPeople ? .text($0.words) : .texts($0.keys) }
            .meaning { _ in .changed }
        // A state and a number of links may become longer than they are.
        lines = WatchLines(
            run, [changes] + MemberChange.columns,
            room: [
                "changes": MemberChange.wordsWidth, "state": Member.State.unreachable.rawValue.count, "links": 5,
            ])
    }

    func take(_ event: MemberWatch.Event) {
        guard case .changed(let changes) = event else { return }
        lines.write(run.format == .table ? MemberChange.folded(changes) : changes)
    }
}
