internal import CLinux
package import Diagnosis
internal import Glibc

/// A connection of a socket, dialled or accepted: TCP, or the one that a tunnel's program has at its other end. Nagle is
/// off: distribution is request and answer.
///
/// While it is open the loop keeps it alive, and it keeps its receiver; closing ends both.
package final class TCPStream: ByteStream {
    private enum State {
        case connecting
        case open
        /// Over, but the receiver does not know yet.
        case ended(StreamClosure)
        case closed
    }

    private let loop: EventLoop
    private var state = State.connecting
    private var descriptor: Int32 = -1
    private var watch: DescriptorHandle?
    private var connection: (any StreamOpening)?
    private var carrier: (any StreamCarrier)?
    /// What its carrier may have said itself; nil where none would.
    private var opening: CarrierWords?
    /// Whether anything has come from the other end.
    package private(set) var hasReceived = false
    private var carried = StreamTraffic()
    package var traffic: StreamTraffic? { carried }
    /// Whether its carrier is asked why it has ended.
    private var isAsking = false
    private var output = OutputQueue()
    /// A failed send does not end the stream: what the peer said before it closed, often the reason, is read first.
    private var sendFailure: StreamClosure?
    private var isOpenedPending = false
    private var isDrainedPending = false
    /// Who observes what passes, and under which number.
    private var recording: (observer: any TrafficObserver, number: Int)?

    package var receiver: (any ByteStreamReceiver)? {
        didSet {
            guard receiver != nil else { return updateInterest() }
            // Events that came before the receiver are delivered from the loop, never inside this assignment.
            loop.enqueue { [self] in deliverPending() }
            updateInterest()
        }
    }

    package var isReadingPaused = false {
        didSet { updateInterest() }
    }

    package var pendingOutput: Int { output.count }

    /// Receives the addresses that a host's name stands for, once they are known.
    package var onResolved: (([SocketAddress]) -> Void)?
    /// The other end, once open.
    package private(set) var peerAddress: SocketAddress?
    /// This end, once open.
    package private(set) var localAddress: SocketAddress?

    /// A stream that the connector gives a descriptor later.
    init(loop: EventLoop) { self.loop = loop }

    package var wordsOfCarrier: TunnelFailure? { opening?.failure }

    /// Takes over a connected, non-blocking descriptor.
    package convenience init(connected descriptor: Int32, on loop: EventLoop) {
        self.init(loop: loop)
        adopt(descriptor)
    }

    /// Whether the host's name is still being looked up.
    package var isResolving: Bool { connection?.isResolving ?? false }

    func start(_ connection: any StreamOpening) { self.connection = connection }

    /// Behind the descriptor that is adopted next.
    /// - Parameter ends: what a capture has for the two ends, where the socket itself has no addresses.
    func isCarried(by carrier: any StreamCarrier, between ends: (local: SocketAddress, peer: SocketAddress)? = nil) {
        self.carrier = carrier
        opening = CarrierWords(of: carrier)
        (localAddress, peerAddress) = (ends?.local, ends?.peer)
    }

    func resolved(_ addresses: [SocketAddress]) {
        onResolved?(addresses)
        onResolved = nil
    }

    /// The connection is made; the descriptor is this stream's from now on.
    func adopt(_ descriptor: Int32) {
        let isDialled = connection != nil || carrier != nil
        connection = nil
        guard case .connecting = state else {
            Glibc.close(descriptor)
            return
        }
        self.descriptor = descriptor
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        peerAddress = SocketAddress.of(descriptor, getpeername) ?? peerAddress
        localAddress = SocketAddress.of(descriptor, getsockname) ?? localAddress
        if isDialled, let traffic = loop.traffic, let localAddress, let peerAddress {
            recording = (traffic, traffic.connected(from: localAddress, to: peerAddress))
        }
        state = .open
        isOpenedPending = true
        watch = loop.watch(descriptor, for: []) { [self] ready in handle(ready) }
        updateInterest()
        loop.enqueue { [self] in deliverPending() }
    }

    /// Gives the connection away, as a descriptor that does not block, and is over: no event follows.
    /// - Returns: nil where the stream is needed: something carries it or observes it, or bytes have passed.
    package func takeDescriptor() -> Int32? {
        guard case .open = state, carrier == nil, recording == nil, output.isEmpty, !hasReceived else { return nil }
        let taken = descriptor
        watch?.cancel()
        watch = nil
        descriptor = -1
        close()
        return taken
    }

    /// No address could be connected to.
    func fail(_ reason: StreamClosure) {
        connection = nil
        end(reason)
    }

    package func write(_ bytes: consuming [UInt8]) {
        switch state {
        case .connecting:
            output.append(bytes)
        case .open where sendFailure == nil:
            let wasIdle = output.isEmpty
            output.append(bytes)
            if wasIdle { flush() }
        case .open, .ended, .closed:
            break
        }
    }

    package func close() {
        if case .closed = state { return }
        if case .open = state, sendFailure == nil { flush() }
        release(nil)
        state = .closed
        receiver = nil
    }

    // MARK: Events

    private func handle(_ ready: DescriptorInterest) {
        if ready.contains(.write), case .open = state {
            flush()
            deliverPending()
        }
        if ready.contains(.read), case .open = state, !isReadingPaused, receiver != nil { readOnce() }
    }

    private func readOnce() {
        deliverPending()
        guard case .open = state, let receiver, !isReadingPaused else { return }
        let buffer = loop.readBuffer
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count > 0 {
            hasReceived = true
            carried.received += count
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            if let recording { recording.observer.received(bytes, on: recording.number) }
            opening?.take(bytes)
            receiver.stream(self, received: bytes)
        } else if count == 0 {
            end(sendFailure ?? .endOfStream)
        } else if errno != EAGAIN, errno != EINTR {
            end(StreamClosure(call: "recv", errno: errno))
        }
    }

    private func flush() {
        guard !output.isEmpty else { return }
        output.drain { bytes in
            let sent = send(descriptor, bytes.baseAddress, bytes.count, LINUX_MSG_NOSIGNAL)
            if sent >= 0 {
                carried.sent += sent
                if let recording {
                    recording.observer.sent(UnsafeRawBufferPointer(rebasing: bytes[..<sent]), on: recording.number)
                }
                return sent
            }
            if errno == EINTR { return 0 }
            if errno != EAGAIN { sendFailure = StreamClosure(call: "send", errno: errno) }
            return nil
        }
        if sendFailure != nil {
            output.removeAll()
            // With nobody reading, the failure would never be seen.
            if isReadingPaused, let sendFailure { end(sendFailure) }
        } else if output.isEmpty {
            isDrainedPending = true
        }
        updateInterest()
    }

    private func updateInterest() {
        guard case .open = state, let watch else { return }
        var interest: DescriptorInterest = []
        if receiver != nil, !isReadingPaused { interest.insert(.read) }
        if !output.isEmpty, sendFailure == nil { interest.insert(.write) }
        watch.interest = interest
    }

    private func end(_ reason: StreamClosure) {
        switch state {
        case .ended, .closed: return
        case .connecting, .open: break
        }
        if isAsking { return }
        if let carrier {
            isAsking = true
            watch?.cancel()
            watch = nil
            return carrier.explain(reason, hasReceived: hasReceived) { [self] explained in
                guard isAsking else { return }
                isAsking = false
                carrier.end()
                self.carrier = nil
                end(told(explained))
            }
        }
        release(reason)
        state = .ended(reason)
        loop.enqueue { [self] in deliverPending() }
    }

    /// A program that ends may have said why where the peer was to speak.
    private func told(_ reason: StreamClosure) -> StreamClosure {
        guard case .tunnel(var failure) = reason, let words = opening?.words else { return reason }
        failure.words += "; \(CarrierWords.said(words))"
        return .tunnel(failure)
    }

    /// Delivers what has happened and the receiver does not know yet, in order. The receiver may close in between.
    private func deliverPending() {
        if isOpenedPending, let receiver {
            isOpenedPending = false
            if case .open = state, !output.isEmpty { flush() }
            receiver.streamOpened(self)
        }
        if isDrainedPending, case .open = state, output.isEmpty, let receiver {
            isDrainedPending = false
            receiver.streamDrained(self)
        }
        if case .ended(let reason) = state, let receiver {
            state = .closed
            self.receiver = nil
            receiver.stream(self, closed: reason)
        }
    }

    /// - Parameter reason: nil when it is our own doing.
    private func release(_ reason: StreamClosure?) {
        if let recording { recording.observer.ended(recording.number, reason) }
        recording = nil
        connection?.cancel()
        connection = nil
        isAsking = false
        carrier?.end()
        carrier = nil
        watch?.cancel()
        watch = nil
        output.removeAll()
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }
}

extension StreamClosure {
    /// The reason that a failed system call stands for.
    init(call: String, errno code: Int32) {
        switch code {
        case ECONNREFUSED: self = .refused
        case ECONNRESET, EPIPE: self = .reset
        case EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, EHOSTDOWN, ENETDOWN, ENONET: self = .unreachable(errno: code)
        default: self = .system(call: call, errno: code)
        }
    }
}
