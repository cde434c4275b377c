import Foundation
import Glibc

/// The programs that must not outlive the test runner.
final class LiveProcesses: @unchecked Sendable {
    static let shared = LiveProcesses()
    private let lock = NSLock()
    private var identifiers: Set<pid_t> = []

    private init() { atexit { LiveProcesses.shared.killAll() } }

    func add(_ identifier: pid_t) { lock.withLock { _ = identifiers.insert(identifier) } }

    func remove(_ identifier: pid_t) { lock.withLock { _ = identifiers.remove(identifier) } }

    private func killAll() { lock.withLock { for identifier in identifiers { kill(-identifier, SIGKILL) } } }
}
