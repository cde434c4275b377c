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
                options: [
                    OptionSpec(.failures, help: "show only attempts that failed"),
                    OptionSpec(
                        .peer, value: OptionValue("GLOB", .text),
                        help: "show only attempts of nodes and addresses that fit, such as 'app@10.0.*'"),
                    OptionSpec(
                        .for, value: OptionValue("DURATION", .duration),
                        help: "end a capture that is live after this time, in order: 60s, 5m"),
                    OptionSpec(
                        .port, value: OptionValue("PORT", .text),
                        help: "nodes listen at this port, such as 9100, 9100-9110 or any, though epmd does not say so",
                        isRepeatable: true),
                    OptionSpec(
                        .write, value: OptionValue("FILE", .file),
                        help: "write the packets of the attempts that are shown to this file, as pcapng"),
                ],
                details: [
                    "Reads conversations with epmd, TLS and the distribution handshake out of packets, and reports "
                        + "of each attempt to connect how it ended and why. Nothing is sent to any node. A connection is "
                        + "recognised by what is said on it, whatever its ports are.",
                    "TLS alone does not say what it is for. It is taken for a connection of nodes when epmd's answers "
                        + "in the capture name its port, when it can be decrypted, when the lengths of its records are "
                        + "those of a whole distribution handshake, or when another connection to the same place "
                        + "was one. All other TLS is left out, and counted by ports at the end: --port takes "
                        + "the connections of a port for those of nodes.",
                    "Of TLS, versions, ciphers, names, certificates (before TLS 1.3) and alerts are there without "
                        + "secrets. With those that --keylog names, or that a pcapng carries, everything is; from a "
                        + "pipe the key log may still be growing.",
                    "Each attempt has a number, and its events a line each: time (UTC), number, stage, direction (-> is "
                        + "from the initiator) and what happened. The reason of a failure follows, with its code and "
                        + "the remedy. What fails again between the same two is one line more. Lines of a file are in "
                        + "the order of time, and so are written at its end; those of a pipe come as they can. -o ladder "
                        + "shows each attempt rung by rung.",
                    "--for is how long a capture that is live is to be read. --timeout is a deadline for files as well: "
                        + "when it passes, what was read until then is shown, and the exit status is 75.",
                    "--write keeps the handshake and the end of each attempt, not what its link carried in between, "
                        + "and puts the secrets that open it into the file.",
                ],
                examples: [
                    VerbExample("erlclu-ctl capture decode dist.pcapng", "why the nodes in it did not connect"),
                    VerbExample(
                        "erlclu-ctl capture decode big.pcap --failures --write failed.pcapng",
                        "the packets of what failed, for Wireshark"),
                    VerbExample(
                        "tcpdump -i any -U -w - tcp | erlclu-ctl capture decode -", "as it happens"),
                ],
                statuses: [.done, .usage, .noInput, .timeout, .interrupted],
                ownFormats: ["ladder"],
                run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
                    try await CaptureReport(run).perform()
                })
        ])
}
