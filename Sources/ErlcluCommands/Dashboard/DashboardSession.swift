import ByteTransport
import ClusterAdmin
import Dashboard
import Diagnosis
import ErlangNode
import ErlangTerm
import Glibc
import NcursesTerminal
import Presentation
import TerminalCanvas

/// The dashboard on a terminal: it carries keys, signals and what its source has to the model, does what the model asks
/// for, and draws what it shows.
@LoopActor
final class DashboardSession {
    private let run: CommandRun
    private let source: any DashboardSource
    private let messages: EventQueue<DashboardMessage>
    private let recording: DashboardRecording?
    private let terminal: RawTerminal
    private let screen: NcursesScreen
    private var model: DashboardModel
    private var input: TerminalKeys?
    /// Of those that end it, and of the size. They are blocked for as long as it attends, also while a shell has the
    /// terminal, which takes them itself then: one that comes between the two waits for whoever is next.
    private var signals: SignalSource?
    /// Of those that stop it. A shell that has the terminal stops by itself, so they are not blocked meanwhile.
    private var stops: SignalSource?
    private var clock: TimerHandle?
    private var errors: StandardErrorCapture?
    private var ending: ExitStatus?
    /// Draws once the terminal has taken what it was given before.
    private var drawTimer: TimerHandle?
    /// What is to be done once a shell has given the terminal back.
    private var unseenEffects: [DashboardEffect] = []
    /// How many keys came together last, and when: a long paste comes in several parts.
    private var lastKeys: (count: Int, time: Instant)?
    private static let manyKeys = 256
    private static let burstGap = Duration.milliseconds(50)
    /// What was drawn last, so that nothing is drawn twice.
    private var drawn: Canvas?

    init(
        _ model: DashboardModel, _ source: any DashboardSource, _ messages: EventQueue<DashboardMessage>,
        _ run: CommandRun, recording: DashboardRecording?, terminal: RawTerminal, screen: NcursesScreen
    ) {
        self.model = model
        self.source = source
        self.messages = messages
        self.run = run
        self.recording = recording
        self.terminal = terminal
        self.screen = screen
    }

    /// Shows it until a person leaves, or a signal or the end of the terminal comes.
    func attend() async throws(CommandFailure) -> ExitStatus {
        terminal.join(LoopActor.loop)
        defer {
            release()
            terminal.write(screen.leave())
            // The same signal again may wait already: first the terminal is as it was.
            terminal.restore(isHurried: ending?.isOfSignal ?? false)
            giveBackSignals()
        }
        try take()
        draw()
        await withTaskGroup(of: Void.self) { group in
            let feeding: @LoopActor @Sendable () async -> Void = { [source] in await source.feed() }
            group.addTask(operation: feeding)
            while ending == nil {
                guard case .value(let message) = await messages.next(until: nil) else { break }
                recording?.add(message, at: model.now)
                var effects = model.update(message)[...]
                while let effect = effects.popFirst() {
                    effects += await perform(effect)
                    for errand in source.errands(for: effect) { group.addTask(operation: errand) }
                }
                // What has come meanwhile is drawn with it.
                if messages.count == 0 { draw() }
            }
            group.cancelAll()
        }
        run.leaveTerminal()
        await recording?.finish(isHurried: true)
        if let fault = recording?.fault { throw .output("\(fault); the recording ends early") }
        return ending ?? .done
    }

    // MARK: what comes in

    /// Reads the terminal and the signals from here on.
    private func take() throws(CommandFailure) {
        let loop = LoopActor.loop
        do throws(StreamClosure) {
            if let signals {
                signals.resume()
            } else {
                signals = try SignalSource([SIGWINCH, SIGTERM, SIGHUP, SIGINT], on: loop) { [weak self] in
                    self?.signalled($0)
                }
            }
            stops = try SignalSource([SIGCONT, SIGTSTP], on: loop) { [weak self] in self?.signalled($0) }
        } catch {
            throw .configuration(message: "signals cannot be read: \(error)", remedy: nil)
        }
        input = TerminalKeys(terminal) { [weak self] in
            self?.take($0)
        } onEnd: { [weak self] in
            self?.end(.hungUp)
        }
        errors = StandardErrorCapture { [messages] in messages.push(.logged($0)) }
        run.onWords = { [messages] in messages.push(.logged($0)) }
        tick()
    }

    /// Keys one by one are a person's; many at once, and what comes right behind as many, are a paste.
    private func take(_ keys: [Key]) {
        let continues = lastKeys.map { $0.count >= Self.manyKeys && .now < $0.time + Self.burstGap } ?? false
        lastKeys = (keys.count, .now)
        if keys.count == 1, !continues {
            messages.push(.key(keys[0]))
        } else {
            messages.push(.burst(keys, continues: continues))
        }
    }

    /// Reads nothing more. What would end it waits from here on.
    private func release() {
        errors?.end()
        errors = nil
        run.onWords = nil
        input?.cancel()
        signals?.pause()
        stops?.cancel()
        clock?.cancel()
        drawTimer?.cancel()
        (input, stops, clock, drawTimer) = (nil, nil, nil, nil)
    }

