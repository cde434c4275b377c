import ByteTransport
import ClusterAdmin
import Dashboard
import Diagnosis
import ErlangNode
import Glibc
import NcursesTerminal
import Presentation
import ReleaseFiles
import TerminalCanvas

/// The dashboard on a terminal: it carries keys, signals and the watch of the members to the model, does what the model
/// asks for, and draws what it shows.
@LoopActor
final class DashboardSession {
    private let run: CommandRun
    private let settings: NodeSettings
    private let entry: any Administration
    private let terminal: RawTerminal
    private let screen: NcursesScreen
    private var model: DashboardModel
    private var keys = KeyDecoder()
    private let messages = EventQueue<DashboardMessage>(limit: 4096)
    private var input: DescriptorHandle?
    private var signals: SignalSource?
    private var clock: TimerHandle?
    private var escapeTimer: TimerHandle?
    private var watch: MemberWatch?
    private var ending: ExitStatus?
    /// The screen is to be drawn once the terminal has taken what it was given before.
    private var isDrawingDue = false
    /// What was drawn last, so that nothing is drawn twice.
    private var drawn: Canvas?

    init(
        _ entry: any Administration, _ settings: NodeSettings, _ run: CommandRun, terminal: RawTerminal,
        screen: NcursesScreen
    ) {
        self.entry = entry
        self.settings = settings
        self.run = run
        self.terminal = terminal
        self.screen = screen
        let size = terminal.size
        let mode: DashboardModel.NodeMode =
            switch settings.mode.value {
            case .readOnly: .readOnly
            case .protected: .protected
            case .readWrite: .readWrite
            }
        model = DashboardModel(
            title: settings.context?.value ?? entry.node, entry: entry.node,
            transport: settings.transport.value.rawValue, mode: mode,
            size: ScreenSize(columns: size.columns, rows: size.rows),
            isASCII: run.resultStyle.isASCII || !Self.isUTF8(run.context.environment), now: run.context.time(),
            means: Remedy.option)
    }

    /// The first of these that is set decides, as setlocale(3) has it.
    private static func isUTF8(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.uppercased().contains("UTF-8") || locale.uppercased().contains("UTF8")
    }

    /// Shows it until a person leaves, or a signal or the end of the terminal comes.
    func attend() async throws(CommandFailure) -> ExitStatus {
        terminal.join(LoopActor.loop)
        defer {
            release()
            terminal.write(screen.leave())
            terminal.restore()
        }
        try take()
        draw()
        let watch = makeWatch()
        self.watch = watch
        await withTaskGroup(of: Void.self) { group in
            let watching: @LoopActor @Sendable () async -> Void = { [self] in await attend(watch) }
            group.addTask(operation: watching)
            while ending == nil {
                guard case .value(let message) = await messages.next(until: nil) else { break }
                await perform(model.update(message))
                // What has come meanwhile is drawn with it.
                if messages.count == 0 { draw() }
            }
            group.cancelAll()
        }
        return ending ?? .done
    }

    // MARK: what comes in

    /// Reads the terminal and the signals from here on.
    private func take() throws(CommandFailure) {
        let loop = LoopActor.loop
        input = loop.watch(STDIN_FILENO, for: .read) { [weak self] _ in self?.readKeys() }
        do throws(StreamClosure) {
            signals = try SignalSource([SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGCONT], on: loop) { [weak self] in
                self?.signalled($0)
            }
        } catch {
            throw .configuration(message: "signals cannot be read: \(error)", remedy: nil)
        }
        tick()
    }

    private func release() {
        input?.cancel()
        signals?.cancel()
        clock?.cancel()
        escapeTimer?.cancel()
        (input, signals, clock, escapeTimer) = (nil, nil, nil, nil)
    }

    private func tick() {
        messages.push(.clock(run.context.time()))
        clock = LoopActor.loop.schedule(at: .now + .seconds(1)) { [weak self] in self?.tick() }
    }

    private func readKeys() {
        guard let bytes = terminal.read() else { return end(128 + SIGHUP) }
        escapeTimer?.cancel()
        for key in keys.decode(bytes) { messages.push(.key(key)) }
        guard keys.hasLoneEscape else { return }
        escapeTimer = LoopActor.loop.schedule(at: .now + KeyDecoder.escapeTime) { [weak self] in
            if let self, let key = keys.endEscape() { messages.push(.key(key)) }
        }
    }

