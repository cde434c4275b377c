import ByteTransport
import Diagnosis
import ErlangNode
import Glibc
import Presentation
import ReleaseFiles
import SSHTransport

/// The shell that an SSH daemon has for people, where it runs no program of ours. Bytes go through both ways as they
/// are, escape sequences too: it draws the line and edits it, and nothing here knows what is typed.
@LoopActor
final class DaemonShell {
    private enum Ending {
        case status(ExitStatus)
        case closed(StreamClosure)
        case late
    }

    /// Ctrl-], which leaves, whatever the shell does.
    private static let leave: UInt8 = 0x1D
    /// As much as waits for the daemon stops the keys.
    private static let limit = 64 << 10

    private let run: CommandRun
    private let log: Transcript?
    private let way: DialPlan.SecureShellWay
    private let over = Promise<Ending>()
    private var stream: (any SSHShellStream)?
    private var terminal: RawTerminal?
    private var keys: DescriptorHandle?
    private var pressure: OutputPressure.Handle?
    private var timer: TimerHandle?
    private var progress = SecureShellProgress()
    /// Whether it has drawn anything.
    private var hasDrawn = false

    init(_ way: DialPlan.SecureShellWay, _ run: CommandRun, log: Transcript?) {
        self.way = way
        self.run = run
        self.log = log
    }

    /// Runs it to its end.
    func attend(_ plan: DialPlan) async throws(CommandFailure) -> ExitStatus {
        let loop = LoopActor.loop
        let asking = PersonalQuestions(
            stopClock: { [weak self] in self?.stopClock() }, startClock: { [weak self] in self?.startClock() }
        ) { _ in }
        defer { asking.cancel() }
        let size = RawTerminal.size
        let kind = run.context.environment["TERM"] ?? ""
        let route = plan.route(way, asking) { [weak self] step, words in
            LoopActor.assumeIsolated { self?.progress.pass(step) }
            plan.trace?.passed(step, at: plan.node, words)
        }
        let stream = route.connect(on: loop).shell(
            on: SSHTerminal(kind: kind.isEmpty ? "dumb" : kind, columns: size.columns, rows: size.rows))
        self.stream = stream
        let receiver = Receiver(self)
        stream.receiver = receiver
        startClock()
        let signals: SignalSource
        do throws(StreamClosure) {
            signals = try SignalSource([SIGWINCH, SIGTERM, SIGHUP, SIGINT], on: loop) { [weak self] signal in
                LoopActor.assumeIsolated { self?.signalled(signal) }
            }
        } catch {
            throw .configuration(message: "signals cannot be read: \(error)", remedy: nil)
        }
        let awaited = await over.value(until: nil)
        signals.cancel()
        end()
        switch awaited {
        case .value(.status(let status)): return status
        case .value(.late): throw .node(way.place.late(after: way.time, in: progress.next))
        case .value(.closed(let reason)): return try status(of: reason)
        case .cancelled, .deadline: return .interrupted
        }
    }

    private func end() {
        timer?.cancel()
        keys?.cancel()
        pressure?.cancel()
        stream?.close()
        (timer, keys, pressure, stream) = (nil, nil, nil, nil)
        terminal?.restore()
        terminal = nil
    }

    private func status(of reason: StreamClosure) throws(CommandFailure) -> ExitStatus {
        switch reason {
        case .endOfStream, .secureShell(.exited): if hasDrawn { return .done }
        default: if hasDrawn { throw .node(way.place.lost(way.place.node, reason)) }
        }
        throw .node(way.place.withoutShell(reason, in: progress.next))
    }

    // MARK: time, until it is there

    private func stopClock() {
        timer?.cancel()
        timer = nil
    }

    private func startClock() {
        stopClock()
        guard !hasDrawn, stream != nil else { return }
        timer = LoopActor.loop.schedule(at: .now + way.time) { [weak self] in
            LoopActor.assumeIsolated { self?.over.fulfil(.late) }
        }
    }

    // MARK: bytes

    fileprivate func received(_ bytes: [UInt8]) {
        if !hasDrawn {
            guard begin() else { return over.fulfil(.status(.hungUp)) }
        }
        log?.printed(bytes)
        terminal?.write(bytes)
    }

    /// Nobody is asked anything from here on, and the terminal is the shell's.
    private func begin() -> Bool {
        hasDrawn = true
        stopClock()
        // Line ends of the output are completed by the terminal: daemons up to OTP 25 expect that.
        let use: RawTerminal.Use = TextStyle.isDumb(run.context.environment) ? .dumb : .foreign
        guard let terminal = RawTerminal(run.context, for: use) else { return false }
        self.terminal = terminal
        terminal.join(LoopActor.loop)
        keys = LoopActor.loop.watch(STDIN_FILENO, for: .read) { [weak self] _ in
            LoopActor.assumeIsolated { self?.typed() }
        }
        pressure = LoopActor.loop.outputPressure.observe { [weak self] in
            LoopActor.assumeIsolated { self?.stream?.isReadingPaused = LoopActor.loop.outputPressure.isHigh }
        }
        return true
    }

    private func typed() {
        guard let bytes = terminal?.read() else { return over.fulfil(.status(.hungUp)) }
        let end = bytes.firstIndex(of: Self.leave) ?? bytes.count
        if end > 0 { stream?.write(Array(bytes[..<end])) }
        if end < bytes.count { return over.fulfil(.status(.done)) }
        if (stream?.pendingOutput ?? 0) > Self.limit { keys?.interest = [] }
    }

    fileprivate func drained() { keys?.interest = .read }

    fileprivate func closed(_ reason: StreamClosure) {
        stream = nil
        over.fulfil(.closed(reason))
    }

    private func signalled(_ signal: Int32) {
        guard signal == SIGWINCH else { return over.fulfil(.status(ExitStatus(signal: signal))) }
        let size = RawTerminal.size
        stream?.resize(columns: size.columns, rows: size.rows)
    }

    private final class Receiver: ByteStreamReceiver {
        private let shell: DaemonShell

        init(_ shell: DaemonShell) { self.shell = shell }

        func streamOpened(_ stream: any ByteStream) {}
        func streamDrained(_ stream: any ByteStream) { LoopActor.assumeIsolated { [shell] in shell.drained() } }
        func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
            let taken = Array(bytes)
            LoopActor.assumeIsolated { [shell] in shell.received(taken) }
        }
        func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
            LoopActor.assumeIsolated { [shell] in shell.closed(reason) }
        }
    }
}

extension CommandRun {
    /// Hands over the daemon's own shell where it takes no commands (E-SSH-DISABLED) and a person is there.
    /// - Parameter failure: why the node's shell does not come up.
    @LoopActor
    func daemonShell(
        of node: String, _ settings: NodeSettings, insteadOf failure: CommandFailure, log: Transcript?
    ) async throws(CommandFailure) -> ExitStatus {
        guard case .node(let reason) = failure, reason.code == .sshDisabled, let ssh = settings.ssh, canAsk else {
            throw failure
        }
        var plan = DialPlan(node: node, settings: settings, deadline: renewedDeadline, keyLog: nil)
        plan.ask(through: self)
        let user = SecureShellUser.current(environment: context.environment, hostName: ProcessFacts.hostName())
        let shell = DaemonShell(try plan.way(through: ssh, as: user), self, log: log)
        warn(
            "exec is switched off at \(ssh.value): this is the daemon's own shell, and nothing asks here before what "
                + "stops the node, as q() does; Ctrl-] leaves")
        return try await shell.attend(plan)
    }
}
