import Foundation
import Glibc

/// A TCP peer that does to each connection what its script says, whatever it is told.
package final class ScriptedPeer: @unchecked Sendable {
    package enum Step: Hashable, Sendable {
        case send([UInt8])
        /// One byte at a time, so many a second.
        case drip([UInt8], bytesPerSecond: Double)
        /// Waits until so many bytes have come in since the connection began.
        case receive(Int)
        /// Random bytes (always the same), so many.
        case garbage(Int)
        /// Keeps the connection open and says nothing until the other side or the fixture ends it.
        case stall
        /// Ends the connection with a reset instead of a FIN.
        case reset
    }

    package var port: UInt16 { server.port }
    package var connectionCount: Int { server.acceptedCount }
    private let server: TCPServer
    private let log: ReceivedBytes

    /// Does the steps in order, then closes in order.
    package init(_ steps: [Step]) throws {
        let log = ReceivedBytes()
        self.log = log
        server = try TCPServer { connection in
            var received = 0
            for step in steps where !Self.perform(step, on: connection, &received, log) { return }
        }
    }

    /// All that any connection sent so far, as far as steps waited for it.
    package var received: [UInt8] { log.bytes }

    package func stop() { server.stop() }

    /// - Returns: whether the connection goes on.
    private static func perform(
        _ step: Step, on connection: Int32, _ received: inout Int, _ log: ReceivedBytes
    ) -> Bool {
        switch step {
        case .send(let bytes): writeAll(bytes, to: connection)
        case .drip(let bytes, let bytesPerSecond):
            for byte in bytes {
                writeAll([byte], to: connection)
                // The pace is the point; the wait ends early when the connection is reset.
                var waiting = pollfd(fd: connection, events: 0, revents: 0)
                if poll(&waiting, 1, Int32(1000 / bytesPerSecond)) > 0 { return false }
            }
        case .receive(let count):
            while received < count {
                guard let bytes = read(connection) else { return false }
                log.append(bytes)
                received += bytes.count
            }
        case .garbage(let count):
            var generator = UInt64(0x9e37_79b9_7f4a_7c15)
            writeAll(
                (0..<count).map { _ in
                    generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return UInt8(truncatingIfNeeded: generator >> 33)
                }, to: connection)
        case .stall:
            while let bytes = read(connection) { log.append(bytes) }
            return false
        case .reset:
            var lingering = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
            return false
        }
        return true
    }

    private static func read(_ connection: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(connection, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }
}

private final class ReceivedBytes: @unchecked Sendable {
    private let lock = NSLock()
    private var collected: [UInt8] = []

    var bytes: [UInt8] { lock.withLock { collected } }

    func append(_ bytes: [UInt8]) { lock.withLock { collected += bytes } }
}
