import ByteTransport
import DistributionProtocol

/// One connection to the epmd of this node: a request, its answer, and then either the end or, for a node that has
/// registered, silence until it leaves.
final class EPMDVisitor: ByteStreamReceiver {
    private let stream: TCPStream
    private let answer: ([UInt8], Bool) -> EPMDDirectory.Answer
    private let ended: () -> Void
    private var reader = EPMDRequestReader()
    private var timer: TimerHandle?
    private var isRegistered = false
    private var isAnswered = false

    /// - Parameters:
    ///   - patience: how long it may take to ask and to take the answer.
    ///   - answer: is called once, with a request and whether it comes from this host.
    ///   - ended: is called when the connection is over, or is to be.
    init(
        _ stream: TCPStream, for patience: Duration, on loop: EventLoop,
        answer: @escaping ([UInt8], _ isLocal: Bool) -> EPMDDirectory.Answer, ended: @escaping () -> Void
    ) {
        self.stream = stream
        self.answer = answer
        self.ended = ended
        timer = loop.schedule(at: .now + patience, ended)
        stream.receiver = self
    }

    func close() {
        timer?.cancel()
        stream.close()
    }

    func streamOpened(_ stream: any ByteStream) {}

    func streamDrained(_ stream: any ByteStream) {
        if isAnswered, !isRegistered { ended() }
    }

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        // A node says nothing once it has registered, and nobody asks twice.
        guard !isAnswered else { return ended() }
        do throws(EPMDRequestReader.Unreadable) {
            if let request = try reader.received(bytes) { reply(to: request) }
        } catch {
            ended()
        }
    }

    private func reply(to request: [UInt8]) {
        isAnswered = true
        let answer = answer(request, isLocal)
        isRegistered = answer.isRegistration
        if isRegistered { timer?.cancel() }
        stream.write(answer.bytes)
        if !isRegistered, stream.pendingOutput == 0 { ended() }
    }

    func stream(_ stream: any ByteStream, closed reason: StreamClosure) { ended() }

    /// As epmd sees it: the other end is a loopback address, or the very address that it has dialled.
    private var isLocal: Bool {
        guard let peer = stream.peerAddress else { return false }
        return peer.isLoopback || peer.host == stream.localAddress?.host
    }
}
