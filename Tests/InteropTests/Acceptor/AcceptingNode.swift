import ByteTransport
import DistributionProtocol
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Glibc
import TLSTransport
import Testing

/// A hidden node of ours that real nodes dial: it listens, registers at epmd, answers the handshake and keeps what is
/// sent to it.
final class AcceptingNode: ByteStreamReceiver {
    let name: NodeName
    private(set) var results: [HandshakeResult] = []
    private(set) var failures: [HandshakeFailure] = []
    /// The messages that came for registered names: the name, and the term.
    private(set) var messages: [(to: Atom, message: Term)] = []

    private let loop: EventLoop
    private let cookie: Secret
    private let tls: TLSContext?
    private let decision: AcceptorDecision
    private var listener: TCPListener?
    private var registration: TCPStream?
    private var registered: EPMDResponse?
    private var stream: (any ByteStream)?
    private var handshake: AcceptorHandshake
    private var frames = FrameReader()

    init(
        name: String, cookie: String, mapperPort: UInt16, tls: TLSContext? = nil, decision: AcceptorDecision = .accept,
        on loop: EventLoop
    ) throws {
        self.name = try NodeName(name)
        self.loop = loop
        self.cookie = Secret(cookie)
        self.tls = tls
        self.decision = decision
        handshake = AcceptorHandshake(
            .init(
                name: self.name, creation: 77, flags: .hiddenInitiator, challenge: UInt32.random(in: .min ... .max),
                lengthPrefix: tls == nil ? .tcp : .tls))
        let address = try #require(SocketAddress(numeric: "127.0.0.1", port: 0))
        let listener = try TCPListener(address, on: loop) { [unowned self] in accept($0) }
        self.listener = listener
        try register(port: listener.address.port, mapperPort: mapperPort)
    }

    private func register(port: UInt16, mapperPort: UInt16) throws {
        let mapper = TCPDialer().dial(host: "127.0.0.1", port: mapperPort, on: loop)
        let answer = RegistrationAnswer(port: port, alive: name.alive)
        mapper.receiver = answer
        registration = mapper
        try #require(loop.run(until: .now + .seconds(Deadline.patience)) { answer.response != nil })
        guard case .alive? = answer.response else { throw FixtureFailure("epmd answers \(answer.response as Any)") }
    }

    private func accept(_ accepted: TCPStream) {
        guard let tls else {
            stream = accepted
            accepted.receiver = self
            return
        }
        guard let secure = try? TLSStream(over: accepted, context: tls, loop: loop) else { return }
        stream = secure
        secure.receiver = self
    }

    func close() {
        stream?.close()
        registration?.close()
        listener?.close()
    }

    func streamOpened(_ stream: any ByteStream) {}
    func streamDrained(_ stream: any ByteStream) {}

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        if results.isEmpty { perform(handshake.received(bytes)) } else { readFrames(bytes) }
    }

    func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        if let failure = handshake.closed() { failures.append(failure) }
    }

    private func perform(_ actions: [HandshakeAction]) {
        for action in actions {
            switch action {
            case .send(let bytes): stream?.write(bytes)
            case .decide: perform(handshake.decide(decision, cookie: cookie))
            case .failed(let failure):
                failures.append(failure)
                stream?.close()
            case .done(let result):
                results.append(result)
                result.leftover.withUnsafeBytes { readFrames($0) }
            case .observe: break
            }
        }
    }

    private func readFrames(_ bytes: UnsafeRawBufferPointer) {
        var chunk = bytes
        while let frame = try? frames.next(from: &chunk) {
            guard case .packet(let packet) = frame, let message = try? DistributionMessage(packet: packet),
                case .regSend(_, let to, _) = message.control, let payload = message.payload
            else { continue }
            messages.append((to, payload.term))
        }
    }
}

/// Sends ALIVE2_REQ and waits for the answer; the name is registered as long as the stream is open.
private final class RegistrationAnswer: ByteStreamReceiver {
    private let request: EPMDRequest
    private var reader = EPMDResponseReader(expecting: .alive)
    private(set) var response: EPMDResponse?

    init(port: UInt16, alive: String) {
        let type = EPMDRegistration.NodeType.hidden.rawValue
        request = .alive(EPMDRegistration(port: port, nodeType: type, alive: alive))
    }

    func streamOpened(_ stream: any ByteStream) { stream.write(request.encoded) }
    func streamDrained(_ stream: any ByteStream) {}
    func stream(_ stream: any ByteStream, closed reason: StreamClosure) {}

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        response = (try? reader.received(bytes)) ?? response
    }
}
