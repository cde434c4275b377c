import CLinux
import Foundation
import Glibc

/// Accepts on a port of 127.0.0.1 and gives each connection to a thread of its own.
final class TCPServer: @unchecked Sendable {
    let port: UInt16
    private let listener: Int32
    private let lock = NSLock()
    private var connections: Set<Int32> = []
    private var accepted = 0
    private var stopped = false

    /// - Parameter serve: owns the connection while it runs; it is closed afterwards. Its reads and writes fail once
    ///   the server has stopped.
    init(serve: @escaping @Sendable (Int32) -> Void) throws {
        (listener, port) = try LocalSocket.listener()
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = linux_accept4(listener, Int32(SOCK_CLOEXEC.rawValue))
                if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
                guard connection >= 0 else { break }
                guard let self, self.add(connection) else {
                    close(connection)
                    break
                }
                Thread.detachNewThread { [weak self] in
                    serve(connection)
                    if let self { self.remove(connection) } else { close(connection) }
                }
            }
            close(listener)
        }
    }

    deinit { stop() }

    /// How many connections there have been.
    var acceptedCount: Int { lock.withLock { accepted } }

    func dropConnections() {
        lock.withLock { for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) } }
    }

    /// Ends the listener and all connections.
    func stop() {
        lock.withLock {
            guard !stopped else { return }
            stopped = true
            // Wakes accept(2) and reads; the threads that own the descriptors close them.
            shutdown(listener, Int32(SHUT_RDWR))
            for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func add(_ connection: Int32) -> Bool {
        lock.withLock {
            accepted += 1
            if !stopped { connections.insert(connection) }
            return !stopped
        }
    }

    private func remove(_ connection: Int32) {
        lock.withLock {
            connections.remove(connection)
            _ = close(connection)
        }
    }
}
