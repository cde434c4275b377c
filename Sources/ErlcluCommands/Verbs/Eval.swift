import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode

extension VerbSpec {
    static let eval = VerbSpec(
        name: "eval",
        effect: .runsCode,
        summary: "evaluate expressions on the node",
        operands: [
            OperandSpec(
                "EXPR", .repeated,
                help: "expressions, separated by commas; several arguments are joined by spaces; - reads standard input"
            )
        ],
        options: [
            OptionSpec(
                .file, short: "f", value: OptionValue("FILE", .file),
                help: "read the expressions from a file; - is standard input"),
            OptionSpec(.all, help: "on every visible member of the cluster at once"),
            .yesToEnding,
            OptionSpec(
                .lang, value: OptionValue("erlang|elixir", .choice(EvaluationRequest.Language.words)),
                help: "the language of the expressions; Erlang where the context says nothing else"),
        ],
        details: [
            "Output that the expressions write appears as it is written. Then the value of the last expression is printed, as "
                + "io:format's ~tp prints it. The final period may be left out. An exception is printed as the shell "
                + "prints it, on standard error.",
            "With --all the answers are in the order of the names; a member that is late holds the others back for a second. "
                + "Nodes that are not asked are named: hidden ones, and members that the entry node is not connected to.",
            "Where -o json lists errors, E-EXCEPTION is an exception, E-SYNTAX a text that does not parse, and E-UNAVAILABLE "
                + "a language that the node does not run.",
            "Several nodes are asked at once; each has the whole time, and its answer is shown when it comes. A document of "
                + "-o json has them in the order in which the nodes are named. In it, output is kept up to 8 MiB; "
                + "output_bytes_cut is how many bytes more there were.",
            "An answer takes as much memory as the node's message (256 MiB at most), at most 16 bytes for each term in it, and 8 "
                + "more where it is laid out in lines. Its text is made piece by piece, at the reader's pace. Where the "
                + "deadline comes in the middle of it, the value ends there: E-TIMEOUT says so, and value_cut in JSON.",
            "On a protected node what plainly stops it (q(), halt(), init:stop() and their like) is asked about first, "
                + "and wants --yes where nobody can be asked.",
            "Where a call that stops the node is all of it, the end of the connection is what it comes to: the status is 0, and "
                + "a line on standard error says that the node has gone. With --all it is a failure, as nobody hears what the "
                + "others came to.",
            "The evaluation is killed on the node when erlclu-ctl ends, by Ctrl-C, by the deadline or by accident.",
        ],
        examples: [
            VerbExample("erlclu-ctl eval 'erlang:system_info(otp_release).'", "ask the node that the settings name"),
            VerbExample("erlclu-ctl eval --all 'erlang:memory(total)'", "ask every member, each answer labelled"),
            VerbExample(
                "erlclu-ctl eval -o json 'application:which_applications()' | jq '.items[0].value'",
                "give the value to a script"),
            VerbExample("erlclu-ctl eval --lang elixir 'Node.list(:known) |> length()'", "the same in Elixir"),
        ],
        statuses: [.done, .negative, .partial, .unparsable, .noInput, .timeout],
        defaultTimeout: .seconds(60),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let (source, name) = try await run.expression()
            try run.refuseEmpty(source, name)
            try await run.confirmEnding(in: source, isSaid: run.options.contains(.yes))
            // Once the settings are known.
            let request = { EvaluationRequest(source: source, language: run.language ?? .erlang) }
            if run.options.contains(.all) {
                let answers = MemberAnswers(run)
                let report = EvaluationReport(run, isLabelled: true, source: source, sourceName: name)
                try await run.withEntryNode { (entry) async throws(CommandFailure) in
                    do {
                        // What has come is shown also where the one that asks is lost.
                        defer { answers.finish() }
                        try await run.asking { () async throws(NodeFailure) in
                            let question = MemberEvaluationQuestion(
                                request(), onMembers: { answers.expect($0, on: run.context.loop) },
                                onOutput: { report.output($1, of: $0) },
                                onOutcome: { node, outcome in
                                    if answers.passesOver(node, outcome) { return }
                                    answers.take(node) { report.settle(outcome, of: node) }
                                })
                            try await entry.ask(question, until: run.deadline)
                        }
                    }
                    await report.awaitSettled()
                    await answers.reportLeftOut(by: entry, report.tally)
                }
                return report.finish()
            }
            return try await run.forEachNode { (node, isOneOfSeveral) async throws(CommandFailure) in
                let report = EvaluationReport(run, isLabelled: isOneOfSeveral, source: source, sourceName: name)
                let outcome = try await report.answer(of: node.node) { () async throws(NodeFailure) in
                    try await node.ask(
                        EvaluationQuestion(request()) { report.output($0, of: node.node) }, until: run.deadline)
                }
                if let outcome { try await report.outcome(outcome, of: node.node) }
            }
        })
}

extension CommandRun {
    /// A node would say of nothing, and of comments alone, that something is missing at the period which we add.
    fileprivate func refuseEmpty(_ source: String, _ name: String) throws(CommandFailure) {
        var isEmpty = true
        var comments: Set<Character> = []
        for line in source.split(whereSeparator: \.isNewline) {
            guard let first = line.first(where: { !$0.isWhitespace }) else { continue }
            guard first == "%" || first == "#" else { return }
            (isEmpty, comments) = (false, comments.union([first]))
        }
        if !isEmpty {
            // What begins a comment depends on the language, which a context may say.
            _ = try settings()
            guard comments == (language == .elixir ? ["#"] : ["%"]) else { return }
        }
        let what = isEmpty ? "is empty" : "is empty but for comments"
        throw .syntax(
            SyntaxFault(source: name, text: source, line: 1, column: 1, message: "the expression \(what)"))
    }

    /// Arguments are one text. Whoever ends one before the last with a period takes each for a call of its own, and would
    /// miss the values of all but the last.
    private func refuseSeveralForms() throws(CommandFailure) {
        guard
            let ended = operands.dropLast().first(where: { text in
                text.hasSuffix(".") && !text.hasSuffix("$.") && text.count { $0 == "\"" } % 2 == 0
            })
        else { return }
        throw .usage(
            .settings(
                "the arguments of eval are one text, and '\(ended)' ends it: only the last value would be printed; "
                    + "separate expressions by commas, or call eval for each"))
    }

    /// The expressions, and what they are called in an error message.
    @LoopActor
    func expression() async throws(CommandFailure) -> (source: String, name: String) {
        if let file = options.value(.file) {
            if let operand = operands.first { throw .usage(.exclusive("--file", "'\(operand)'")) }
            let bytes = try await self.file(file)
            // Editors may begin a file with a byte order mark.
            let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
            return (String(decoding: text, as: UTF8.self), file == "-" ? "standard input" : file)
        }
        if operands.isEmpty { throw .usage(.missingOperand("EXPR, --file FILE, or -", verb: "eval")) }
        if operands == ["-"] { return (String(decoding: try await file("-"), as: UTF8.self), "standard input") }
        try refuseSeveralForms()
        // Joining costs a tenth of a millisecond of generic machinery, so one is not joined.
        return (operands.count == 1 ? operands[0] : operands.joined(separator: " "), "expression")
    }
}
