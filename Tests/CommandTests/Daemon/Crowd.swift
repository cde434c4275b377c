import ErlcluTestSupport
import Foundation
import Glibc

/// Connections to one port of an erlclud, each with a piece of something that goes no further, or with nothing.
final class Crowd: @unchecked Sendable {
    // `lock` guards it: a thread may drip into them while they leave.
    private var sockets: [Int32] = []
    private let lock = NSLock()
    private let wanted: Int

    init(at port: UInt16, of size: Int = 500, saying pieces: [[UInt8]] = [[]]) {
        wanted = size
        for number in 0..<size {
            guard let socket = LocalSocket.connect(port: port) else { continue }
            sockets.append(socket)
            Self.say(pieces[number % pieces.count], to: socket)
        }
    }

    deinit { leave() }

    /// Whether all of them got a connection.
    var isWhole: Bool { lock.withLock { sockets.count == wanted } }

    /// How many have got something back.
    var answeredCount: Int {
        lock.withLock {
            sockets.count {
                var byte: UInt8 = 0
                return recv($0, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 1
            }
        }
    }

    /// Each says one byte more a second, until they leave.
    func drip(_ byte: UInt8) {
        Thread.detachNewThread { [weak self] in
            while let self, lock.withLock({ say(byte) }) {
                sleep(1)
            }
        }
    }

    func leave() {
        lock.withLock {
            for socket in sockets { close(socket) }
            sockets = []
        }
    }

    private func say(_ byte: UInt8) -> Bool {
        for socket in sockets { Self.say([byte], to: socket) }
        return !sockets.isEmpty
    }

    private static func say(_ piece: [UInt8], to socket: Int32) {
        // It may have made room for the next one already.
        _ = send(socket, piece, piece.count, Int32(MSG_NOSIGNAL))
    }
}
