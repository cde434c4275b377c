import HandshakeTrace

extension VerbSpec {
    static let trace = VerbSpec(
        name: "trace", summary: "watch what nodes do", subverbs: [.traceDistribution])

    private static let traceDistribution = VerbSpec(
        name: "dist",
        summary: "distribution handshakes as they happen, with the reason of each failure",
        operands: [.nodes],
        options: [
            OptionSpec(.all, help: "on every member of the cluster, through the node that is named"),
            OptionSpec(.for, value: OptionValue("DURATION", .duration), help: "end after this time: 60s, 5m"),
            OptionSpec(
                .silence, value: OptionValue("DURATION", .duration),
                help: "end the trace on a node that hears nothing from here for this long: 1s to 60s (1s)"),
            OptionSpec(.max, value: OptionValue("N", .text), help: "end after this many events"),
            OptionSpec(.failures, help: "show only attempts that failed"),
            OptionSpec(
                .peer, value: OptionValue("GLOB", .text),
                help: "show only attempts of nodes and addresses that fit, such as 'app@10.0.*'"),
            OptionSpec(
                .record, value: OptionValue("FILE", .file), help: "write all events to this file, as JSON lines"),
            OptionSpec(
                .replay, value: OptionValue("FILE", .file),
                help: "show the events of such a file instead; - is standard input"),
        ],
        details: [
            "Each attempt has a number, and its events a line each: time (UTC), number, stage, direction (-> is from the "
                + "initiator) and what happened; where several nodes are traced, i or a before the stage says whether the "
                + "initiator or the acceptor saw it. The reason of a failure follows, with its code and the remedy. What fails "
                + "again is one line more. -o ladder shows each attempt rung by rung when it is over.",
            "The trace is set up by evaluation alone: no module of ours is loaded, and it is gone within a second when "
                + "erlclu-ctl ends, by Ctrl-C or by accident, or when the network fails without a word. Where the network or "
                + "a busy machine keeps erlclu-ctl silent for that long, the trace is interrupted, a line says so, and it "
                + "begins again; with --silence 5s the node waits longer, but for the end of erlclu-ctl. Neither cookie nor key, "
                + "password, digest or option list leaves the node. An erlclud evaluates nothing, and reports its own "
                + "handshakes in the same form.",
            "From OTP 27 on the trace has a session of its own. Before OTP 27 all tracers of a node share one session: "
                + "where another tracer, such as dbg, has the same processes or functions, this one uses meta tracing, which "
                + "leaves the other as it is. Where meta tracing is taken too, the command is refused, and names the tracer.",
            "A peer that fails before it sends its name, as in TLS, is known by its address alone. --peer leaves out such "
                + "an attempt only where the pattern is of addresses (behind the @, if it has one) and the address does not "
                + "fit.",
            "A node passes on \(TraceRequestWords.rate) events a second, which is about 100 handshakes; above that it drops "
                + "events, and their number is printed. Three more things are reported: that the trace is more than a second "
                + "behind, because the node or the way to it is busy; how many events were not shown because they were older "
                + "than 5 s when the node came to them; and that nothing at all has come from a node for 5 s.",
        ],
        examples: [
            VerbExample("erlclu-ctl trace dist -n app@10.0.0.7", "until Ctrl-C"),
            VerbExample("erlclu-ctl trace dist --all --failures --for 5m", "what fails in the cluster, and why"),
            VerbExample(
                "erlclu-ctl trace dist --record t.jsonl; erlclu-ctl trace dist --replay t.jsonl -o ladder",
                "keep what was seen, and look at it again"),
        ],
        statuses: [.done, .negative, .partial, .noInput, .unavailable, .timeout, .interrupted],
        defaultTimeout: .seconds(10),
        endedBy: "Ctrl-C, --for or --max ends a trace that has",
        ownFormats: ["ladder"],
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let filter = AttemptFilter(
                failuresOnly: run.options.contains(.failures), peer: run.options.value(.peer).map { NameGlob($0) })
            let report = TraceReport(run, filter: filter)
            if let file = run.options.value(.replay) {
                // They say what is traced, and when that ends.
                for name in [OptionName.node, .all, .for, .silence, .max, .record] where run.options.contains(name) {
                    throw .usage(.exclusive("--replay", "--\(name.rawValue)"))
                }
                return try await TraceReplay(run, report).show(file)
            }
            return try await LiveTrace(run, report).attend()
        })
}
