import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation

extension VerbSpec {
    static let stop = control(
        .stop, summary: "stop the node, and wait until it is down",
        details: ["Calls init:stop(): applications are taken down in order, then the runtime ends. Prints ok."])
    static let restart = control(
        .restart, summary: "restart the node's applications in the same process",
        details: ["Calls init:restart(): the runtime stays the same operating system process. Prints ok."])
    static let reboot = control(
        .reboot, summary: "end the node's process, so that heart starts it again",
        details: ["Calls init:reboot(). Without heart the node stays down. Prints ok."])

    private static func control(_ control: NodeControl, summary: String, details: [String]) -> VerbSpec {
        VerbSpec(
            name: control.rawValue,
            effect: .ends,
            summary: summary,
            options: [OptionSpec(.yes, help: "do it, though the context is protected")],
            details: details,
            statuses: [.done, .unavailable, .timeout, .authentication],
            defaultTimeout: .seconds(60),
            run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
                try await run.confirmEnding(control.rawValue, isSaid: run.options.contains(.yes))
                return try await run.forEachNode { (node, isOneOfSeveral) async throws(CommandFailure) in
                    try await run.asking { () async throws(NodeFailure) in
                        try await node.ask(
                            ControlQuestion(control, waitsForEnd: control == .stop), until: run.deadline)
                    }
                    await run.order?.awaitTurn(of: node.node)
                    run.add(fact: "result", .atom("ok"), of: node.node, isOneOfSeveral)
                }
            })
    }
}
