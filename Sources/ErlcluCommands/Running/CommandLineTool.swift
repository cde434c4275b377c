import ByteTransport
import Presentation

/// The whole program: from `argv` to the exit status. It returns; ending the process is the caller's.
package struct CommandLineTool {
    package static let version = ProgramVersion.text

    private let context: CommandContext

    package init(_ context: CommandContext) { self.context = context }

    /// - Returns: the process's exit status.
    package func run() -> Int32 {
        let progress = ProgressLine(context)
        let output = BufferedWriter(
            context.outputIsTerminal ? progress.sink(beside: context.standardOutput) : context.standardOutput,
            isTerminal: context.outputIsTerminal)
        let errors = BufferedWriter(progress.sink(beside: context.standardError), isTerminal: context.errorIsTerminal)
        let ending = ending(output: output, errors: errors, progress)
        var status = ending.status
        progress.end()
        let isHurried = status.isOfSignal
        output.drain(until: ending.deadline, isHurried: isHurried)
        // A reader that takes nothing does not change why the command has ended: by a signal while it wrote to a terminal,
        // where no file lacks anything, or by its deadline, which is reported. Nor does a terminal that is gone, which ends
        // a command by itself.
        let isGivenUp = output.failure == SystemError.givenUp
        let isExpected =
            isGivenUp && (context.outputIsTerminal || status == .timeout)
            || context.outputIsTerminal && status == .hungUp
        if output.failure != 0, !isExpected { status = Self.status(ofWriteError: output.failure, errors: errors) }
        errors.drain(until: ending.deadline, isHurried: isHurried)
        return status.rawValue
    }

    /// How a command has ended.
    private struct Ending {
        var status: ExitStatus
        /// When it was to end at the latest, if somebody has said so.
        var deadline: Instant?
    }

    private func ending(output: BufferedWriter, errors: BufferedWriter, _ progress: ProgressLine) -> Ending {
        let arguments = Array(context.arguments.dropFirst())
        let program = context.arguments.first.map { path in
            path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
        }
        let line: ParsedCommandLine
        do throws(UsageError) {
            let own = program == "nodetool" || program == "erl_call" ? [program ?? ""] + arguments : arguments
            line = try parse(own)
        } catch {
            if error == .noVerb {
                errors.write(TerminalText(lines: HelpText.overview))
            } else {
                let style = TextStyle(
                    color: nil, isASCII: false, isTerminal: context.errorIsTerminal, environment: context.environment)
                errors.write(
                    FailureReport(style: style, verb: Self.verb(in: arguments), isQuiet: false, width: nil).text(
                        for: .usage(error)))
            }
            return Ending(status: .usage)
        }
        if line.options.contains(.help) {
            let help = line.verb.map { HelpText.verb($0, name: line.verbName) } ?? HelpText.overview
            output.write(TerminalText(lines: help))
            return Ending(status: .done)
        }
        if line.options.contains(.version) {
            output.write("erlclu-ctl \(Self.version)\n")
            return Ending(status: .done)
        }
        // Safe: the loop runs the task on this thread, which waits here until it has ended.
        nonisolated(unsafe) let (tool, output, errors, progress) = (self, output, errors, progress)
        return context.loop.run { @LoopActor () async -> Ending in
            await tool.perform(line, output: output, errors: errors, progress)
        }
    }

    /// Without a verb a person at a terminal gets the dashboard; a script is shown what there is.
    private func parse(_ arguments: [String]) throws(UsageError) -> ParsedCommandLine {
        do throws(UsageError) { return try CommandLineParser().parse(arguments) } catch {
            guard error == .noVerb, context.inputIsTerminal, context.outputIsTerminal,
                !TextStyle.isDumb(context.environment)
            else { throw error }
            return try CommandLineParser().parse(arguments + ["ui"])
        }
    }

    /// The verb that a faulty command line seems to be of.
    private static func verb(in arguments: [String]) -> String? {
        let verbs = Verbs.all.filter { !$0.isHidden && $0.subverbs.isEmpty }
        return arguments.first { word in verbs.contains { $0.name == word } }
    }

    @LoopActor
    private func perform(
        _ line: ParsedCommandLine, output: BufferedWriter, errors: BufferedWriter, _ progress: ProgressLine
    ) async -> Ending {
        guard let verb = line.verb else { return Ending(status: .usage) }
        let run = CommandRun(line, context: context, output: output, errors: errors, progress: progress)
        defer { run.results.finish() }
        var capture: OwnCapture?
        let status = await perform(verb, run, &capture)
        await capture?.finish(isHurried: status.isOfSignal)
        if let fault = capture?.fault { run.addOutputFault("the capture is not complete: \(fault)") }
        return Ending(status: run.reportOutputFaults(after: status), deadline: run.outputDeadline)
    }

    @LoopActor
    private func perform(_ verb: VerbSpec, _ run: CommandRun, _ capture: inout OwnCapture?) async -> ExitStatus {
        let line = run.line
        do throws(CommandFailure) {
            try checkEnvironment()
            capture = try startCapture(line.options)
            if let format = run.ownFormat, !verb.ownFormats.contains(format) {
                let what = format == "ladder" ? "reports no attempts to connect" : "has no screen"
                throw .usage(.notSupported("-o \(format)", reason: "'\(line.verbName)' \(what)"))
            }
            return try await verb.run(run)
        } catch {
            // When nobody reads the results any more, the command was broken off.
            if !run.results.hasFailed { run.report(error) }
            return error.status
        }
    }

    private func startCapture(_ options: ParsedOptions) throws(CommandFailure) -> OwnCapture? {
        guard let path = options.value(.capture) else { return nil }
        let capture = try OwnCapture(path, on: context.loop)
        context.targets.record(capture)
        return capture
    }

    /// Variables are checked as options are; a mistake in one is a mistake in the configuration.
    private func checkEnvironment() throws(CommandFailure) {
        if let text = context.environment["ERLCLU_OUTPUT"], OutputFormat(rawValue: text) == nil {
            let formats = OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw .configuration(message: "ERLCLU_OUTPUT is '\(text)': it is one of \(formats)", remedy: nil)
        }
        if let text = context.environment["ERLCLU_TIMEOUT"], DurationSyntax(text) == nil {
            throw .configuration(
                message: "ERLCLU_TIMEOUT is '\(text)': it is \(DurationSyntax.expectation)", remedy: nil)
        }
    }

    private static func status(ofWriteError error: Int32, errors: BufferedWriter) -> ExitStatus {
        if error == SystemError.brokenPipe { return .brokenPipe }
        errors.write("\(FailureReport.program): cannot write to standard output: \(SystemError.text(error))\n")
        return .outputFailed
    }
}
