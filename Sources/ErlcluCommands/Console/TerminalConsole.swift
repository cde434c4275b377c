import ByteTransport
import ClusterAdmin
import ErlangNode
import Glibc
import LineEditor
import Presentation
import TerminalCanvas

/// A console on a terminal: one event loop over the keys, the node and the signals.
@LoopActor
final class TerminalConsole {
    enum Phase {
        /// The node has not asked for anything: keys wait, but for those that break off and leave.
        case idle
        case editing
        /// What was entered is looked at by the node: it may not be whole.
        case submitted
        /// A call that stops the node was entered: does the person mean it?
        case asking(String)
        /// Ctrl-G: what was typed of a command.
        case menu(String)
        /// The link is lost: shall it be made again?
        case lost(ending: ExitStatus)
    }

    private let options: ConsoleOptions
    let run: CommandRun
    let terminal: RawTerminal
    private let isColoured: Bool
    /// It gets no escape sequence.
    let isDumb: Bool
    private var historyFile: HistoryFile
    private var history: History
    /// Nobody has named the node: it says itself whose history it is.
    private var isNamedLater: Bool
    /// The shells that are open; the first one was there first.
    var jobs: [ConsoleJob] = []
    var job: ConsoleJob
    var queued: [Key] = []
    var phase = Phase.idle
    var painter: any EditorPainter
    /// The line is drawn once for all that the node prints in a moment.
    private var isPaintDue = false
    /// What Tab listed the choice of at this prompt.
    var listed: String?
    var status: ExitStatus? { didSet { if status != nil { over.fulfil(()) } } }
    var hasOpened = false
    /// Why the first shell could not be opened.
    var initialFailure: CommandFailure? { didSet { over.fulfil(()) } }
    private let over = Promise<Void>()
    /// Shells that are being opened.
    var openings: [Task<Void, Never>] = []

    var shell: NodeShell? { job.shell }
    var editor: LineEditor {
        get { job.editor }
        set { job.editor = newValue }
    }
    private var read: IORead { job.read }
    var tail: OpenLine {
        get { job.tail }
        set { job.tail = newValue }
    }

    init(
        _ node: any Administration, _ options: ConsoleOptions, run: CommandRun, terminal: RawTerminal, context: String?
    ) {
        isDumb = TextStyle.isDumb(run.context.environment)
        job = ConsoleJob(number: 1, node: node, language: options.language, isDumb: isDumb)
        self.options = options
        self.run = run
        self.terminal = terminal
        isColoured =
            TextStyle(
                color: run.options.value(.color), isASCII: false, isTerminal: true, environment: run.context.environment
            ).hasColor
        historyFile = HistoryFile(name: context ?? node.node, environment: run.context.environment)
        history = historyFile.load()
        isNamedLater = context == nil && !node.node.contains("@")
        let size = terminal.size
        painter =
            isDumb
            ? RowPainter(columns: size.columns, rows: size.rows)
            : LinePainter(columns: size.columns, rows: size.rows)
    }

    func named(_ node: String) {
        guard isNamedLater else { return }
        isNamedLater = false
        historyFile = HistoryFile(name: node, environment: run.context.environment)
        history = historyFile.load()
    }

    /// Runs it to its end.
    func attend() async throws(CommandFailure) -> ExitStatus {
        let keys = TerminalKeys(terminal) { [weak self] in
            self?.take($0)
        } onEnd: { [weak self] in
            self?.status = .hungUp
        }
        defer { keys.cancel() }
        run.keys = keys
        let signals: SignalSource
        do throws(StreamClosure) {
            signals = try SignalSource([SIGWINCH, SIGTERM, SIGHUP, SIGINT], on: LoopActor.loop) { [weak self] in
                self?.signalled($0)
            }
        } catch {
            throw .configuration(message: "signals cannot be read: \(error)", remedy: nil)
        }
        // A terminal that is closed says so twice, and its end may be read before SIGHUP comes: whoever ends because of a
        // signal does not die of that one on the way.
        defer { signals.cancel(holding: status?.isOfSignal ?? false ? [SIGHUP] : []) }
        terminal.join(LoopActor.loop)
        defer { terminal.restore() }
        open(job)
        _ = await over.value(until: nil)
        run.leaveTerminal()
        for opening in openings {
            opening.cancel()
            await opening.value
        }
        if let initialFailure { throw initialFailure }
        leaveLine()
        for job in jobs { job.shell?.leave() }
        return status ?? .done
    }

