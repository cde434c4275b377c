import ByteTransport
import Glibc
import ReleaseFiles

/// A process that gives a few texts on a descriptor of its own, and is ended with all that it started.
enum ShellProcess {
    /// Shells take one digit; scripts use the lower ones.
    static let resultDescriptor: Int32 = 9

    /// No standard input; what it prints is not shown.
    ///
    /// - Parameters:
    ///   - count: so many texts, each ended by a NUL.
    ///   - patience: until it is killed.
    ///   - limit: bytes of all texts.
    static func fields(
        count: Int, program: String, arguments: [String], environment: [String: String],
        patience: Duration, limit: Int
    ) throws(EnvironmentShellFailure) -> [String] {
        let deadline = Instant.now + patience
        let pipe = try ResultPipe()
        // A signal for us ends what runs first: it is in another process group, where Ctrl-C does not reach it.
        let signals = HeldSignals()
        defer { withExtendedLifetime(signals) {} }
        let child = try spawn(program, arguments, environment, output: pipe.writing)
        pipe.closeWriting()
        var bytes: [UInt8] = []
        var ending: String?
        while ending == nil, bytes.count(where: { $0 == 0 }) < count {
            if bytes.count > limit {
                ending = "it gave more than \(limit >> 10) KiB"
            } else if signals.hasArrived {
                ending = "it was interrupted"
            } else {
                ending = pipe.read(into: &bytes, until: deadline)
            }
        }
        if ending == ResultPipe.ended {
            ending = "sh ended with \(end(child, within: 40) ?? "an unknown status")"
        } else {
            _ = end(child, within: 0)
        }
        if let ending { throw EnvironmentShellFailure(ending) }
        return bytes.split(separator: 0, maxSplits: count, omittingEmptySubsequences: false).prefix(
            count
        )
        .map { String(decoding: $0, as: UTF8.self) }
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String], output: Int32
    ) throws(EnvironmentShellFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, resultDescriptor)
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, program, &actions, &attributes, &words, &variables)
        guard failure == 0 else {
            throw EnvironmentShellFailure("\(program) cannot be started: \(SystemError.text(failure))")
        }
        return child
    }

    /// Kills the process group and reaps its leader.
    /// - Parameter rounds: of 5 ms, in which it may end by itself.
    /// - Returns: how it ended by itself; nil where it had not.
    private static func end(_ child: pid_t, within rounds: Int) -> String? {
        var status: Int32 = 0
        func isReaped(within rounds: Int) -> Bool {
            for round in 0...rounds {
                if round > 0 { poll(nil, 0, 5) }
                if waitpid(child, &status, WNOHANG) != 0 { return true }
            }
            return false
        }
        let endedItself = isReaped(within: rounds)
        kill(-child, SIGKILL)
        guard endedItself else {
            // A process that hangs in the kernel is left to it.
            _ = isReaped(within: 40)
            return nil
        }
        return status & 0x7F == 0 ? "status \((status >> 8) & 0xFF)" : "signal \(status & 0x7F)"
    }
}

/// What the process writes its texts into.
private final class ResultPipe {
    static let ended = "ended"

    let writing: Int32
    private let reading: Int32
    private var isOpen = true

    init() throws(EnvironmentShellFailure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw EnvironmentShellFailure("no pipe: \(SystemError.text(errno))")
        }
        // Above what the process is given: a dup2 of equal numbers would keep close-on-exec.
        let moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 16) }
        let failure = errno
        for end in ends { close(end) }
        (reading, writing) = (moved[0], moved[1])
        guard moved.allSatisfy({ $0 >= 0 }) else {
            throw EnvironmentShellFailure("no pipe: \(SystemError.text(failure))")
        }
    }

    deinit {
        closeWriting()
        if reading >= 0 { close(reading) }
    }

    func closeWriting() {
        if isOpen, writing >= 0 { close(writing) }
        isOpen = false
    }

    /// Waits a tenth of a second at most, so that signals are seen.
    /// - Returns: why nothing more comes; nil where more may.
    func read(into bytes: inout [UInt8], until deadline: Instant) -> String? {
        let left = Instant.now.duration(to: deadline)
        guard left > .zero else { return "sh had not ended in time, and was killed" }
        var entry = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(min(left / .milliseconds(1), 100).rounded(.up))
        guard poll(&entry, 1, milliseconds) > 0 else { return nil }
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(reading, &chunk, chunk.count)
        if count > 0 {
            bytes.append(contentsOf: chunk[..<count])
            return nil
        }
        return count < 0 && errno == EINTR ? nil : Self.ended
    }
}

/// Keeps signals that would end us until what we started has ended.
private final class HeldSignals {
    private var previous = sigset_t()
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    init() {
        var held = sigset_t()
        sigemptyset(&held)
        for signal in Self.signals { sigaddset(&held, signal) }
        pthread_sigmask(SIG_BLOCK, &held, &previous)
    }

    deinit { pthread_sigmask(SIG_SETMASK, &previous, nil) }

    var hasArrived: Bool {
        var pending = sigset_t()
        guard sigpending(&pending) == 0 else { return false }
        return Self.signals.contains {
            sigismember(&pending, $0) == 1 && sigismember(&previous, $0) == 0
        }
    }
}
