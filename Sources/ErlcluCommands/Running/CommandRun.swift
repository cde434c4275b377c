import ByteTransport
import ErlangNode

/// One command on its way: what was typed, the world around it, and where its results go.
package final class CommandRun {
    let context: CommandContext
    let line: ParsedCommandLine
    let results: ResultWriter
    let style: TextStyle
    let timeout: Duration?
    let deadline: Instant?
    private let errors: BufferedWriter

    init(_ line: ParsedCommandLine, context: CommandContext, output: BufferedWriter, errors: BufferedWriter) {
        self.context = context
        self.line = line
        self.errors = errors
        let format = line.options.value(.output).flatMap { OutputFormat(rawValue: $0) } ?? .table
        results = ResultWriter(verb: line.verbName, format: format, output: output)
        style = TextStyle(
            color: line.options.value(.color), isASCII: line.options.contains(.ascii),
            isTerminal: context.errorIsTerminal, environment: context.environment)
        let typed = line.options.value(.timeout) ?? context.environment["ERLCLU_TIMEOUT"]
        timeout = typed.flatMap { DurationSyntax($0) }.map(\.duration) ?? line.verb?.defaultTimeout
        deadline = timeout.map { context.now() + $0 }
    }

    var options: ParsedOptions { line.options }
    var operands: [String] { line.operands }
    var format: OutputFormat { results.format }
    var isQuiet: Bool { options.contains(.quiet) }

    /// Whether peers' text is shown as it is: into a pipe, for whoever asked for it.
    var passesTextThrough: Bool { format == .raw && !context.outputIsTerminal }

    /// A peer's text, ready for standard output.
    func shown(_ bytes: [UInt8]) -> [UInt8] {
        passesTextThrough ? bytes : Array(TerminalText.escaped(bytes).utf8)
    }

    func warn(_ message: String) {
        if isQuiet { return }
        let text = TerminalText.escaped(message, keepingLines: false)
        say("\(FailureReport.program): \(style.warning("warning")): \(text)\n")
    }

    /// Text for standard error, written at once.
    func say(_ text: String) {
        errors.write(text)
        errors.flush()
    }

    /// Tells of a failure that does not end the command.
    func report(_ failure: CommandFailure) {
        for item in failure.items { results.add(error: item) }
        if format == .table || format == .raw { say(report(for: failure)) }
    }

    private func report(for failure: CommandFailure) -> String {
        FailureReport(style: style, isQuiet: isQuiet).text(for: failure)
    }

    // MARK: Targets

    var request: TargetRequest { TargetRequest(options, timeout: timeout, deadline: deadline) }

    /// The one node that is meant.
    func administration() throws(CommandFailure) -> any Administration {
        if options.contains(.setcookie) {
            warn("a cookie on the command line is seen by everybody on this host; --cookie-file hides it")
        }
        if options.contains(.insecure) {
            warn("--insecure: nobody knows whose certificate this is")
        }
        return try context.open(request)
    }

    /// Does `body` for each node that was named, or for the one that the settings know. Failures of some are reported
    /// as they come, and the command ends with status 2 then.
    func forEachNode(
        _ body: (any Administration, _ isOneOfSeveral: Bool) throws(CommandFailure) -> Void
    ) throws(CommandFailure) -> ExitStatus {
        let request = self.request
        guard request.nodes.count > 1 else {
            try body(try administration(), false)
            return .done
        }
        var failures: [CommandFailure] = []
        for node in request.nodes {
            var single = request
            single.nodes = [node]
            do throws(CommandFailure) {
                try body(try context.open(single), true)
            } catch {
                report(error)
                failures.append(error)
            }
        }
        guard let first = failures.first else { return .done }
        return failures.count == request.nodes.count && failures.allSatisfy { $0.status == first.status }
            ? first.status : .partial
    }
}

extension CommandRun {
    /// Turns the failure of a request into that of the command.
    func asking<Answer>(_ request: () throws(NodeFailure) -> Answer) throws(CommandFailure) -> Answer {
        do throws(NodeFailure) { return try request() } catch { throw .node(error) }
    }
}