    private func signalled(_ signal: Int32) {
        switch signal {
        case SIGWINCH:
            let size = terminal.size
            for job in jobs { job.shell?.resize(columns: size.columns, rows: size.rows) }
            painter.resize(columns: size.columns, rows: size.rows)
            if case .editing = phase { paint() }
        case SIGINT: interrupt()
        default:
            status = ExitStatus(signal: signal)
        }
    }

    // MARK: the node

    func handle(_ event: NodeShell.Event) {
        switch event {
        case .output(let text), .logged(let text): show(options.isRaw ? text : job.filter.filter(text))
        case .paused: show(job.filter.end())
        case .read(let read):
            show(job.filter.end())
            // What was entered is taken and was not enough.
            if let entered = job.entered {
                keep(entered)
                job.entered = nil
                leaveLine()
                tail = OpenLine()
            }
            phase = .idle
            job.read = read
            job.isRead = true
            ask()
        case .readMore:
            job.entered = nil
            editor.insert("\n")
            edit()
        case .readOver:
            job.isRead = false
            // Whatever the person does meanwhile: it has been entered.
            if let entered = job.entered { keep(entered) }
            job.entered = nil
            switch phase {
            case .editing, .submitted:
                leaveLine()
                tail = OpenLine()
                phase = .idle
            case .idle, .asking, .menu, .lost: break
            }
        case .ended(let reason):
            show(job.filter.end())
            leaveLine()
            phase = .idle
            end(job, reason)
        case .lost(let failure): lose(job.node, failure)
        }
    }

    /// Takes what was entered into the history and the transcript.
    private func keep(_ entered: String) {
        if read.isSecret { return }
        options.log?.entered(entered)
        if read.isShellPrompt, history.add(entered) { historyFile.append(entered) }
    }

    private func show(_ text: [UInt8]) {
        guard !text.isEmpty else { return }
        options.log?.printed(text)
        let isDrawn = !isPaintDue
        var output = Array(painter.erase().utf8)
        let isEditing: Bool
        switch phase {
        case .editing, .submitted: isEditing = true
        case .idle, .asking, .menu, .lost: isEditing = false
        }
        if isEditing, isDrawn { output += tail.bytes }
        output += text
        tail.append(text)
        if isEditing, read.isShellPrompt, !tail.isEmpty {
            output += [0x0D, 0x0A]
            tail = OpenLine()
        }
        terminal.write(output)
        if isEditing, isDrawn {
            isPaintDue = true
            LoopActor.loop.enqueue { [weak self] in self?.paintIfDue() }
        }
    }

    private func paintIfDue() {
        guard isPaintDue else { return }
        switch phase {
        case .editing, .submitted: paint()
        case .idle, .asking, .menu, .lost: isPaintDue = false
        }
    }

    /// Goes below the line that is edited.
    func leaveLine() {
        paintIfDue()
        terminal.write(painter.leave())
    }

    /// Begins to edit the input of a read. Of the prompt, only what stands in the same line is drawn with it.
    private func ask() {
        let prompt = Array(read.prompt.unicodeScalars.prefix(Self.promptLimit))
        if let end = prompt.lastIndex(of: "\n") {
            var lines = String.UnicodeScalarView()
            lines.append(contentsOf: prompt[...end])
            show(job.filter.filter(Array(String(lines).utf8)) + job.filter.end())
        }
        if tail.isElsewhere {
            terminal.write("\r\n")
            tail = OpenLine()
        }
        let begun = Self.plain(tail.bytes)
        if !tail.isEmpty {
            terminal.write(painter.eraseText(ofWidth: CellWidth.of(begun)))
        }
        editor = newEditor(prompt: begun + ownPrompt)
        listed = nil
        edit()
    }

    /// More of a prompt is not shown: each key would draw it again.
    private static let promptLimit = 4096

