internal import Glibc

/// The way to an open connection: looks the name up, then tries address after address.
final class TCPConnector: StreamOpening {
    /// How long an address may stay silent while others wait. The last one has for ever, that is, its user's deadline.
    private static let patience = Duration.seconds(2)

    private let loop: EventLoop
    private var stream: TCPStream?
    private var resolution: NameResolution?
    private var remaining: ArraySlice<SocketAddress> = []
    private var descriptor: Int32 = -1
    private var watch: DescriptorHandle?
    private var timer: TimerHandle?
    private var firstFailure: StreamClosure?

    init(stream: TCPStream, loop: EventLoop) {
        self.stream = stream
        self.loop = loop
    }

    var isResolving: Bool { resolution != nil }

    func start(host: String, port: UInt16) {
        if let address = SocketAddress(numeric: host, port: port) { return start([address]) }
        resolution = NameResolution(host: host, port: port, on: loop) { [self] result in
            resolution = nil
            switch result {
            case .success(let addresses):
                stream?.resolved(addresses)
                start(addresses)
            case .failure(let failure): finish(.unresolved(failure))
            }
        }
    }

    func start(_ addresses: [SocketAddress]) {
        remaining = addresses[...]
        tryNext()
    }

    /// The stream was closed meanwhile.
    func cancel() {
        stream = nil
        resolution?.cancel()
        resolution = nil
        endAttempt()
    }

    private func tryNext() {
        endAttempt()
        guard stream != nil else { return }
        guard let address = remaining.popFirst() else {
            return finish(firstFailure ?? .unreachable(errno: EADDRNOTAVAIL))
        }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { return failed(StreamClosure(call: "socket", errno: errno)) }
        let code = address.withSystemForm { connect(descriptor, $0, $1) }
        if code == 0 { return succeed() }
        guard errno == EINPROGRESS || errno == EINTR else {
            return failed(StreamClosure(call: "connect", errno: errno))
        }
        watch = loop.watch(descriptor, for: .write) { [self] _ in connectEnded() }
        guard !remaining.isEmpty else { return }
        timer = loop.schedule(at: .now + Self.patience) { [self] in failed(.unreachable(errno: ETIMEDOUT)) }
    }

    private func connectEnded() {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        if code == 0 { succeed() } else { failed(StreamClosure(call: "connect", errno: code)) }
    }

    private func succeed() {
        let connected = descriptor
        descriptor = -1
        endAttempt()
        let stream = stream
        self.stream = nil
        if let stream { stream.adopt(connected) } else { close(connected) }
    }

    private func failed(_ reason: StreamClosure) {
        if firstFailure == nil { firstFailure = reason }
        tryNext()
    }

    private func finish(_ reason: StreamClosure) {
        let stream = stream
        self.stream = nil
        stream?.fail(reason)
    }

    private func endAttempt() {
        watch?.cancel()
        watch = nil
        timer?.cancel()
        timer = nil
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
