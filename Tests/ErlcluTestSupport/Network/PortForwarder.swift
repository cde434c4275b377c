import Foundation
import Glibc

/// What `kubectl port-forward` and `ssh -L` do: another port that leads to the same listener.
package final class PortForwarder: Sendable {
    /// Where to dial instead.
    package var port: UInt16 { server.port }
    /// How many connections went through.
    package var connectionCount: Int { server.acceptedCount }
    /// The port on 127.0.0.1 that connections lead to from now on.
    package var target: UInt16 {
        get { aim.port }
        set { aim.port = newValue }
    }
    /// While true nothing goes through and nothing is closed: a cable that has been pulled.
    package var isCut: Bool {
        get { gate.isClosed }
        set { gate.isClosed = newValue }
    }
    private let server: TCPServer
    private let gate: Gate
    private let aim: Aim

    /// - Parameters:
    ///   - target: the port on 127.0.0.1 that it leads to.
    ///   - limit: so many bytes come back through a connection; then it is ended.
    package init(to target: UInt16, endingAfter limit: Int = .max) throws {
        let (gate, aim) = (Gate(), Aim(target))
        (self.gate, self.aim) = (gate, aim)
        server = try TCPServer { near in
            guard let far = LocalSocket.connect(port: aim.port) else { return }
            let back = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                Self.copy(from: far, to: near, through: gate, upTo: limit)
                back.signal()
            }
            Self.copy(from: near, to: far, through: gate)
            back.wait()
            close(far)
        }
    }

    /// Ends the connections that there are; others may follow.
    package func dropConnections() { server.dropConnections() }

    package func stop() {
        gate.isClosed = false
        server.stop()
    }

    private static func copy(from source: Int32, to sink: Int32, through gate: Gate, upTo limit: Int = .max) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        var left = limit
        while true {
            let count = recv(source, &buffer, min(buffer.count, left), 0)
            if count < 0, errno == EINTR { continue }
            gate.wait()
            guard count > 0 else { break }
            writeAll(Array(buffer[..<count]), to: sink)
            left -= count
            if left == 0 { break }
        }
        shutdown(sink, Int32(limit == .max ? SHUT_WR : SHUT_RDWR))
        if shutdown(source, Int32(SHUT_RD)) != 0 { return }
    }
}

/// Where connections are led to.
private final class Aim: @unchecked Sendable {
    private let lock = NSLock()
    private var current: UInt16

    init(_ port: UInt16) { current = port }

    var port: UInt16 {
        get { lock.withLock { current } }
        set { lock.withLock { current = newValue } }
    }
}

/// What threads wait at.
private final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var closed = false

    var isClosed: Bool {
        get { condition.withLock { closed } }
        set {
            condition.withLock {
                closed = newValue
                condition.broadcast()
            }
        }
    }

    func wait() { condition.withLock { while closed { condition.wait() } } }
}
