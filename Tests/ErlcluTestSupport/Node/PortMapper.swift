import Foundation
import Glibc

/// An epmd of our own on a port of its own: the default one may be in use by others, and a test that wants no epmd
/// must not find theirs.
package final class PortMapper: @unchecked Sendable {
    /// The one that the nodes of this test run register with.
    package static let shared = Result { try PortMapper() }

    package let port: UInt16
    private let process: ChildProcess

    package init() throws {
        let port = try LocalSocket.unusedPort()
        self.port = port
        // The shell is the leash: its input ends with this process, even by SIGKILL, and epmd with it.
        process = try ChildProcess(
            "sh", ["-c", "epmd -port \(port) & echo $!; cat >/dev/null; kill -9 $!"],
            environment: ["ERL_EPMD_PORT": "\(port)"])
        guard eventually({ LocalSocket.accepts(port: port) }) else {
            throw FixtureFailure("epmd does not answer on \(port): \(process.standardError)")
        }
    }

    /// Stops (SIGSTOP) or continues it: one that takes connections, and answers none.
    package func suspend() { signal(SIGSTOP) }
    package func resume() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        guard process.waitForOutput(containing: "\n"),
            let pid = process.standardOutput.split(separator: "\n").first.flatMap({ pid_t($0) })
        else { return }
        kill(pid, number)
    }

    package func stop() { process.terminate() }
}
