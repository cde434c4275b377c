import ErlangNode
import HandshakeTrace

extension VerbSpec {
    static let capture = VerbSpec(
        name: "capture",
        summary: "connections of nodes in captured packets",
        subverbs: [
            VerbSpec(
                name: "decode",
                summary: "handshakes in a pcap or pcapng, live from a pipe",
                operands: [OperandSpec("FILE|-", .required, .file, help: "a pcap or pcapng file; - is standard input")],
                details: [
                    "Reads conversations with epmd, TLS and the distribution handshake out of packets, and tells for "
                        + "each attempt to connect how it ended and why. Nothing is sent to any node. A connection is "
                        + "recognised by what is said on it, whatever its ports are.",
                    "Of TLS, versions, ciphers, names, certificates (before TLS 1.3) and alerts are there without "
                        + "secrets. With those that --keylog names, or that a pcapng carries, everything is; from a "
                        + "pipe the key log may still be growing.",
                ],
                examples: [
                    VerbExample("erlclu-ctl capture decode dist.pcapng", "why did the nodes in it not connect?"),
                    VerbExample(
                        "tcpdump -i any -w - tcp | erlclu-ctl capture decode -", "as it happens"),
                ],
                statuses: [.done, .noInput],
                run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
                    try CaptureReport(run).perform()
                })
        ])
}
