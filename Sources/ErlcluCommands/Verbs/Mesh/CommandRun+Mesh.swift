import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation
import ReleaseFiles

extension CommandRun {
    /// Asks the members whom they list, or watches that.
    /// - Parameters:
    ///   - watch: takes what happens; nil: there is one answer.
    ///   - show: shows the answer, and says what it comes to.
    @LoopActor
    func withMesh(
        watch: ((MemberWatch.Event) -> Void)?, _ show: @escaping (ClusterMesh) -> ExitStatus
    ) async throws(CommandFailure) -> ExitStatus {
        let settings = try self.settings()
        return try await withEntryNode { (entry) async throws(CommandFailure) in
            if let watch { return try await watchMembers(through: entry, watch) }
            let survey = MeshSurvey(entry, named: settings.namedNodes) {
                [self] (node, deadline) throws(VisitFailure) in
                try openForVisit(node, settings, until: deadline)
            } onWaiting: { [self] in
                showProgress(waitingFor: $0)
            }
            defer { endProgress() }
            let deadline = self.deadline
            let mesh = try await asking { () async throws(NodeFailure) in try await survey.examine(until: deadline) }
            endProgress()
            let status = show(mesh)
            let isWhole = report(unseenBy: survey, mesh)
            return status == .done && !isWhole ? .partial : status
        }
    }

    /// - Returns: whether everybody was asked, the nodes of a context included: what is only seen from one that is not
    ///   reached may be the other side of a partition.
    @LoopActor
    private func report(unseenBy survey: MeshSurvey, _ mesh: ClusterMesh) -> Bool {
        for failure in survey.failures { report(CommandFailure(failure), isOneOfSeveral: true) }
        emitForScripts(
            mesh.silent.map { silent in
                silent.failure.map { .node($0) }
                    ?? .unavailable(node: silent.node, message: silent.reason ?? "\(silent.node) gave no answer")
            })
        return mesh.silent.isEmpty && mesh.leftOut == 0 && !survey.isCutShort && survey.failures.isEmpty
    }
}

/// The mesh for people.
enum MeshText {
    static func page(_ mesh: ClusterMesh, style: TextStyle, width: Int?) -> TerminalText {
        var text: TerminalText = "\(mesh.summary)\n"
        if mesh.nodes.count > ClusterMesh.mostMatrixNodes {
            text += Self.components(mesh, style, width)
        } else {
            let matrix = mesh.matrix
            text +=
                matrix.width <= width ?? .max ? matrix.text(style: style, gap: 1) : Self.components(mesh, style, width)
        }
        return text + sentences(mesh)
    }

    private static func components(_ mesh: ClusterMesh, _ style: TextStyle, _ width: Int?) -> TerminalText {
        Table.text(
            MeshComponentRow.rows(of: mesh.components), Column<MeshComponentRow>.components, style: style, width: width)
    }

    static func sentences(_ mesh: ClusterMesh) -> TerminalText {
        mesh.sentences().map { "\($0)\n" as TerminalText }.joined()
    }
}
