import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation
import ReleaseFiles

/// `doctor --all`: every pair of members, as a matrix and a paragraph for each that is broken.
struct MeshReport {
    private let run: CommandRun

    init(_ run: CommandRun) { self.run = run }

    @LoopActor
    func report() async throws(CommandFailure) -> ExitStatus {
        let settings = try run.settings(of: run.operands)
        let named = settings.nodes.value
        let connects = run.options.contains(.connect)
        guard let entry = named.first else { throw run.noNode(settings) }
        guard !connects || settings.mode.value != .readOnly else {
            throw .configuration(
                message:
                    "\(entry) is read-only (\(settings.mode.origin)), and --connect has its members dial",
                remedy: "leave --connect out: then they are only asked; or use another context")
        }
        let mesh = visit(connects: connects, settings)
        if named.count > 1 {
            try await run.withEntryNode { (node) async throws(CommandFailure) in
                try await run.visiting { () async throws(VisitFailure) in
                    try await mesh.examine(through: node, named: named, until: run.deadline)
                }
            }
        } else {
            let visit = try await run.examined(entry, settings)
            // Once it answers, what it has not yet started keeps nobody from asking it.
            guard let target = visit.target else { return DoctorReport(visit).report(run) }
            mesh.remark(visit)
            try await run.visiting { () async throws(VisitFailure) in
                try await mesh.examine(through: target, named: [], until: run.deadline)
            }
        }
        let found = mesh.findings
        MeshPage(run: run, found: found).write()
        if found.pairs.contains(where: \.isBroken) { return .negative }
        // Nodes of a context are ways into the cluster; those that were named for themselves are meant.
        var isEachMeant = true
        if case .context = settings.nodes.origin { isEachMeant = false }
        return found.leftOut.isEmpty || !isEachMeant ? .done : .partial
    }

    @LoopActor
    private func visit(connects: Bool, _ settings: NodeSettings) -> MeshVisit {
        MeshVisit(
            connects: connects,
            takeTurn: { [run] others in
                run.beginTurn(before: others)
                return run.deadline
            },
            makeVisit: { [run] in run.visit($0, settings, until: $1) }, readCertificate: CommandRun.certificate
        ) { [run] event in
            switch event {
            case .asksMembers: run.showProgress("asking the members who they are", on: run.context.loop)
            case .reached(let answered, let count, let way):
                let what = way == .dial ? "have dialled the others" : "have looked at their ways to the others"
                run.showProgress("\(answered) of \(count) members \(what)", on: run.context.loop)
            case .ended: run.endProgress()
            }
        }
    }
}
