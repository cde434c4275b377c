import Foundation
import Glibc

/// Waits for a program's end on a thread of its own, and kills what the program leaves behind in its session.
final class ProcessEnding: @unchecked Sendable {
    private let condition = NSCondition()
    private let identifier: pid_t
    private let started = monotonicNanoseconds()
    private var facts: Facts?

    struct Facts {
        let status: ProgramEnd
        let seconds: Double
    }

    init(of identifier: pid_t) {
        self.identifier = identifier
        LiveProcesses.shared.add(identifier)
        Thread.detachNewThread { [self] in reap() }
    }

    /// What is known, or nil while it runs.
    var known: Facts? { condition.withLock { facts } }

    /// Sends a signal to the program, or to all of its group, unless it has been reaped: its number may be another's.
    func signal(_ number: Int32, group: Bool) {
        condition.withLock { if facts == nil { _ = kill(group ? -identifier : identifier, number) } }
    }

    func wait(until deadline: Deadline) -> Facts? {
        condition.lock()
        defer { condition.unlock() }
        while facts == nil, !deadline.hasPassed {
            _ = condition.wait(until: Date(timeIntervalSinceNow: deadline.secondsLeft))
        }
        return facts
    }

    private func reap() {
        // First without reaping: while the zombie holds its number, the group can be killed without hitting
        // anybody else's.
        var information = siginfo_t()
        while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let ended = monotonicNanoseconds()
        kill(-identifier, SIGKILL)
        var status: Int32 = 0
        condition.lock()
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        LiveProcesses.shared.remove(identifier)
        facts = Facts(
            status: ProgramEnd(waitStatus: status), seconds: Double(ended - started) / 1e9)
        condition.broadcast()
        condition.unlock()
    }
}