    private func signalled(_ signal: Int32) {
        switch signal {
        case SIGWINCH:
            let size = terminal.size
            messages.push(.resized(ScreenSize(columns: size.columns, rows: size.rows)), isVital: true)
        case SIGCONT: redraw()
        default: end(128 + signal)
        }
    }

    private func end(_ status: Int32) {
        ending = ExitStatus(rawValue: status)
        // Wakes the task that waits for messages.
        messages.push(.clock(run.context.time()), isVital: true)
    }

    // MARK: the members

    private func makeWatch() -> MemberWatch {
        MemberWatch(entry, ways: settings.nodes.value) { [run, settings] (node, deadline) throws(VisitFailure) in
            try run.openForVisit(node, settings, until: deadline)
        } onEvent: { [weak self] in
            self?.take($0)
        }
    }

    private func attend(_ watch: MemberWatch) async {
        do throws(VisitFailure) { try await watch.watch() } catch {
            guard !Task.isCancelled else { return }
            messages.push(.notice(error.message))
        }
    }

    private func take(_ event: MemberWatch.Event) {
        switch event {
        case .members(let members): messages.push(.members(members))
        case .changed(let changes): messages.push(.changes(changes))
        case .waits(let nodes): messages.push(.awaiting(nodes))
        case .looked: messages.push(.awaiting([]))
        case .interrupted(let failure): messages.push(.interrupted(failure))
        case .resumed(let node): messages.push(.resumed(entry: node))
        }
    }

    // MARK: what goes out

    private func perform(_ effects: [DashboardEffect]) async {
        for effect in effects {
            switch effect {
            case .quit: ending = .done
            case .suspend:
                terminal.write(screen.leave())
                terminal.suspend()
                redraw()
            case .repaint: redraw()
            case .look: watch?.lookNow()
            case .interval(let seconds): watch?.interval = .seconds(seconds)
            case .console(let node): await openConsole(node)
            case .save(let canvas): save(canvas)
            }
        }
    }

    private func redraw() {
        screen.repaint()
        drawn = nil
        draw()
    }

    /// A terminal that is behind gets no more: when it has taken what it was given, it gets the newest screen.
    private func draw() {
        guard ending == nil, !isDrawingDue else { return }
        if terminal.isBehind {
            isDrawingDue = true
            LoopActor.loop.schedule(at: .now + .milliseconds(20)) { [weak self] in
                self?.isDrawingDue = false
                self?.draw()
            }
            return
        }
        let canvas = model.view()
        if canvas == drawn { return }
        drawn = canvas
        terminal.write(screen.draw(canvas))
    }

    /// The whole terminal is the shell's, on a connection of its own, so that its end is no end of the watch.
    private func openConsole(_ node: String) async {
        release()
        terminal.write(screen.leave())
        var words: String?
        do throws(CommandFailure) {
            let way = try run.open(further: node)
            defer { way.close() }
            let options = ConsoleOptions(language: run.language, isRaw: false, log: nil)
            _ = try await TerminalConsole(
                way, options, run: run, terminal: terminal, context: settings.context?.value
            ).attend()
        } catch {
            words = error.items.first.map { "\($0.code): \($0.message)" }
        }
        terminal.enter()
        do throws(CommandFailure) { try take() } catch { end(ExitStatus.configuration.rawValue) }
        let size = terminal.size
        messages.push(.resized(ScreenSize(columns: size.columns, rows: size.rows)), isVital: true)
        if let words { messages.push(.notice(words)) }
        redraw()
    }

    /// Keeps the screen as text beside whatever else is in the folder: nothing is overwritten.
    private func save(_ canvas: Canvas) {
        let stamp = ClockTime.second(run.context.time()).filter { $0 != ":" }
        let path = "erlclu-\(stamp).txt"
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            messages.push(.notice("\(path): \(SystemError.text(errno))"))
            return
        }
        defer { Glibc.close(descriptor) }
        let bytes = Array(canvas.text.utf8)
        let written = Glibc.write(descriptor, bytes, bytes.count)
        messages.push(
            .notice(written == bytes.count ? "saved in \(path)" : "\(path): \(SystemError.text(errno))"))
    }
}
