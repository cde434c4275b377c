import ErlangNode
import ErlangTerm

extension VerbSpec {
    static let ping = VerbSpec(
        name: "ping",
        summary: "authenticated handshake and one round trip",
        operands: [.nodes],
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
        run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
            try run.forEachNode { (node, isOneOfSeveral) throws(CommandFailure) in
                let time = try run.asking { () throws(NodeFailure) in try node.ping(deadline: run.deadline) }
                let microseconds = Int(time / .microseconds(1))
                run.results.add(
                    json: { json in
                        json.beginObject()
                        json.key("node")
                        json.string(node.node)
                        json.key("result")
                        json.string("pong")
                        json.key("microseconds")
                        json.integer(microseconds)
                        json.endObject()
                    },
                    term: { TermOutput.line(.tuple([.atom("pong"), .atom(Atom(node.node)), .integer(microseconds)])) },
                    text: { isOneOfSeveral ? "\(node.node): pong\n" : "pong\n" })
            }
        })
}
