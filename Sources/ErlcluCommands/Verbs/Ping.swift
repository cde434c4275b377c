import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation

extension VerbSpec {
    static let ping = VerbSpec(
        name: "ping",
        summary: "authenticated handshake and one round trip",
        operands: [.nodes],
        options: [
            OptionSpec(.all, help: "one round trip to every visible member, made by the node that is named")
        ],
        details: [
            "Connects, proves the cookie both ways, verifies the certificate where TLS is used, and calls one function. "
                + "Prints pong, and nothing else, when all of that worked."
        ],
        examples: [
            VerbExample("erlclu-ctl ping -n app@10.0.0.7", "is it up, and are we let in"),
            VerbExample(
                "erlclu-ctl ping -n app@10.0.0.7 --address 127.0.0.1:40001",
                "the same through a forwarded port; the certificate is still that of 10.0.0.7"),
            VerbExample(
                "erlclu-ctl ping -n app@10.0.0.7 --capture ping.pcapng",
                "every byte of it in a file, which Wireshark shows decrypted"),
        ],
        statuses: [.done, .noHost, .unavailable, .timeout, .protocolMismatch, .authentication],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            if run.options.contains(.all) {
                return try await run.forEachMember { (status, time) throws(CommandFailure) in
                    run.add(pongOf: status.node, time, isLabelled: true)
                }
            }
            return try await run.forEachNode { (node, isOneOfSeveral) async throws(CommandFailure) in
                let time = try await run.asking { () async throws(NodeFailure) in
                    try await node.ask(PingQuestion(), until: run.deadline)
                }
                await run.order?.awaitTurn(of: node.node)
                run.add(pongOf: node.node, time, isLabelled: isOneOfSeveral)
            }
        })
}

extension CommandRun {
    fileprivate func add(pongOf node: String, _ time: Duration, isLabelled: Bool) {
        let pong = Pong(node: node, microseconds: Int(time / .microseconds(1)))
        results.add([pong], as: Pong.form, label: isLabelled ? node : nil)
    }
}

/// A node has answered.
private struct Pong {
    var node: String
    /// From the question to the answer.
    var microseconds: Int

    static let form = ResultForm<Pong>(
        [
            Column("node", "NODE") { .atom($0.node) }, Column("result", "RESULT") { _ in .atom("pong") },
            Column("microseconds", "MICROSECONDS", .right) { .integer($0.microseconds) },
        ],
        shown: .line { _ in "pong" }, term: .tuple(["result", "node", "microseconds"]))
}