    /// The signals do again what they did before. A terminal that is closed says so twice, and its end may be read before
    /// SIGHUP comes: whoever ends because of a signal does not die of that one on the way.
    private func giveBackSignals() {
        let isOfSignal = ending?.isOfSignal ?? false
        signals?.cancel(holding: isOfSignal ? [SIGHUP] : [])
        signals = nil
    }

    private func tick() {
        // A replay has the time of what it shows.
        guard model.replay == nil else { return }
        messages.push(.clock(run.context.time()))
        clock = LoopActor.loop.schedule(at: .now + .seconds(1)) { [weak self] in self?.tick() }
    }

    private func signalled(_ signal: Int32) {
        switch signal {
        case SIGWINCH: measure()
        case SIGCONT:
            // Somebody has stopped us without asking: whoever had the terminal meanwhile has set it.
            terminal.enterAgain()
            measure()
        case SIGTSTP: messages.push(.suspended, isVital: true)
        default: end(ExitStatus(signal: signal))
        }
    }

    private func end(_ status: ExitStatus) {
        ending = status
        recording?.hurry()
        // Wakes the task that waits for messages.
        messages.push(.clock(model.now), isVital: true)
    }

    // MARK: what goes out

    /// - Returns: what is to be done because of what has come meanwhile.
    private func perform(_ effect: DashboardEffect) async -> [DashboardEffect] {
        switch effect {
        case .quit: ending = ending ?? .done
        case .suspend: suspend()
        case .repaint: redraw()
        case .console(let node): return await openConsole(node)
        case .save(let canvas): save(canvas)
        case .copy(let text):
            // OSC 52: in base64, so that nothing of it acts on the terminal.
            terminal.write("\u{1B}]52;c;\(Base64.text(Array(text.utf8)))\u{07}")
            messages.push(.notice("copied, where the terminal allows it"))
        default: break
        }
        return []
    }

    /// Gives the terminal back while this process stands still. Signals are not ours meanwhile, or none would stop it.
    private func suspend() {
        release()
        terminal.write(screen.leave())
        terminal.restore()
        giveBackSignals()
        terminal.suspend()
        takeBack()
    }

    /// The terminal is ours again: it is drawn once, in the size that it has now.
    private func takeBack() {
        do throws(CommandFailure) { try take() } catch { end(.configuration) }
        measure()
    }

    private func measure() {
        let size = terminal.size
        messages.push(.resized(ScreenSize(columns: size.columns, rows: size.rows)), isVital: true)
    }

    private func redraw() {
        screen.repaint()
        drawn = nil
        draw()
    }

    /// A terminal that is behind gets no more: when it has taken what it was given, it gets the newest screen.
    private func draw() {
        guard ending == nil, drawTimer == nil else { return }
        if terminal.isBehind {
            drawTimer = LoopActor.loop.schedule(at: .now + .milliseconds(20)) { [weak self] in
                self?.drawTimer = nil
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
    private func openConsole(_ node: String) async -> [DashboardEffect] {
        release()
        terminal.write(screen.leave())
        // In raw mode and out of it.
        terminal.write(
            "\(TerminalText.escaped(node, keepingLines: false)): its shell. Ctrl-D or Ctrl-] comes back to the dashboard\r\n"
        )
        // What comes meanwhile has its own time.
        tick()
        unseenEffects = []
        let outcome = await withTaskGroup(of: Result<ExitStatus, CommandFailure>?.self) { group in
            let console: @LoopActor @Sendable () async -> Result<ExitStatus, CommandFailure>? = { [self] in
                do throws(CommandFailure) { return .success(try await attendConsole(node)) } catch {
                    return .failure(error)
                }
            }
            group.addTask(operation: console)
            let absorbing: @LoopActor @Sendable () async -> Result<ExitStatus, CommandFailure>? = { [self] in
                while case .value(let message) = await messages.next(until: nil) {
                    recording?.add(message, at: model.now)
                    unseenEffects += model.updateUnseen(message)
                }
                return nil
            }
            group.addTask(operation: absorbing)
            for await outcome in group {
                guard let outcome else { continue }
                group.cancelAll()
                return outcome
            }
            return .success(.done)
        }
        release()
        terminal.enter()
        takeBack()
        switch outcome {
        case .success(let status):
            // Ctrl-C while the shell was being opened ends the shell alone.
            if status.isOfSignal, status != .interrupted { end(status) }
        case .failure(let failure):
            if let item = failure.items.first { messages.push(.notice("\(item.code): \(item.message)")) }
        }
        return unseenEffects
    }

    private func attendConsole(_ node: String) async throws(CommandFailure) -> ExitStatus {
        let way = try run.open(further: node)
        defer { way.close() }
        let options = ConsoleOptions(language: run.language, isRaw: false, log: nil)
        let console = TerminalConsole(way, options, run: run, terminal: terminal, context: model.contextName)
        // Its keys and signals hold it weakly.
        defer { withExtendedLifetime(console) {} }
        return try await console.attend()
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
