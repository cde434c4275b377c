import Glibc

/// A port of 127.0.0.1 that drops connection requests, as a firewall does: its accept queue is full, and the kernel
/// then lets SYNs pass unanswered.
package final class DeafListener: Sendable {
    package let port: UInt16
    private let descriptors: [Int32]

    package init() throws {
        let (listener, port) = try LocalSocket.listener()
        self.port = port
        // With a backlog of 0 the queue holds one connection, which nobody will ever accept.
        guard listen(listener, 0) == 0, let first = LocalSocket.connect(port: port) else {
            close(listener)
            throw FixtureFailure("cannot fill an accept queue: \(String(cString: strerror(errno)))")
        }
        descriptors = [listener, first]
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
