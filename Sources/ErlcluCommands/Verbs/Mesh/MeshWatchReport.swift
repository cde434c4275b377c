import ClusterAdmin
import Presentation

/// `mesh --watch`: the members once, and then what becomes of them and of their links.
final class MeshWatchReport {
    private let lines: WatchLines<MeshChange>
    private var ledger = MeshLedger()

    init(_ run: CommandRun) throws(CommandFailure) {
        try run.checkWatch()
        lines = WatchLines(run, Column<MeshChange>.meshChanges, room: ["change": MeshChange.What.widest])
    }

    func take(_ event: MemberWatch.Event) {
        switch event {
        case .members(let members): lines.write(ledger.take(members))
        // Whoever is asked now may not know yet whom the other one knew.
        case .resumed: ledger = MeshLedger()
        case .changed, .cost, .waits, .looked, .interrupted: break
        }
    }
}

/// `partitions --watch`: the components, all of them whenever they are others.
final class PartitionWatchReport {
    private let lines: WatchLines<MeshComponentRow>
    private var ledger = MeshLedger()

    init(_ run: CommandRun) throws(CommandFailure) {
        try run.checkWatch()
        lines = WatchLines(run, Column<MeshComponentRow>.components, room: [:])
    }

    func take(_ event: MemberWatch.Event) {
        switch event {
        case .members(let members):
            if let components = ledger.newComponents(members) { lines.write(MeshComponentRow.rows(of: components)) }
        case .resumed: ledger = MeshLedger()
        case .changed, .cost, .waits, .looked, .interrupted: break
        }
    }
}
