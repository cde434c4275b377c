import ByteTransport
import ClusterAdmin
import Diagnosis
import Presentation
import ReleaseFiles

/// The ways to one node that `doctor` looks at: that which is meant, and then the other one, where it is known and has
/// something to say. Over SSH the node says how it sees its own distribution; why that does not come up from here is seen
/// from here.
struct DoctorWays {
    private let run: CommandRun
    private let settings: NodeSettings
    private let nodesBehind: Int

    /// - Parameter nodesBehind: how many are to be looked at after this one.
    init(_ run: CommandRun, _ settings: NodeSettings, nodesBehind: Int) {
        self.run = run
        self.settings = settings
        self.nodesBehind = nodesBehind
    }

    private var hasTwo: Bool { settings.ssh != nil && (settings.transport.value == .ssh || settings.goesOnOverSSH) }

    /// - Returns: the status of the first way that is broken.
    @LoopActor
    func examine(_ node: String, _ reported: inout ReportedWeaknesses) async throws(CommandFailure) -> ExitStatus {
        run.beginTurn(before: hasTwo ? 2 * nodesBehind + 1 : nodesBehind)
        let (status, visit) = try await examine(node, settings, &reported)
        guard hasTwo, let other = otherWay(after: status, visit) else { return status }
        if !run.saysLittle { run.results.add(text: "\n") }
        run.beginTurn(before: 2 * nodesBehind)
        let (second, _) = try await examine(other.node, other.settings, &reported)
        return status == .done ? second : status
    }

    @LoopActor
    private func otherWay(
        after status: ExitStatus, _ visit: DoctorVisit
    ) -> (node: String, settings: NodeSettings)? {
        guard settings.transport.value == .ssh else {
            // Where distribution comes up it has told all that the other way would.
            return status == .done ? nil : settings.overSSH.map { (visit.approach.node, $0) }
        }
        var settings = settings
        if settings.takesAnyName, visit.target != nil {
            settings.nodes = Sourced([visit.node], .derived("as the node calls itself"))
        }
        return settings.overDistribution.map { (visit.node, $0) }
    }

    @LoopActor
    private func examine(
        _ node: String, _ settings: NodeSettings, _ reported: inout ReportedWeaknesses
    ) async throws(CommandFailure) -> (ExitStatus, DoctorVisit) {
        let approach = run.approach(node, settings)
        let follower = LadderFollower(run, approach, isPassing: false)
        let visit = DoctorVisit(approach, until: run.deadline) { follower.take($0) }
        try await run.visiting { () async throws(VisitFailure) in try await visit.examine() }
        var diagnosis = DoctorReport(visit)
        if run.format == .table || run.format == .raw {
            diagnosis.checks = reported.news(of: diagnosis.checks, node: visit.node)
        }
        return (diagnosis.report(run, after: follower.lines), visit)
    }
}
