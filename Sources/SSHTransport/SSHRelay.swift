internal import ByteTransport
internal import CLinux
internal import Diagnosis
internal import Glibc

/// Carries what libssh sends through a socket over a stream, and back: libssh itself knows sockets only.
///
/// When one side ends, the other one still gets what was meant for it, if it takes that in good time.
final class SSHRelay {
    /// As much as waits for one side stops the other.
    private static let limit = 256 * 1024
    /// How long the side that is left may take for the rest.
    private static let patience = Duration.seconds(5)

    private let far: any ByteStream
    private let near: TCPStream
    /// Of the same socket as `near`, which closes its own whenever that is over.
    private var descriptor: Int32
    private let loop: EventLoop
    private var timer: TimerHandle?
    /// Whether libssh's side is over.
    private var isNearOver = false
    /// Why the far side is over; nil while it is not.
    private(set) var ending: StreamClosure?

    private init(_ far: any ByteStream, _ near: TCPStream, _ descriptor: Int32, on loop: EventLoop) {
        self.far = far
        self.near = near
        self.descriptor = descriptor
        self.loop = loop
    }

    /// - Parameter stream: is open, and the relay's from now on.
    /// - Returns: the socket that stands for the stream, which does not block.
    static func make(
        for stream: any ByteStream, on loop: EventLoop
    ) throws(StreamClosure) -> (SSHRelay, descriptor: Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .system(call: "socketpair", errno: errno) }
        let second = fcntl(ends[0], F_DUPFD_CLOEXEC, 0)
        guard second >= 0 else {
            let code = errno
            for end in ends { Glibc.close(end) }
            throw .system(call: "dup", errno: code)
        }
        let relay = SSHRelay(stream, TCPStream(connected: ends[0], on: loop), second, on: loop)
        relay.near.receiver = relay
        stream.receiver = relay
        return (relay, ends[1])
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// What the program that carries the far side seems to have said itself.
    var wordsOfCarrier: TunnelFailure? { far.wordsOfCarrier }

    /// libssh has said all that it has to say. Idempotent.
    func close() {
        if isNearOver { return }
        isNearOver = true
        if ending == nil { takeRest() }
        closeNear()
        finishFar()
    }

    /// What libssh has sent and the loop has not read yet: its last bytes, and its goodbye.
    private func takeRest() {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, LINUX_MSG_DONTWAIT)
            guard count > 0 else { return }
            far.write(Array(buffer[..<count]))
        }
    }

    private func closeNear() {
        stopClock()
        near.close()
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    private func finishFar() {
        if ending != nil { return far.close() }
        (far as? SSHChannelStream)?.flush()
        if far.pendingOutput == 0 { return far.close() }
        // Or its end is not seen.
        far.isReadingPaused = false
        timer = loop.schedule(at: .now + Self.patience) { [self] in
            timer = nil
            far.close()
        }
    }

    private func finishNear() {
        if near.pendingOutput == 0 { return closeNear() }
        timer = loop.schedule(at: .now + Self.patience) { [self] in closeNear() }
    }

    private func stopClock() {
        timer?.cancel()
        timer = nil
    }
}

extension SSHRelay: ByteStreamReceiver {
    func streamOpened(_ stream: any ByteStream) {}

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        // Nobody is left who takes it.
        if stream === near ? ending != nil : isNearOver { return }
        let other: any ByteStream = stream === near ? far : near
        other.write(Array(bytes))
        if other.pendingOutput > Self.limit { stream.isReadingPaused = true }
    }

    func streamDrained(_ stream: any ByteStream) {
        if stream === near, ending != nil { return closeNear() }
        if stream === far, isNearOver {
            stopClock()
            return far.close()
        }
        let other: any ByteStream = stream === near ? far : near
        other.isReadingPaused = false
    }

    func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        stopClock()
        if stream === near {
            closeNear()
            if isNearOver { return }
            isNearOver = true
            finishFar()
        } else {
            ending = reason
            if !isNearOver { finishNear() }
        }
    }
}
