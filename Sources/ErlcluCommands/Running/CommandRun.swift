import ByteTransport
import ClusterAdmin
import Dashboard
import Diagnosis
import ErlangNode
import ErlangTerm
import HandshakeTrace
import Presentation
import ReleaseFiles

/// One command on its way: what was typed, the world around it, and where its results go.
package final class CommandRun {
    let context: CommandContext
    let line: ParsedCommandLine
    let results: ResultWriter
    /// Of standard error, and of results.
    let style: TextStyle, resultStyle: TextStyle
    /// Columns of the terminal that results are shown on; nil elsewhere.
    let width: Int?
    /// When the command gives up. A context or a release may still say so, until the settings are known.
    private(set) var deadline: Instant?
    private let start: Instant
    /// How long that is from its begin, or from the begin of a node's turn; nil: without a limit.
    private var time: Duration?
    /// What is asked on the terminal.
    let questions = FairTurns()
    /// Whoever has the terminal, and lends it for a question.
    weak var keys: TerminalKeys?
    /// What was said of host keys.
    var hostKeyAnswers = HostKeyAnswers()
    /// What was typed for SSH hosts.
    let typedPasswords = TypedPasswords()
    /// Whether SSH is no way to a node: a daemon that carries the answer is not asked about itself.
    var leavesOutSSH = false
    /// Whether somebody has said that a protected node is to be taken down.
    var isEndingMeant = false
    /// The moment that somebody said; nil where the verb's own habit counts.
    private var limit: Instant?
    private let hasOwnTimeout: Bool
    /// What a node's turn has at least where no time was typed.
    private let least: Duration
    private let output: BufferedWriter
    private let errors: BufferedWriter
    private let progress: ProgressLine
    private var reportedInsecure: Set<String> = []
    private var printedWarnings: Set<String> = []
    private var hasReportedUnused = false
    private var faults: [String] = []
    /// What writes TLS secrets into a file, by its node.
    private var keyLogs: [String: TLSSecurity] = [:]

    init(
        _ line: ParsedCommandLine, context: CommandContext, output: BufferedWriter, errors: BufferedWriter,
        progress: ProgressLine
    ) {
        self.context = context
        self.line = line
        self.output = output
        self.errors = errors
        self.progress = progress
        let typed = line.options.value(.output) ?? context.environment["ERLCLU_OUTPUT"]
        let format = typed.flatMap { OutputFormat(rawValue: $0) } ?? .table
        width = context.outputIsTerminal ? context.terminalWidth : nil
        func style(_ isTerminal: Bool) -> TextStyle {
            TextStyle(
                color: line.options.value(.color), isASCII: line.options.contains(.ascii), isTerminal: isTerminal,
                environment: context.environment)
        }
        self.style = style(context.errorIsTerminal)
        resultStyle = style(context.outputIsTerminal)
        results = ResultWriter(
            verb: line.verbName, format: format, output: output, style: resultStyle, width: width)
        let typedLimit = line.options.value(.timeout)
        let limit = typedLimit ?? context.environment["ERLCLU_TIMEOUT"]
        let least = typedLimit == nil ? line.verb?.leastTimeout ?? .zero : .zero
        self.least = least
        let stated = limit.flatMap { DurationSyntax($0) }.map { $0.duration.map { max($0, least) } }
        let timeout = stated ?? line.verb?.defaultTimeout
        let start = context.now()
        self.start = start
        hasOwnTimeout = limit != nil
        time = timeout
        deadline = timeout.map { start + $0 }
        self.limit = limit == nil ? nil : deadline
    }

    /// Another command inside this one, with the same streams.
    func begin(_ line: ParsedCommandLine, in context: CommandContext) -> CommandRun {
        CommandRun(line, context: context, output: output, errors: errors, progress: progress)
    }

    /// Whether the deadline has not passed.
    var hasTime: Bool { deadline.map { context.now() < $0 } ?? true }
    /// Where results of several nodes are a document: their order there.
    var order: ResultOrder?
    /// Takes what is said while a screen is up, which it would be written over; nil: it goes to standard error.
    var onWords: ((String) -> Void)?
    /// Bytes of nodes' output that are kept for the end of a document.
    var keptOutput = 0
    /// The deadline, if somebody has asked for one.
    var statedDeadline: Instant? { hasOwnTimeout ? deadline : nil }
    /// A person who has left waits so long for a terminal that takes nothing any more.
    private static let patienceAfterLeaving = Duration.seconds(3)
    private var leftDeadline: Instant?
    /// From when on a reader that takes nothing is given up; nil: never.
    var outputDeadline: Instant? { leftDeadline ?? statedDeadline }

    /// A person has left what had the whole terminal: nothing that it still lacks is worth a wait without end.
    func leaveTerminal() { leftDeadline = .now + Self.patienceAfterLeaving }
    var options: ParsedOptions { line.options }
    var operands: [String] { line.operands }
    var format: OutputFormat { results.format }
    /// `-o ladder`: attempts to connect rung by rung, for people.
    var wantsLadder: Bool { ownFormat == "ladder" }
    /// What is asked for that only some verbs have.
    var ownFormat: String? { options.value(.output).flatMap { OutputFormat(rawValue: $0) == nil ? $0 : nil } }
    var isQuiet: Bool { options.contains(.quiet) }

    /// Whether peers' text is shown as it is: into a pipe, for whoever asked for it.
    var passesTextThrough: Bool { format == .raw && !context.outputIsTerminal }

    func warn(_ message: String) {
        if !isQuiet { printWarning(message) }
    }

    /// Whether it is new what is said.
    func hasNotSaid(_ warning: String) -> Bool { printedWarnings.insert(warning).inserted }

    private func printWarning(_ message: String) {
        say("\(FailureReport.program): \(style.warning("warning")): \(message)\n")
    }

    /// Text for standard error, written at once.
    func say(_ text: TerminalText) {
        if let onWords { return onWords(text.plain) }
        errors.write(text)
        errors.flush()
    }

    /// Waits until not too much of standard error is queued.
    @LoopActor
    func awaitRoomForWords() async { _ = await errors.awaitRoom(until: statedDeadline) }

    /// Writes a term for people in pieces, at the reader's pace.
    /// - Parameter change: what becomes of each piece.
    @LoopActor
    func write(_ text: TermText, changing change: ([UInt8]) -> [UInt8] = { $0 }) async {
        var text = text
        var piece = text.next()
        while let bytes = piece, !results.hasFailed {
            results.add(output: change(bytes))
            piece = text.next()
            if piece != nil { _ = await results.awaitRoom(until: statedDeadline) }
        }
    }

    /// How far long work is, for a person who waits at a terminal; `endProgress` takes it away.
    /// - Parameter loop: what the work waits on, so that the words are drawn when it is time to.
    func showProgress(_ words: String, on loop: EventLoop? = nil) {
        if !isQuiet { progress.show(words, on: loop) }
    }

    func endProgress() { progress.end() }

    /// Reports of a failure, in the form that the format of the results asks for.
    func report(_ failure: CommandFailure, isOneOfSeveral: Bool = false) {
        emitForScripts([failure])
        printFailure(failure, isOneOfSeveral: isOneOfSeveral)
    }

    /// The part of `report` that goes with the results.
    func emitForScripts(_ failures: [CommandFailure]) {
        for item in failures.flatMap(\.items) { results.add(error: item) }
    }

    /// The part of `report` that goes to standard error.
    func printFailure(_ failure: CommandFailure, isOneOfSeveral: Bool) {
        if format == .table || format == .raw { say(report(for: failure, isOneOfSeveral: isOneOfSeveral)) }
    }

    private func report(for failure: CommandFailure, isOneOfSeveral: Bool = false) -> TerminalText {
        FailureReport(
            style: style, verb: line.verbName, isQuiet: isQuiet,
            width: context.errorIsTerminal ? context.terminalWidth : nil
        ).text(for: failure, isOneOfSeveral: isOneOfSeveral)
    }

    /// A file beside the results that was asked for is not complete: a sentence that names it. The command goes on.
    func addOutputFault(_ sentence: String) { faults.append(sentence) }

    /// Reports what is not complete of the files that were asked for.
    /// - Returns: the status that it comes to, where the command itself ended with `status`.
    func reportOutputFaults(after status: ExitStatus) -> ExitStatus {
        if let path = keyLogPath, let error = keyLogs.values.lazy.map(\.keyLogFailure).first(where: { $0 != 0 }) {
            addOutputFault("\(path): \(SystemError.text(error)); secrets are missing in it")
        }
        for fault in faults { report(.output(fault)) }
        return faults.isEmpty || status != .done ? status : .outputFailed
    }

    // MARK: Targets

    /// Those that were asked for last.
    private(set) var knownSettings: NodeSettings?

    /// What a person has chosen on the screen, beside what was typed; nil: nothing.
    var choice: DashboardTarget?

    /// What the command line says of the target.
    var settingsFlags: SettingsFlags {
        var flags = SettingsFlags(options)
        choice?.apply(to: &flags)
        return flags
    }

    /// The same, with the nodes that are named.
    /// - Parameter nodes: named elsewhere than behind --node; empty where they are not.
    func namingFlags(_ nodes: [String] = []) -> SettingsFlags {
        var flags = settingsFlags
        if !nodes.isEmpty {
            flags.nodes = nodes
        } else if choice == nil, line.verb?.operands.first?.kind == .nodeName {
            flags.nodes += operands
        }
        return flags
    }

    /// The settings of a target that is going to be asked: its env.sh may be run, which a look at settings may not do.
    func targetSettings(_ flags: SettingsFlags) throws(SettingsError) -> NodeSettings {
        var flags = flags
        if flags.shell == .onlyLooks { flags.shell = .permitted }
        return try context.targets.settings(flags)
    }

    /// The settings in force, once their warnings have been reported.
    /// - Parameter nodes: named elsewhere than behind --node; empty where they are not.
    func settings(of nodes: [String] = []) throws(CommandFailure) -> NodeSettings {
        do throws(SettingsError) {
            let settings = try targetSettings(namingFlags(nodes))
            for notice in settings.notices where printedWarnings.insert(notice).inserted && !isQuiet {
                say("\(FailureReport.program): \(TerminalText.escaped(notice, keepingLines: false))\n")
            }
            for warning in settings.warnings where printedWarnings.insert(warning).inserted { warn(warning) }
            if !hasOwnTimeout, settings.timeoutMilliseconds.origin != .fallback {
                let stated = max(least, .milliseconds(settings.timeoutMilliseconds.value))
                // Whoever asks once more has no other turn.
                if limit != start + stated {
                    time = stated
                    limit = start + stated
                    deadline = limit
                }
            }
            knownSettings = settings
            return settings
        } catch {
            throw CommandFailure(error)
        }
    }

    /// - Parameter recorder: observes how the connection comes up.
    @LoopActor
    func open(
        _ node: String, _ settings: NodeSettings, recorder: OwnConnectionRecorder? = nil
    ) throws(CommandFailure) -> any Administration {
        try open(node, settings, until: deadline, recorder: recorder)
    }

    @LoopActor
    func open(
        _ node: String, _ settings: NodeSettings, until deadline: Instant?, recorder: OwnConnectionRecorder? = nil,
        onStep: SecureShellProgress.Observer? = nil
    ) throws(CommandFailure) -> any Administration {
        var settings = settings
        if leavesOutSSH { settings.ssh = nil }
        warnOfUnusedOptions(settings)
        var target = DialPlan(node: node, settings: settings, deadline: deadline, keyLog: keyLogPath)
        if keyLogPath != nil { target.onSecurity = { [weak self] in self?.keyLogs[node] = $0 } }
        target.recorder = recorder
        target.onStep = onStep
        target.onDetourBegun = { [weak self] in self?.warn(of: $0, to: node) }
        return try open(target)
    }

    private var keyLogPath: String? { options.value(.keylog) ?? context.environment["SSLKEYLOGFILE"] }

    /// As much time as the command had at first, from now on: for what a person begins while it runs.
    var renewedDeadline: Instant? { time.map { context.now() + $0 } }

    /// The nodes that are asked from now on have all of the time.
    func beginTurn() { deadline = renewedDeadline }

    /// One of several nodes is looked at, and one that hangs is not to use up the time of the others: of a time that
    /// somebody set it has its share, and otherwise as much as it would have alone.
    /// - Parameter others: how many are to come after it.
    func beginTurn(before others: Int) {
        let now = context.now()
        guard let limit else {
            // Without a limit on purpose (`infinity`), or as long as the verb takes.
            time = hasOwnTimeout ? nil : line.verb?.defaultTimeout
            return deadline = renewedDeadline
        }
        time = max(least, max(.zero, now.duration(to: limit)) / (others + 1))
        deadline = renewedDeadline
    }

    /// Whoever typed these believes that TLS is used.
    private func warnOfUnusedOptions(_ settings: NodeSettings) {
        guard !hasReportedUnused else { return }
        hasReportedUnused = true
        let transport = settings.transport
        let ofTLS = [OptionName.insecure, .keylog, .serverName]
        // What learns host keys through distribution writes into the file that is named.
        let ofSSH =
            [OptionName.identity, .hostKeyFingerprint, .sshPassword, .sshPasswordFile]
            + (line.verbName == "ssh trust" ? [] : [.knownHosts])
        let unused: [OptionName] =
            switch transport.value {
            case .tls: settings.goesOnOverSSH ? [] : [.ssh] + ofSSH
            case .tcp: ofTLS + (settings.goesOnOverSSH ? [] : [.ssh] + ofSSH)
            case .ssh: ofTLS + [.via, .address, .epmd]
            }
        for name in unused where options.contains(name) {
            let other = ofTLS.contains(name) ? ", not TLS" : ofSSH.contains(name) ? ", not SSH" : ""
            warn(
                "--\(name.rawValue) has no effect: the connection is \(transport.value.rawValue.uppercased()) "
                    + "(\(transport.origin))\(other)")
        }
    }

    @LoopActor
    private func open(_ target: DialPlan) throws(CommandFailure) -> any Administration {
        var target = target
        let (settings, node) = (target.settings, target.node)
        try checkMode(settings, node)
        let verifies = settings.tls.verifiesPeer
        if settings.transport.value == .tls, !verifies.value, reportedInsecure.insert(node).inserted {
            // Printed with -q as well: nobody is to get used to it.
            printWarning("\(verifies.origin): the node's certificate is not verified")
        }
        if options.contains(.verbose) {
            let trace = ConnectionTrace(start: start, now: context.now) { [weak self] in self?.say($0) }
            let cookie = settings.cookie.map { "cookie from \($0.origin)" } ?? "no cookie"
            trace.write(
                "TARGET",
                "\(node) (\(settings.nodes.origin)), \(settings.transport.value) (\(settings.transport.origin)), \(cookie)"
            )
            trace.write(algorithmsOf: settings)
            target.trace = trace
        }
        target.ask(through: self)
        return try context.targets.open(target)
    }

    /// A context may say that its nodes are not to be changed, or not ended by mistake.
    private func checkMode(_ settings: NodeSettings, _ node: String) throws(CommandFailure) {
        let effect = line.verb?.effect ?? .looks
        switch (settings.mode.value, effect) {
        case (.readOnly, .runsCode), (.readOnly, .ends):
            throw .configuration(
                message: "\(node) is read-only (\(settings.mode.origin)), and \(line.verbName) may change it",
                remedy: "use a context that allows it, if it is meant")
        case (.protected, .ends) where !options.contains(.yes) && !isEndingMeant:
            throw .configuration(
                message: "\(node) is protected (\(settings.mode.origin)), and \(line.verbName) would take it down",
                remedy: "if that is meant, say so: --yes")
        case (.readWrite, _), (.readOnly, .looks), (.protected, _): break
        }
    }

    /// The way to the node that `options` name, for the forms that have options of their own.
    ///
    /// They come from a release's script: what that passes in ERL_FLAGS counts too.
    @LoopActor
    func open(scripted options: ParsedOptions, deadline: Instant?) throws(CommandFailure) -> any Administration {
        var flags = SettingsFlags(options)
        flags.emulatorFlags = context.environment["ERL_FLAGS"]
        let settings: NodeSettings
        do throws(SettingsError) { settings = try context.targets.settings(flags) } catch {
            throw CommandFailure(error)
        }
        knownSettings = settings
        // The scripts pass -setcookie on every call, and nobody can do without: that warning would only be noise.
        let expected = SettingsFlags.visibleCookieWarning
        for warning in settings.warnings where warning != expected { warn(warning) }
        let isNamed = !flags.nodes.isEmpty
        let guess = settings.address.map { "node@\($0.value.host)" }
        guard let node = settings.nodes.value.first ?? guess else { throw noNode(settings) }
        return try open(
            DialPlan(node: node, takesAnyName: !isNamed, settings: settings, deadline: deadline, keyLog: nil))
    }

    /// Reports a failure to a person, whatever the format of the results.
    func explain(_ failure: CommandFailure) { say(report(for: failure)) }
}
