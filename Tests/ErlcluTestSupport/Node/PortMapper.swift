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
            "sh", ["-c", "epmd -port \(port) & cat >/dev/null; kill $!"],
            environment: ["ERL_EPMD_PORT": "\(port)"])
        guard eventually({ LocalSocket.accepts(port: port) }) else {
            throw FixtureFailure("epmd does not answer on \(port): \(process.standardError)")
        }
    }

    package func stop() { process.terminate() }
}
