import ByteTransport
import ClusterAdmin
import ErlangNode
import ErlangTerm

extension VerbSpec {
    static let erlCall = VerbSpec(
        name: "erl_call",
        summary: "erl_call, flag for flag",
        details: [
            "Takes the flags of erl_call(1), answers as it does, and ends with 0 or 1. The same happens when the program is "
                + "called by that name. It does not start nodes (-s) and does not compile modules (-m). With -address, the "
                + "node's name has to be given too."
        ],
        examples: [
            VerbExample("erlclu-ctl erl_call -sname app -c secret -a 'erlang memory [total]'", "call a function")
        ],
        statuses: [.done, .negative],
        takesRawArguments: true,
        run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
            let arguments: ErlCallArguments
            do throws(UsageError) { arguments = try ErlCallArguments(run.operands) } catch {
                run.say("erl_call: \(error.message)\n\(ErlCallArguments.usage)")
                return .negative
            }
            return try ErlCall(run: run, arguments: arguments).perform()
        })
}

/// Acts as erl_call: the value without a line end on standard output, everything else on standard error.
private struct ErlCall {
    let run: CommandRun
    let arguments: ErlCallArguments

    func perform() throws(CommandFailure) -> ExitStatus {
        if let (flag, reason) = arguments.unsupported { return refuse("\(flag) is not supported: \(reason)") }
        guard let name = arguments.node else {
            return refuse("-address needs the node's name here, by -n, -name or -sname")
        }
        var options = ParsedOptions()
        options.occurrences = [ParsedOptions.Occurrence(name: .node, value: name)]
        if let cookie = arguments.cookie {
            options.occurrences.append(ParsedOptions.Occurrence(name: .setcookie, value: cookie))
        }
        if let address = arguments.address {
            let whole = address.contains(":") ? address : "localhost:\(address)"
            options.occurrences.append(ParsedOptions.Occurrence(name: .address, value: whole))
        }
        let deadline = arguments.timeoutSeconds.map { run.context.now() + .seconds($0) }
        let node: any Administration
        do throws(CommandFailure) {
            node = try run.open(options, deadline: deadline)
            _ = try run.asking { () throws(NodeFailure) in try node.ping(deadline: deadline) }
        } catch {
            run.say("erl_call: failed to connect to node \(TerminalText.escaped(name, keepingLines: false))\n")
            run.explain(error)
            return .negative
        }
        do throws(CommandFailure) {
            return try perform(on: node, deadline: deadline)
        } catch {
            run.say("erl_call: \(error.items.first?.message ?? "")\n")
            run.explain(error)
            return .negative
        }
    }

    private func perform(on node: any Administration, deadline: Instant?) throws(CommandFailure) -> ExitStatus {
        if arguments.halts {
            // The answer is the end of the connection.
            _ = try? node.call("erlang", "halt", [], deadline: deadline) { _ in }
            return .done
        }
        let onOutput: ([UInt8]) -> Void = { [run, arguments] bytes in
            if arguments.fetchesOutput {
                run.results.add(text: run.shown(bytes))
                run.results.flush()
            }
        }
        if let application = arguments.application {
            let (module, function, text) = ErlCallArguments.split(application: application)
            let terms = try CallSyntax.arguments(text)
            let outcome = try run.asking { () throws(NodeFailure) in
                try node.call(
                    CallSyntax.atom(module), CallSyntax.atom(function), terms, deadline: deadline, onOutput: onOutput)
            }
            switch outcome {
            case .value(let value): show(TermOutput.bare(value))
            case .text(let text): show(text)
            case .unavailable(let language): throw .negative(message: "the node does not run \(language)")
            case .exception(let text): show("{badrpc, {'EXIT', \(Self.string(text))}}")
            case .syntaxError(_, _, let message): show("{badrpc, \(Self.string(message))}")
            }
        } else if arguments.evaluatesInput {
            let source = String(decoding: try run.input(), as: UTF8.self)
            let outcome = try run.asking { () throws(NodeFailure) in
                try node.evaluate(EvaluationRequest(source: source), deadline: deadline, onOutput: onOutput)
            }
            switch outcome {
            // The space is erl_call's; relx's script takes the value out by it.
            case .value(let value): show(Array("{ok, ".utf8) + TermOutput.bare(value) + Array("}".utf8))
            case .text(let text): show("{ok, \(text)}")
            case .unavailable(let language): throw .negative(message: "the node does not run \(language)")
            case .exception(let text): show("{error, \(Self.string("*** eval: " + text))}")
            case .syntaxError(_, _, let message): show("{error, \(Self.string("*** " + message))}")
            }
        }
        return .done
    }

    private func show(_ text: String) { show(Array(text.utf8)) }

    private func show(_ text: [UInt8]) {
        if arguments.printsResult { run.results.add(text: run.shown(text)) }
    }

    private func refuse(_ reason: String) -> ExitStatus {
        run.say("erl_call: \(reason)\n")
        return .negative
    }

    private static func string(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : $0 == "\n" ? "\\n" : String($0) }.joined() + "\""
    }
}
