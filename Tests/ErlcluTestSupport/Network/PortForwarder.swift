import Foundation
import Glibc

/// What `kubectl port-forward` and `ssh -L` do: another port that leads to the same listener.
package final class PortForwarder: Sendable {
    /// Where to dial instead.
    package var port: UInt16 { server.port }
    /// How many connections went through.
    package var connectionCount: Int { server.acceptedCount }
    /// While true nothing goes through and nothing is closed: a cable that has been pulled.
    package var isCut: Bool {
        get { gate.isClosed }
        set { gate.isClosed = newValue }
    }
    private let server: TCPServer
    private let gate: Gate

    /// - Parameter target: the port on 127.0.0.1 that it leads to.
    package init(to target: UInt16) throws {
        let gate = Gate()
        self.gate = gate
        server = try TCPServer { near in
            guard let far = LocalSocket.connect(port: target) else { return }
            let back = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                Self.copy(from: far, to: near, through: gate)
                back.signal()
            }
            Self.copy(from: near, to: far, through: gate)
            back.wait()
            close(far)
        }
    }

    package func stop() {
        gate.isClosed = false
        server.stop()
    }

    private static func copy(from source: Int32, to sink: Int32, through gate: Gate) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            gate.wait()
            guard count > 0 else { break }
            writeAll(Array(buffer[..<count]), to: sink)
        }
        shutdown(sink, Int32(SHUT_WR))
        if shutdown(source, Int32(SHUT_RD)) != 0 { return }
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
