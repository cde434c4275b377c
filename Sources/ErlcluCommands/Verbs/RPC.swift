import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import Presentation

extension VerbSpec {
    static let rpc = VerbSpec(
        name: "rpc",
        effect: .runsCode,
        summary: "call a function on the node",
        operands: [
            OperandSpec("MODULE", help: "an atom, quoted as in Erlang where it must be"),
            OperandSpec("FUNCTION", help: "an atom"),
            OperandSpec("ARGS", .repeated, help: "one Erlang term, a list; [] when it is left out"),
        ],
        options: [.yesToEnding],
        details: [
            "What the function writes appears as it is written, then comes its result as ~tp prints it. The results rpc_ok "
                + "(prints nothing), {rpc_error,N} and {rpc_error,N,Term} (prints Term on standard error) become the exit "
                + "status 0 or N.",
            "ARGS may be spread over several arguments, which are joined by spaces, and may end with a period.",
            "On a protected node what plainly stops it, as init stop, is asked about first, and wants --yes where nobody "
                + "can be asked. Where the connection ends by it before a result is there, the status is 0, and a line on "
                + "standard error says that the node has gone.",
        ],
        examples: [
            VerbExample("erlclu-ctl rpc erlang memory '[total]'", "call erlang:memory(total)"),
            VerbExample(
                "erlclu-ctl rpc 'Elixir.MyApp' reload '[<<\"prices\">>, #{dry => true}]'",
                "binaries, maps and quoted atoms are fine"),
        ],
        statuses: [.done, .negative, .partial, .unparsable, .timeout],
        defaultTimeout: .seconds(60),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let call = try CallSyntax(run.operands)
            let code = CallSyntax.text(
                run.operands[0], run.operands[1], run.operands.dropFirst(2).joined(separator: " "))
            try await run.confirmEnding(in: code, isSaid: run.options.contains(.yes))
            return try await run.statusOfEachNode { (node, isOneOfSeveral) async throws(CommandFailure) in
                let report = EvaluationReport(
                    run, isLabelled: isOneOfSeveral, source: "", sourceName: "arguments", code: code)
                let outcome = try await report.answer(of: node.node) { () async throws(NodeFailure) in
                    let question = CallQuestion(call.module, call.function, call.arguments) {
                        report.output($0, of: node.node)
                    }
                    return try await node.ask(question, until: run.deadline)
                }
                guard let outcome else { return .done }
                if case .value(let value) = outcome, let verdict = RPCVerdict(value) {
                    await run.order?.awaitTurn(of: node.node)
                    report.finishOutput(of: node.node)
                    await run.report(verdict, label: isOneOfSeveral ? "\(node.node): " : "")
                    if let error = verdict.error(of: node.node) { run.results.add(error: error) }
                    return verdict.status
                }
                try await report.outcome(outcome, of: node.node)
                return .done
            }
        })
}

/// `rpc_ok`, `{rpc_error, N}` and `{rpc_error, N, Text}`: how functions written for release scripts say what the exit
/// status is to be.
struct RPCVerdict {
    var status: ExitStatus
    /// What is printed on standard error.
    var output: TermView?

    /// The same for scripts; nil where the status is 0.
    func error(of node: String) -> ErrorItem? {
        guard status != .done else { return nil }
        var message = "the function says {rpc_error,\(status.rawValue)}"
        if let output {
            message += ": "
            var text = TermOutput.pretty(output, width: 80, node: "")
            message += String(decoding: text.next() ?? [], as: UTF8.self)
            if text.next() != nil { message += "... (cut)" }
        }
        return ErrorItem(node: node, code: .rpcError, stage: "UP", message: message)
    }

    init?(_ value: TermView) {
        switch value.kind {
        case .atom(let atom) where atom.name == "rpc_ok":
            status = .done
        case .tuple(let elements):
            let elements = Array(elements)
            guard elements.count == 2 || elements.count == 3, case .atom(let tag) = elements[0].kind,
                tag.name == "rpc_error", case .integer(let code) = elements[1].kind
            else { return nil }
            // A process has 8 bits for it, and an error is not to become a success.
            status = (0...255).contains(code) ? ExitStatus(rawValue: Int32(code)) : .negative
            output = elements.count == 3 ? elements[2] : nil
        default: return nil
        }
    }
}

extension CommandRun {
    /// As nodetool: `~p` and a line end on standard error.
    @LoopActor
    func report(_ verdict: RPCVerdict, label: String = "") async {
        guard let output = verdict.output else { return }
        results.flush()
        say("\(label)")
        var text = TermOutput.pretty(output, width: 80, node: "")
        while let piece = text.next() {
            say(TerminalText(lines: piece))
            await awaitRoomForWords()
        }
        say("\n")
    }
}

/// Module, function and arguments as they are typed.
struct CallSyntax {
    var module: Atom
    var function: Atom
    var arguments: [Term]

    init(_ operands: [String]) throws(CommandFailure) {
        guard operands.count >= 2 else { throw .usage(.missingOperand("MODULE and FUNCTION", verb: "rpc")) }
        module = Self.atom(operands[0])
        function = Self.atom(operands[1])
        arguments = try Self.arguments(operands.dropFirst(2).joined(separator: " "))
    }

    /// A call as Erlang has it.
    static func text(_ module: String, _ function: String, _ arguments: String) -> String {
        "\(module):\(function)(\(arguments))"
    }

    /// The shell's quotes are gone when we see the word: `'Elixir.App'` and `Elixir.App` are the same atom.
    static func atom(_ word: String) -> Atom {
        if word.count >= 2, word.hasPrefix("'"), word.hasSuffix("'") {
            return Atom(String(word.dropFirst().dropLast()))
        }
        return Atom(word)
    }

    static func arguments(_ text: String) throws(CommandFailure) -> [Term] {
        if text.allSatisfy(\.isWhitespace) { return [] }
        // Several words are the likeliest mistake; what the parser says of them helps nobody.
        let isList = text.drop(while: \.isWhitespace).first.map { $0 == "[" || $0 == "\"" || $0 == "%" } ?? false
        guard isList, case .list(let arguments) = try TermInput.term(text, source: "arguments") else {
            throw .syntax(
                SyntaxFault(
                    source: "arguments", text: text, line: 1, column: 1,
                    message: "the arguments are one list, as in [1, two, <<\"three\">>]"))
        }
        return arguments
    }
}
