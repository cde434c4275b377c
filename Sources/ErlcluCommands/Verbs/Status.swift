import ClusterAdmin
import ErlangNode
import Presentation

extension VerbSpec {
    static let status = VerbSpec(
        name: "status",
        summary: "whether the node is up, and how it is doing",
        operands: [.nodes],
        options: [.allMembers],
        examples: [VerbExample("erlclu-ctl status -n app@10.0.0.7", "version, uptime, load, applications")],
        statuses: [.done, .unavailable, .timeout, .authentication],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            try await run.forEachNodeOrMember { (status, _) throws(CommandFailure) in
                if let failure = status.rpcFailure { throw .node(failure) }
                run.results.add([status], as: ResultForm(Column<NodeStatus>.status, shown: .sheet))
            }
        })
}
