import ByteTransport
import CLinux
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
            } else if awaitEvent(on: [pipe.reading, signals.descriptor], until: deadline) {
                ending = pipe.read(into: &bytes)
            } else {
                ending = "sh had not ended in time, and was killed"
            }
        }
        if ending == ResultPipe.ended {
            ending = "sh ended with \(end(child, within: .milliseconds(200)) ?? "an unknown status")"
        } else {
            _ = end(child, within: .zero)
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
    /// - Parameter patience: in which it may end by itself.
    /// - Returns: how it ended by itself; nil where it had not.
    private static func end(_ child: pid_t, within patience: Duration) -> String? {
        let descriptor = linux_process_descriptor(child)
        defer { if descriptor >= 0 { close(descriptor) } }
        var status: Int32 = 0
        func isReaped(within patience: Duration) -> Bool {
            _ = awaitEvent(on: [descriptor], until: .now + patience)
            return waitpid(child, &status, WNOHANG) != 0
        }
        let endedItself = isReaped(within: patience)
        kill(-child, SIGKILL)
        guard endedItself else {
            // A process that hangs in the kernel is left to it.
            _ = isReaped(within: .milliseconds(200))
            return nil
        }
        return status & 0x7F == 0 ? "status \((status >> 8) & 0xFF)" : "signal \(status & 0x7F)"
    }

    /// Waits until one of the descriptors can be read, or has ended; -1 is none.
    /// - Returns: whether that was before the deadline.
    private static func awaitEvent(on descriptors: [Int32], until deadline: Instant) -> Bool {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while true {
            let left = max(.zero, Instant.now.duration(to: deadline))
            let milliseconds = Int32(min(left / .milliseconds(1), 1e9).rounded(.up))
            let count = poll(&entries, nfds_t(entries.count), milliseconds)
            if count > 0 { return true }
            if count == 0 ? left == .zero : errno != EINTR { return false }
        }
    }
}

/// What the process writes its texts into.
private final class ResultPipe {
    static let ended = "ended"

    let writing: Int32
    let reading: Int32
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
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
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

    /// - Returns: why nothing more comes; nil where more may.
    func read(into bytes: inout [UInt8]) -> String? {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(reading, &chunk, chunk.count)
        if count > 0 {
            bytes.append(contentsOf: chunk[..<count])
            return nil
        }
        // Where it was no event of the pipe that was awaited.
        return count < 0 && (errno == EINTR || errno == EAGAIN) ? nil : Self.ended
    }
}

/// Keeps signals that would end us until what we started has ended.
private final class HeldSignals {
    /// Becomes readable when one arrives; -1 where the kernel has no descriptor left.
    let descriptor: Int32
    private var previous = sigset_t()
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    init() {
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for signal in Self.signals { sigaddset(&wanted, signal) }
        pthread_sigmask(SIG_BLOCK, &wanted, &previous)
        // What was held before us is somebody else's.
        var held = sigset_t()
        sigemptyset(&held)
        for signal in Self.signals where sigismember(&previous, signal) == 0 {
            sigaddset(&held, signal)
        }
        descriptor = linux_signalfd(&held, O_CLOEXEC | O_NONBLOCK)
    }

    /// What has arrived is delivered now: it was never read.
    deinit {
        if descriptor >= 0 { close(descriptor) }
        pthread_sigmask(SIG_SETMASK, &previous, nil)
    }

    var hasArrived: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}