    /// The prompt's last line.
    private var ownPrompt: String {
        let scalars = read.prompt.unicodeScalars.prefix(Self.promptLimit)
        let start = scalars.lastIndex(of: "\n").map { scalars.index(after: $0) } ?? scalars.startIndex
        var filter = DrawingFilter(passesSequences: false)
        return Self.plain(filter.filter(Array(String(scalars[start...]).utf8)) + filter.end())
    }

    private func newEditor(prompt: String) -> LineEditor {
        var syntax: InputSyntax?
        if isColoured, read.isShellPrompt { syntax = shell?.language == .elixir ? .elixir : .erlang }
        return LineEditor(
            prompt: prompt, history: read.isSecret ? History() : history, isSecret: read.isSecret, syntax: syntax)
    }

    func edit() {
        phase = .editing
        let waiting = queued
        queued = []
        for (index, key) in waiting.enumerated() {
            guard case .editing = phase else {
                queued += waiting[index...]
                return
            }
            take(key)
        }
        if case .editing = phase { paint() }
    }

    func paint() {
        isPaintDue = false
        terminal.write(painter.paint(editor))
    }

    private static func plain(_ text: [UInt8]) -> String {
        var result = ""
        var isSequence = false
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            if scalar == "\u{1B}" {
                isSequence = true
            } else if isSequence {
                if scalar != "[", (0x40...0x7E).contains(scalar.value) { isSequence = false }
            } else if scalar.properties.generalCategory != .control {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static let bindingsLost = "IEx starts anew after an interrupt: the bindings are lost"

    func announce(_ sentence: String) { terminal.write("\(FailureReport.program): \(sentence)\r\n") }

    // MARK: keys

    private func take(_ keys: [Key]) {
        for key in keys where status == nil { take(key) }
        if case .editing = phase, status == nil { paint() }
    }

    private func take(_ key: Key) {
        switch phase {
        case .idle, .submitted:
            switch key {
            case .control("c"): interrupt()
            case .control("]"): status = .done
            case .control("g"): openMenu()
            case .control("z"): terminal.suspend()
            default: if queued.count < 65536 { queued.append(key) }
            }
        case .editing: if let action = editor.handle(key) { perform(action) }
        case .asking(let text): answer(key, text)
        case .menu(let typed): type(key, behind: typed)
        case .lost(let ending): connectAgain(key, else: ending)
        }
    }

    private func perform(_ action: EditorAction) {
        switch action {
        case .submit(let text): submit(text)
        case .interrupt: if read.isShellPrompt, shell?.language == .erlang { freshPrompt() } else { interrupt() }
        case .discarded: if read.isShellPrompt { freshPrompt() } else { interrupt() }
        case .leave: status = .done
        case .complete(let before): complete(before)
        case .menu: openMenu()
        case .clearScreen:
            terminal.write(painter.clearScreen())
        case .suspend:
            leaveLine()
            terminal.suspend()
        case .bell: terminal.write("\u{7}")
        }
    }

    private func freshPrompt() {
        editor.moveToEnd()
        paint()
        leaveLine()
        tail = OpenLine()
        editor = newEditor(prompt: ownPrompt)
    }

    func interrupt() {
        queued = []
        if shell == nil { return breakOffOpening() }
        leaveLine()
        tail = OpenLine()
        phase = .idle
        if shell?.interrupt() == true { announce(Self.bindingsLost) }
    }

    private func submit(_ text: String) {
        if !options.isRaw, read.isShellPrompt, let stop = NodeStop.find(in: text) {
            editor.moveToEnd()
            paint()
            leaveLine()
            terminal.write("\(stop) stops the node \(job.node.node). Really? (y/N) ")
            phase = .asking(text)
            return
        }
        enter(text)
    }

    private func enter(_ text: String) {
        editor.moveToEnd()
        paint()
        hand(over: text)
    }

    private func hand(over text: String) {
        phase = .submitted
        job.entered = text
        shell?.enter(text + "\n")
    }

    private func answer(_ key: Key, _ text: String) {
        guard key == .text("y") || key == .text("Y") else {
            terminal.write("no\r\n")
            phase = .editing
            editor = newEditor(prompt: ownPrompt)
            return
        }
        terminal.write("yes\r\n")
        hand(over: text)
    }
}
