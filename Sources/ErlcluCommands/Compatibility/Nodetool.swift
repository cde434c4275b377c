import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import Presentation

extension VerbSpec {
    static let nodetool = VerbSpec(
        name: "nodetool",
        effect: .runsCode,
        summary: "relx's nodetool, argument for argument",
        details: [
            "Takes the arguments of the nodetool that relx puts into releases, answers on standard output in its words, and "
                + "ends with 0 or 1 (rpc and rpcterms with N for {rpc_error,N}). The same happens when the program is called by that name. "
                + "RELX_RPC_TIMEOUT is the deadline in seconds, 60 without it.",
            "--cookie-file FILE and --cookie-env VARIABLE are taken as well: a cookie need not be seen by everybody. So is "
                + "--yes, before the command: without it what stops a node that is protected is asked about, or refused.",
            "Cookie and TLS may come from ERL_FLAGS and from the release whose script calls, by ROOTDIR and RELEASE_VSN. "
                + "That script runs 'escript bin/nodetool'; a script in the place of that escript hands it over.",
        ],
        examples: [
            VerbExample(
                "erlclu-ctl nodetool -name app@10.0.0.7 -setcookie secret rpc erlang memory '[total]'",
                "as a release's script calls it")
        ],
        statuses: [.done, .negative],
        takesRawArguments: true,
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            try await Nodetool(run, NodetoolArguments(run.operands)).perform()
        })
}

/// Acts as relx's nodetool. It prints everything for the user on standard output, and so do we.
private struct Nodetool {
    let run: CommandRun
    let arguments: NodetoolArguments

    init(_ run: CommandRun, _ arguments: NodetoolArguments) {
        self.run = run
        self.arguments = arguments
    }

    @LoopActor
    func perform() async throws(CommandFailure) -> ExitStatus {
        guard let name = arguments.node else {
            answer(TerminalText(lines: NodetoolArguments.usage))
            return .negative
        }
        if case .unknown(let words) = arguments.command {
            answer("Other: \(words)\n\(TerminalText(lines: NodetoolArguments.usage))")
            return .negative
        }
        var options = ParsedOptions()
        options.occurrences = [ParsedOptions.Occurrence(name: .node, value: name)]
        if let cookie = arguments.cookie {
            options.occurrences.append(ParsedOptions.Occurrence(name: .setcookie, value: cookie))
        }
        options.occurrences += arguments.cookieSource.occurrences
        let seconds = run.context.environment["RELX_RPC_TIMEOUT"].flatMap { Int64($0) } ?? 60
        let deadline = run.context.now() + .seconds(max(0, min(seconds, 86_400)))
        let node: any Administration
        do throws(CommandFailure) {
            node = try run.open(scripted: options, deadline: deadline)
            if let text = arguments.runs {
                try await run.confirmEnding(in: text, isSaid: arguments.isEndingMeant)
            }
            _ = try await run.asking { () async throws(NodeFailure) in
                try await node.ask(PingQuestion(), until: deadline)
            }
        } catch {
            // What is refused here says nothing of the node.
            if case .node = error { answer("Node \(Self.atom(name)) not responding to pings.\n") }
            run.explain(error)
            return .negative
        }
        do throws(CommandFailure) {
            return try await perform(on: node, deadline: deadline)
        } catch {
            answer("RPC to \(Self.atom(node.node)) failed: \(Self.reason(error))\n")
            switch error {
            // That was the whole story.
            case .negative, .unavailable: break
            default: run.explain(error)
            }
            return .negative
        }
    }

    @LoopActor
    private func perform(on node: any Administration, deadline: Instant) async throws(CommandFailure) -> ExitStatus {
        switch arguments.command {
        case .ping: answer("pong\n")
        case .processID:
            let pid = try await run.asking { () async throws(NodeFailure) in
                try await node.ask(ProcessIDQuestion(), until: deadline)
            }
            answer("\(pid)\n")
        case .control(let word):
            guard let control = NodeControl(rawValue: word) else { return .negative }
            try await run.asking { () async throws(NodeFailure) in
                try await node.ask(ControlQuestion(control, waitsForEnd: false), until: deadline)
            }
            answer("ok\n")
        case .call(let module, let function, let text, let hasDeadline):
            let terms: [Term]
            do throws(CommandFailure) {
                terms = try CallSyntax.arguments(text)
            } catch {
                answer("Error parsing arguments `\(text)`, failed with reason: \(Self.reason(error))\n")
                run.explain(error)
                return .negative
            }
            let outcome = try await run.asking { () async throws(NodeFailure) in
                try await node.remoteCall(module, function, terms, deadline: hasDeadline ? deadline : nil) {
                    show(output: $0)
                }
            }
            if case .value(let value) = outcome, let reason = value.elements(tagged: "badrpc", 2)?[1] {
                answer("RPC to \(Self.atom(node.node)) failed: ")
                await run.write(run.text(of: reason, node.node) { true })
                run.results.add(text: "\n")
                return .negative
            }
            return try await show(outcome, of: node.node, source: text)
        case .evaluate(let source):
            let outcome = try await run.asking { () async throws(NodeFailure) in
                try await node.ask(
                    EvaluationQuestion(EvaluationRequest(source: source)) { show(output: $0) }, until: deadline)
            }
            return try await show(outcome, of: node.node, source: source)
        case .unknown: return .negative
        }
        return .done
    }

    @LoopActor
    private func show(
        _ outcome: EvaluationOutcome, of node: String, source: String
    ) async throws(CommandFailure) -> ExitStatus {
        switch outcome {
        case .value(let value):
            if let verdict = RPCVerdict(value) {
                await run.report(verdict)
                return verdict.status
            }
            await run.write(run.text(of: value, node) { [run] in run.hasTime })
            run.results.add(text: "\n")
            return .done
        case .text(let text):
            run.results.add(output: Array("\(text)\n".utf8))
            return .done
        case .unavailable(let language):
            throw .unavailable(node: node, message: "the node does not run \(language)")
        case .exception(let text): throw .negative(node: node, message: text)
        case .syntaxError(let line, let column, let message):
            throw .syntax(
                SyntaxFault(
                    source: "expression", text: source, line: line ?? 1, column: column ?? 1, message: message,
                    node: node))
        }
    }

    /// As it is written: the call may take long.
    private func show(output: [UInt8]) {
        run.results.add(output: output)
        run.results.flush()
    }

    private func answer(_ text: TerminalText) { run.results.add(text: text) }

    private static func atom(_ name: String) -> String {
        String(decoding: TermOutput.line(.atom(Atom(name))), as: UTF8.self)
    }

    /// In a few words; the whole story goes to standard error.
    private static func reason(_ failure: CommandFailure) -> TerminalText {
        switch failure {
        case .node(let failure): failure.code == .timeout ? "timeout" : "nodedown"
        case .syntax(let fault): TerminalText(fault.message)
        case .late: "timeout"
        case .negative(_, let message): TerminalText(lines: message)
        default: TerminalText(failure.items.first?.message ?? "")
        }
    }
}
