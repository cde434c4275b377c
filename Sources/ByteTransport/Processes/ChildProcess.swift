internal import CLinux
internal import Glibc

/// A program of somebody else's that runs for us. It is ended when this process ends, however that ends.
///
/// The loop keeps it until it has ended.
final class ChildProcess {
    /// Its relation to the terminal.
    enum Group {
        /// It may ask there, as ssh asks for a passphrase; Ctrl-C is for us alone. Where nobody is there to be asked, it
        /// has a group of its own.
        case ofTerminal
        case own
    }

    /// How it ended.
    enum Ending: Hashable, CustomStringConvertible {
        case status(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .status(let number): "ended with status \(number)"
            case .signal(let number): "was ended by signal \(number)"
            }
        }
    }

    /// What it said on its standard error lately.
    private(set) var complaints = OutputTail()
    /// How it ended; nil while it runs.
    private(set) var ending: Ending?
    /// Its process number.
    let number: Int32
    private let loop: EventLoop
    /// The program and its arguments.
    let command: [String]
    private let name: String
    private let tidiesUp: Bool
    private let hasOwnGroup: Bool
    /// Whether its number, which its group has too, may be somebody else's from now on.
    private var isReaped = false
    /// Whether it was told to end.
    private var isEnding = false
    private var descriptor: Int32 = -1
    private var endWatch: DescriptorHandle?
    private var complaintReader: PipeReader?
    private var timer: TimerHandle?
    private var killTimer: TimerHandle?
    private var onEnd: [() -> Void] = []

    /// - Parameters:
    ///   - words: the program, which the path finds, and its arguments.
    ///   - name: what the program is called in messages; by default its own name.
    ///   - tidiesUp: whether it has something to remove when it ends; then it is asked to end, and is trusted to do so.
    ///   - input, output: are its standard input and output, and stay the caller's.
    /// - Throws: why it cannot be started; a phrase that names the program.
    init(
        _ words: [String], named name: String? = nil, input: Int32, output: Int32, group: Group, tidiesUp: Bool = false,
        on loop: EventLoop
    ) throws(ProgramFailure) {
        self.loop = loop
        self.tidiesUp = tidiesUp
        command = words
        self.name = name ?? words.first ?? ""
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { throw ProgramFailure("no pipe: \(SystemError.text(errno))") }
        var texts: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var failure: Int32 = 0
        hasOwnGroup = group == .own || !Self.isAtTerminal
        number = linux_start_process(
            &texts, [input, output, ends[1]], hasOwnGroup ? LINUX_GROUP_OWN : LINUX_GROUP_OURS,
            tidiesUp ? SIGTERM : SIGKILL, &failure)
        close(ends[1])
        guard number > 0 else {
            close(ends[0])
            throw ProgramFailure("\(self.name) cannot be started: \(SystemError.text(failure))")
        }
        complaintReader = PipeReader(ends[0], on: loop) { [self] bytes in
            complaints.append(bytes)
        } closed: { [self] in
            complaintReader = nil
            finish()
        }
        awaitEnd()
        // Of the program itself the kernel takes care.
        if !tidiesUp { Self.running.add(self) }
    }

    /// What it said until now is of no interest any more.
    func forgetComplaints() { complaints.removeAll() }

    /// Calls `action` once, when it has ended and all that it said is known, as far as that comes soon.
    func whenEnded(_ action: @escaping () -> Void) {
        if isSettled { loop.enqueue(action) } else { onEnd.append(action) }
    }

    /// Those whose own children are to end with this process.
    private struct Running {
        private var programs: [Int32: ChildProcess] = [:]
        private var isRegistered = false

        mutating func add(_ program: ChildProcess) {
            programs[program.number] = program
            if !isRegistered {
                atexit { for program in ChildProcess.running.programs.values { program.signalAll(SIGTERM) } }
            }
            isRegistered = true
        }

        mutating func remove(_ program: ChildProcess) { programs[program.number] = nil }
    }

    // The thread of the loop alone uses it, and is the one that ends the process.
    nonisolated(unsafe) private static var running = Running()

    /// Whether this process has a terminal, and may read from it.
    private static var isAtTerminal: Bool {
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return false }
        defer { close(terminal) }
        return tcgetpgrp(terminal) == getpgrp()
    }

    /// Whether it is reaped only once it was told to end: until then nobody else's group gets its number, and what it has
    /// left there can be ended.
    private var isKept: Bool { hasOwnGroup && !tidiesUp && !isEnding }

    /// Ends it and what it has started, at first politely. What has made a session of its own lives on; so does, where it
    /// is in the terminal's group, what it has left behind when it ended by itself. Idempotent.
    func end() {
        guard !isReaped else { return }
        isEnding = true
        signalAll(SIGTERM)
        // One that has something to remove is given the time for it.
        guard killTimer == nil, !tidiesUp else { return }
        killTimer = loop.schedule(at: .now + .milliseconds(500)) { [self] in
            guard !isReaped else { return }
            signalAll(SIGKILL)
            if ending != nil { reap() }
        }
    }

    private func signalAll(_ signal: Int32) {
        // One that tidies up ends its own.
        let others = hasOwnGroup || tidiesUp ? [] : ProcessFamily.descendants(of: number)
        kill(hasOwnGroup && !tidiesUp ? -number : number, signal)
        for other in others { kill(other, signal) }
    }

    /// What it came to, and its last words.
    var account: String {
        let what = ending.map { "\(name) \($0)" } ?? "\(name) still runs"
        let words = complaints.lastWords
        return words.isEmpty ? what : "\(what): \(words)"
    }

    private var isSettled: Bool { ending != nil && complaintReader == nil }

    private func awaitEnd() {
        descriptor = linux_process_descriptor(number)
        if descriptor >= 0 {
            endWatch = loop.watch(descriptor, for: .read) { [self] _ in noteEnd() }
        } else {
            // A kernel before 5.3.
            timer = loop.schedule(at: .now + .milliseconds(50)) { [self] in
                noteEnd()
                if ending == nil { awaitEnd() }
            }
        }
    }

    private func reap() {
        var status: Int32 = 0
        waitpid(number, &status, WNOHANG)
        isReaped = true
        killTimer?.cancel()
        Self.running.remove(self)
    }

    private func noteEnd() {
        var facts = siginfo_t()
        guard ending == nil,
            waitid(P_PID, id_t(number), &facts, WEXITED | WNOHANG | WNOWAIT) != 0 || facts.si_signo != 0
        else { return }
        let status = facts._sifields._sigchld.si_status
        ending = facts.si_signo == 0 || facts.si_code == CLD_EXITED ? .status(status) : .signal(status)
        if !isKept {
            if hasOwnGroup, !tidiesUp { kill(-number, SIGKILL) }
            reap()
        }
        endWatch?.cancel()
        endWatch = nil
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        timer?.cancel()
        // What it started may live on, and keep its standard error.
        timer = loop.schedule(at: .now + .milliseconds(200)) { [self] in
            complaintReader?.close()
            complaintReader = nil
            finish()
        }
        finish()
    }

    private func finish() {
        guard isSettled else { return }
        timer?.cancel()
        timer = nil
        let actions = onEnd
        onEnd = []
        for action in actions { action() }
    }
}

/// A program that cannot be started, in words.
struct ProgramFailure: Error {
    var words: String
    init(_ words: String) { self.words = words }
}
