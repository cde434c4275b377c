import Presentation

extension VerbSpec {
    static let help = VerbSpec(
        name: "help",
        summary: "this text, or that of a verb",
        operands: [OperandSpec("VERB", .repeated, .verb, help: "the verb to describe, as in help eval")],
        statuses: [.done, .usage],
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            guard !run.operands.isEmpty else {
                run.results.add(text: TerminalText(lines: HelpText.overview))
                return .done
            }
            var line = run.operands
            line.append("--help")
            let asked: ParsedCommandLine
            do throws(UsageError) { asked = try CommandLineParser().parse(line) } catch { throw .usage(error) }
            guard let verb = asked.verb else { return .done }
            run.results.add(text: TerminalText(lines: HelpText.verb(verb, name: asked.verbName)))
            return .done
        })

    static let completion = VerbSpec(
        name: "completion",
        summary: "print the completion script for a shell",
        operands: [OperandSpec("SHELL", .required, .choice(["bash", "zsh", "fish"]), help: "bash, zsh or fish")],
        examples: [VerbExample("source <(erlclu-ctl completion bash)", "complete in this shell, now")],
        statuses: [.done, .usage],
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let script =
                switch run.operands.first {
                case "zsh": CompletionScript.zsh
                case "fish": CompletionScript.fish
                default: CompletionScript.bash
                }
            run.results.add(text: TerminalText(lines: script))
            return .done
        })

    /// What the completion scripts call: a name a line, for the word at the cursor. It reads the configuration file and
    /// what that names, dials nobody and runs nothing.
    static let complete = VerbSpec(
        name: "complete",
        summary: "names that the configuration file has",
        operands: [
            OperandSpec("KIND", .required, .choice(KnownNames.allCases.map(\.rawValue)), help: "of what")
        ],
        isHidden: true,
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let contexts = try run.contexts()
            let names =
                run.operands.first == KnownNames.contexts.rawValue
                ? contexts.map(\.name) : Array(Set(contexts.flatMap(\.nodes))).sorted()
            run.results.add(text: names.map { "\($0)\n" as TerminalText }.joined())
            return .done
        })

    /// What `make` calls to write `man/`.
    static let manual = VerbSpec(
        name: "manual",
        summary: "print a manual page",
        operands: [
            OperandSpec("PAGE", .required, .choice(["erlclu-ctl.1", "erlclu.config.5"]), help: "which one")
        ],
        isHidden: true,
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let page = run.operands.first == "erlclu.config.5" ? ManualPage.configurationFile : ManualPage.commands
            run.results.add(text: TerminalText(lines: page))
            return .done
        })
}
