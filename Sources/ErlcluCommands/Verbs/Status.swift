import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation

extension VerbSpec {
    static let status = VerbSpec(
        name: "status",
        summary: "whether the node is up, and how it is doing",
        operands: [.nodes],
        options: [.allMembers, .watch("a line a second of what moves")],
        details: [
            "How much is used of what has a limit: processes, ports, atoms, ETS tables. The run queues are one of each "
                + "scheduler, one of the dirty schedulers for processors, and one of those for input and output. Memory is "
                + "what the node has allocated, and a part of it by its purpose.",
            "Alarms are those that alarm_handler of the application sasl knows; a - stands where it does not run. Links are "
                + "what 'links' shows, in short; with --all they are left out. Nothing is asked of each process, so that it "
                + "is cheap also on a node that is overloaded.",
        ],
        examples: [
            VerbExample("erlclu-ctl status -n app@10.0.0.7", "version, uptime, load, limits, alarms, applications"),
            VerbExample("erlclu-ctl status -w -n app@10.0.0.7", "how its load moves"),
        ],
        statuses: [.done, .unavailable, .timeout, .authentication, .interrupted],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            if run.options.contains(.watch) { return try await run.watchStatus() }
            return try await run.forEachNodeOrMember(includesLinks: true) { (status, _) throws(CommandFailure) in
                if let failure = status.rpcFailure { throw .node(failure) }
                run.results.add([status], as: ResultForm(Column<NodeStatus>.status, shown: .sheet))
            }
        })
}

extension CommandRun {
    @LoopActor
    fileprivate func watchStatus() async throws(CommandFailure) -> ExitStatus {
        try checkWatch()
        guard !options.contains(.all) else { throw .usage(.exclusive("--watch", "--all")) }
        let lines = WatchLines(
            self, Column<NodeStatus>.moving, room: ["memory_bytes": 5, "processes": 6, "ports": 5, "atoms": 7])
        return try await watch { (node, deadline) async throws(NodeFailure) in
            try await node.ask(StatusQuestion(includesLinks: true), until: deadline)
        } take: {
            lines.write([$0])
        }
    }
}
