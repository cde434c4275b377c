import ByteTransport
import ClusterAdmin
import ErlangNode
import Presentation
import ReleaseFiles

extension VerbSpec {
    static let remoteConsole = VerbSpec(
        name: "remote_console",
        effect: .runsCode,
        aliases: ["remote", "remsh", "console"],
        summary: "the node's own shell, Erlang or IEx",
        operands: [.nodes],
        options: [
            OptionSpec(
                .lang, value: OptionValue("erlang|elixir", .choice(EvaluationRequest.Language.words)),
                help: "which shell; without it that of the context, then IEx on an Elixir node, else Erlang's"),
            OptionSpec(
                .raw,
                help: "pass every sequence that the node prints to the terminal, and do not ask before what stops it"),
            OptionSpec(
                .log, value: OptionValue("FILE", .file),
                help: "append what is entered and printed to this file, each line with its time"),
        ],
        details: [
            "The shell, its bindings and its records are the node's; erlclu-ctl edits the line and shows what is printed. "
                + "When it ends, in whatever way, the shell on the node and its evaluation end too, and the node stays.",
            "A node is an Elixir node when the application elixir is loaded on it and IEx can be found. Where IEx had to be "
                + "started it is stopped again with the last console that needs it.",
            "Ctrl-C breaks an evaluation off and keeps the bindings of Erlang's shell. Ctrl-D on an empty line, Ctrl-] "
                + "and exit(). leave. Tab completes, from OTP 26 on bindings and records too; Ctrl-R searches the "
                + "history, Alt-Enter begins a new line. What is typed is coloured where --color allows it.",
            "Ctrl-G gives the job menu, after that of erl: s starts another shell, r NODE one on another node, with the same "
                + "cookie and certificates; c N switches, i N interrupts, k N kills, j lists, q quits. A link that is lost "
                + "takes the shells of its node along and no others; it can be made again.",
            "q(), halt(), init:stop() and their like ask first, as they stop the node. Where standard input is no "
                + "terminal its lines are run, and lines that stop the node are refused without --raw.",
            "Over SSH it is the same, where the daemon runs expressions (exec). Where it does not and has a shell, the "
                + "daemon's own shell is handed over on a terminal: it edits the line itself, what the node sends goes "
                + "to the terminal as it is, and nothing asks before what stops the node. Ctrl-] leaves.",
        ],
        examples: [
            VerbExample("erlclu-ctl remote_console -n app@10.0.0.7", "a shell on that node"),
            VerbExample("echo 'nodes().' | erlclu-ctl remote_console", "run lines and print what the shell prints"),
            VerbExample("erlclu-ctl remote_console --lang elixir", "IEx, where Elixir is installed"),
        ],
        statuses: [.done, .negative, .noHost, .unavailable, .timeout, .protocolMismatch, .authentication],
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            if run.format != .table, run.format != .raw {
                throw .usage(
                    .notSupported("-o \(run.format.rawValue)", reason: "a console prints what the shell prints"))
            }
            let settings = try run.settings()
            return try await run.withEntryNode { (node) async throws(CommandFailure) in
                let options = ConsoleOptions(
                    language: run.language, isRaw: run.options.contains(.raw),
                    log: try run.options.value(.log).map { (path) throws(CommandFailure) in
                        try Transcript(path, on: run.context.loop)
                    })
                run.warnOfProtection(node.node, settings)
                var outcome: Result<ExitStatus, CommandFailure>
                var isOnTerminal = false
                do throws(CommandFailure) {
                    let isDumb = TextStyle.isDumb(run.context.environment)
                    if let terminal = RawTerminal(run.context, for: isDumb ? .dumb : .lines) {
                        isOnTerminal = true
                        let context = settings.context?.value
                        let console = TerminalConsole(
                            node, options, run: run, terminal: terminal, context: context)
                        // Its keys and signals hold it weakly.
                        defer { withExtendedLifetime(console) {} }
                        outcome = .success(try await console.attend())
                    } else {
                        let console = PipedConsole(node, options, run: run)
                        defer { withExtendedLifetime(console) {} }
                        outcome = .success(try await console.attend())
                    }
                } catch {
                    outcome = .failure(error)
                }
                if isOnTerminal, case .failure(let failure) = outcome {
                    do throws(CommandFailure) {
                        outcome = .success(
                            try await run.daemonShell(
                                of: node.node, settings, insteadOf: failure, log: options.log))
                    } catch { outcome = .failure(error) }
                }
                // A signal has ended it: a reader of the log that takes nothing is not waited for.
                let isHurried = if case .success(let status) = outcome { status.isOfSignal } else { false }
                await options.log?.finish(isHurried: isHurried)
                if let fault = options.log?.fault { run.addOutputFault("\(fault); the log ends early") }
                return try outcome.get()
            }
        })
}

extension CommandRun {
    /// What --lang says, or else the context, once the settings are known; nil where neither does.
    var language: EvaluationRequest.Language? {
        (options.value(.lang) ?? knownSettings?.language?.value.rawValue)
            .flatMap { EvaluationRequest.Language(word: $0) }
    }

    /// A banner for whoever is about to type on a node that is not to be ended by mistake.
    fileprivate func warnOfProtection(_ node: String, _ settings: NodeSettings) {
        if settings.mode.value == .protected { warn("\(node) is protected: what is typed here acts on it") }
    }

    /// The way to a node that a person names while the command runs.
    @LoopActor
    func open(further node: String) throws(CommandFailure) -> any Administration {
        let settings: NodeSettings
        do throws(SettingsError) { settings = try targetSettings(namingFlags()).holding(for: node) } catch {
            throw CommandFailure(error)
        }
        warnOfProtection(node, settings)
        return try open(node, settings, until: renewedDeadline)
    }
}
