import Foundation
import Glibc

/// What `kubectl port-forward` and `ssh -L` do: another port that leads to the same listener.
package final class PortForwarder: Sendable {
    /// Where to dial instead.
    package var port: UInt16 { server.port }
    /// How many connections went through.
    package var connectionCount: Int { server.acceptedCount }
    private let server: TCPServer

    /// - Parameter target: the port on 127.0.0.1 that it leads to.
    package init(to target: UInt16) throws {
        server = try TCPServer { near in
            guard let far = LocalSocket.connect(port: target) else { return }
            let back = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                Self.copy(from: far, to: near)
                back.signal()
            }
            Self.copy(from: near, to: far)
            back.wait()
            close(far)
        }
    }

    package func stop() { server.stop() }

    private static func copy(from source: Int32, to sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            writeAll(Array(buffer[..<count]), to: sink)
        }
        shutdown(sink, Int32(SHUT_WR))
        if shutdown(source, Int32(SHUT_RD)) != 0 { return }
    }
}
