/// Two connected streams without a socket: what one writes, the other's receiver gets from the loop.
package struct MemoryPair {
    package let first: MemoryStream
    package let second: MemoryStream

    /// - Parameter chunk: the most bytes that come at once; 1 feeds them one by one.
    package init(on loop: EventLoop, chunk: Int = 64 * 1024) {
        first = MemoryStream(loop: loop, chunk: max(1, chunk))
        second = MemoryStream(loop: loop, chunk: max(1, chunk))
        first.peer = second
        second.peer = first
        first.deliverSoon()
        second.deliverSoon()
    }
}

/// One end of a `MemoryPair`.
package final class MemoryStream: ByteStream {
    /// Bytes that may be on their way to one end before its sender has to wait, as a socket's buffers would.
    private static let capacity = 256 * 1024

    private let loop: EventLoop
    private let chunk: Int
    /// A cycle, until either end closes.
    fileprivate var peer: MemoryStream?
    /// What the peer has sent and this end has not delivered.
    private var arrived: [UInt8] = []
    private var arrivedOffset = 0
    private var output = OutputQueue()
    private var isOpenDelivered = false
    private var isDrainedPending = false
    private var isDeliveryQueued = false
    private var isPeerClosed = false
    private var isClosed = false

    fileprivate init(loop: EventLoop, chunk: Int) {
        self.loop = loop
        self.chunk = chunk
    }

    package var receiver: (any ByteStreamReceiver)? {
        didSet { if receiver != nil { deliverSoon() } }
    }

    package var isReadingPaused = false {
        didSet { if !isReadingPaused { deliverSoon() } }
    }

    package var pendingOutput: Int { output.count }

    package func write(_ bytes: consuming [UInt8]) {
        guard !isClosed, peer != nil else { return }
        output.append(bytes)
        push()
        if !output.isEmpty { isDrainedPending = true }
    }

    package func close() {
        guard !isClosed else { return }
        push()
        isClosed = true
        receiver = nil
        output.removeAll()
        peer?.peerClosed()
        peer = nil
    }

    private func peerClosed() {
        isPeerClosed = true
        peer = nil
        deliverSoon()
    }

    /// Moves output to the peer as far as it has room.
    private func push() {
        guard let peer else { return }
        output.drain { bytes in
            let room = Self.capacity - (peer.arrived.count - peer.arrivedOffset)
            guard room > 0 else { return nil }
            peer.arrived.append(contentsOf: bytes.prefix(room))
            return min(room, bytes.count)
        }
        peer.deliverSoon()
    }

    fileprivate func deliverSoon() {
        guard !isDeliveryQueued, !isClosed else { return }
        isDeliveryQueued = true
        loop.enqueue { [self] in
            isDeliveryQueued = false
            deliver()
        }
    }

    private func deliver() {
        guard !isClosed, let receiver else { return }
        if !isOpenDelivered {
            isOpenDelivered = true
            receiver.streamOpened(self)
        }
        if isDrainedPending, output.isEmpty, !isClosed {
            isDrainedPending = false
            receiver.streamDrained(self)
        }
        guard !isClosed, !isReadingPaused else { return }
        if arrivedOffset < arrived.count {
            let next = Array(arrived[arrivedOffset..<min(arrived.count, arrivedOffset + chunk)])
            arrivedOffset += next.count
            if arrivedOffset == arrived.count {
                arrived.removeAll(keepingCapacity: true)
                arrivedOffset = 0
            }
            next.withUnsafeBytes { receiver.stream(self, received: $0) }
            peer?.push()
            peer?.deliverSoon()
            deliverSoon()
        } else if isPeerClosed {
            isClosed = true
            self.receiver = nil
            receiver.stream(self, closed: .endOfStream)
        }
    }
}
