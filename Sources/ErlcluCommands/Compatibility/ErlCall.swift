import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import Presentation

extension VerbSpec {
    static let erlCall = VerbSpec(
        name: "erl_call",
        effect: .runsCode,
        summary: "erl_call, flag for flag",
        details: [
            "Takes the flags of erl_call(1), answers as it does, and ends with 0 or 1. The same happens when the program is "
                + "called by that name. It does not start nodes (-s) and does not compile modules (-m). -address alone "
                + "takes whatever node answers there.",
            "A symbolic link in the place of a release's erts-VSN/bin/erl_call lets relx's start script reach nodes over "
                + "TLS: the release is known by ROOTDIR and RELEASE_VSN, which that script exports.",
            "--cookie-file FILE and --cookie-env VARIABLE are taken as well: a cookie need not be seen by everybody. So is "
                + "--yes: without it what stops a node that is protected is asked about, or refused.",
            "Binaries are printed as Erlang prints them, not as #Bin<...>, and only printable lists as strings.",
        ],
        examples: [
            VerbExample("erlclu-ctl erl_call -sname app -c secret -a 'erlang memory [total]'", "call a function")
        ],
        statuses: [.done, .negative],
        takesRawArguments: true,
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let arguments: ErlCallArguments
            do throws(UsageError) { arguments = try ErlCallArguments(run.operands) } catch {
                run.say("erl_call: \(error.message)\n\(TerminalText(lines: ErlCallArguments.usage))")
                return .negative
            }
            return try await ErlCall(run: run, arguments: arguments).perform()
        })
}

/// Acts as erl_call: the value without a line end on standard output, everything else on standard error.
private struct ErlCall {
    let run: CommandRun
    let arguments: ErlCallArguments

    @LoopActor
    func perform() async throws(CommandFailure) -> ExitStatus {
        if let (flag, reason) = arguments.unsupported { return refuse("\(flag) is not supported: \(reason)") }
        let name = arguments.node ?? arguments.address ?? ""
        var options = ParsedOptions()
        if let node = arguments.node { options.occurrences = [ParsedOptions.Occurrence(name: .node, value: node)] }
        if let cookie = arguments.cookie {
            options.occurrences.append(ParsedOptions.Occurrence(name: .setcookie, value: cookie))
        }
        options.occurrences += arguments.cookieSource.occurrences
        if let address = arguments.address {
            options.occurrences.append(
                ParsedOptions.Occurrence(name: .address, value: ErlCallArguments.endpoint(address)))
        }
        let deadline = arguments.timeoutSeconds.map { run.context.now() + .seconds($0) }
        let node: any Administration
        do throws(CommandFailure) {
            node = try run.open(scripted: options, deadline: deadline)
            if arguments.halts {
                try await run.confirmEnding("erlang:halt()", isSaid: arguments.isEndingMeant)
            } else if let application = arguments.application {
                let (module, function, text) = ErlCallArguments.split(application: application)
                try await run.confirmEnding(
                    in: CallSyntax.text(module, function, text), isSaid: arguments.isEndingMeant)
            }
            _ = try await run.asking { () async throws(NodeFailure) in
                try await node.ask(PingQuestion(), until: deadline)
            }
        } catch {
            if case .node = error {
                run.say("erl_call: failed to connect to node \(name)\n")
            }
            run.explain(error)
            return .negative
        }
        do throws(CommandFailure) {
            return try await perform(on: node, deadline: deadline)
        } catch {
            run.say("erl_call: \(error.items.first?.message ?? "")\n")
            run.explain(error)
            return .negative
        }
    }

    @LoopActor
    private func perform(on node: any Administration, deadline: Instant?) async throws(CommandFailure) -> ExitStatus {
        if arguments.halts {
            // The answer is the end of the connection.
            let outcome = try? await node.ask(CallQuestion("erlang", "halt", []), until: deadline)
            // What goes on has refused.
            guard let outcome, case .exception = outcome else { return .done }
            try await show(outcome, of: node.node)
            return .negative
        }
        let onOutput: ([UInt8]) -> Void = { [run, arguments] bytes in
            if arguments.fetchesOutput {
                run.results.add(output: bytes)
                run.results.flush()
            }
        }
        if let application = arguments.application {
            let (module, function, text) = ErlCallArguments.split(application: application)
            let terms = try CallSyntax.arguments(text)
            let outcome = try await run.asking { () async throws(NodeFailure) in
                try await node.remoteCall(module, function, terms, deadline: deadline, onOutput: onOutput)
            }
            try await show(outcome, of: node.node)
        } else if arguments.evaluatesInput {
            let source = ErlCallArguments.complete(String(decoding: try await run.file("-"), as: UTF8.self))
            try await run.confirmEnding(in: source, isSaid: arguments.isEndingMeant)
            // As code points: bytes would be read as Latin-1.
            let text = Term.list(source.unicodeScalars.map { .integer(Int($0.value)) })
            let outcome = try await run.asking { () async throws(NodeFailure) in
                try await node.remoteCall("erl_eval", "eval_str", [text], deadline: deadline, onOutput: onOutput)
            }
            try await show(outcome, of: node.node)
        }
        return .done
    }

    @LoopActor
    private func show(_ outcome: EvaluationOutcome, of node: String) async throws(CommandFailure) {
        switch outcome {
        case .value(let value):
            if arguments.printsResult {
                var spacing = ErlCallText()
                await run.write(TermOutput.barePieces(value) { [run] in run.hasTime }) { spacing.spaced($0) }
            }
        case .text(let text), .exception(let text), .syntaxError(_, _, let text):
            throw .negative(node: node, message: text)
        case .unavailable(let language):
            throw .unavailable(node: node, message: "the node does not run \(language)")
        }
    }

    private func refuse(_ reason: String) -> ExitStatus {
        run.say("erl_call: \(reason)\n")
        return .negative
    }
}
