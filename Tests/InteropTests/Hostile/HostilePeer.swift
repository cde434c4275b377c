import ByteTransport
import DistributionProtocol
import ErlangTerm
import TLSTransport

/// A peer on the same loop as the connection under test, so that nothing here waits for another thread: it shakes
/// hands as a node does, or not, and then does what its test says.
final class HostilePeer: ByteStreamReceiver {
    static let name = "hostile@127.0.0.1"
    static let cookie = Secret("monster")

    private(set) var port: UInt16 = 0
    /// How many bytes of the handshake go out before `atTheEnd` happens; nil for all.
    var budget: Int?
    var atTheEnd: (any ByteStream) -> Void = { $0.close() }
    /// Instead of the handshake: is called with each connection that is open.
    var instead: ((any ByteStream) -> Void)?
    /// The handshake is done.
    var whenUp: (any ByteStream) -> Void = { _ in }
    var cookie = HostilePeer.cookie
    private(set) var sent = 0
    private(set) var received = 0
    private(set) var frames: [[UInt8]] = []
    private(set) var stream: (any ByteStream)?

    private let loop: EventLoop
    private let context: TLSContext?
    private var listener: TCPListener?
    private var handshake: AcceptorHandshake?
    private var reader = FrameReader()

    init(on loop: EventLoop, tls: TLSContext? = nil) throws {
        self.loop = loop
        context = tls
        guard let address = SocketAddress(numeric: "127.0.0.1", port: 0) else { throw StreamClosure.endOfStream }
        let listener = try TCPListener(address, on: loop) { [weak self] in self?.accept($0) }
        self.listener = listener
        port = listener.address.port
    }

    func stop() {
        listener?.close()
        stream?.close()
        stream = nil
    }

    private func accept(_ accepted: TCPStream) {
        reader = FrameReader()
        if let context {
            stream = try? TLSStream(over: accepted, context: context, loop: loop)
        } else {
            stream = accepted
        }
        stream?.receiver = self
    }

    func streamOpened(_ stream: any ByteStream) {
        if let instead { return instead(stream) }
        guard let name = try? NodeName(Self.name) else { return }
        handshake = AcceptorHandshake(
            .init(
                name: name, creation: 7, flags: DistributionFlags.hiddenInitiator.union(.published), challenge: 99,
                lengthPrefix: context == nil ? .tcp : .tls))
    }

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        received += bytes.count
        if handshake != nil {
            perform(handshake?.received(bytes) ?? [], stream)
        } else {
            var chunk = bytes
            while let frame = try? reader.next(from: &chunk) {
                if case .packet(let packet) = frame { frames.append(packet) } else { frames.append([]) }
            }
        }
    }

    private func perform(_ actions: [HandshakeAction], _ stream: any ByteStream) {
        for action in actions {
            switch action {
            case .send(let bytes): send(bytes, stream)
            case .decide(let peer):
                guard let given = try? NodeName("guest@" + peer.name) else { return }
                perform(handshake?.decide(.assign(given, creation: 3), cookie: cookie) ?? [], stream)
            case .done:
                handshake = nil
                if budget == nil { whenUp(stream) }
            case .failed: stream.close()
            case .observe: break
            }
        }
    }

    private func send(_ bytes: [UInt8], _ stream: any ByteStream) {
        let allowed = budget.map { min(bytes.count, max(0, $0 - sent)) } ?? bytes.count
        sent += allowed
        stream.write(Array(bytes.prefix(allowed)))
        if allowed < bytes.count || sent == budget { atTheEnd(stream) }
    }

    func streamDrained(_ stream: any ByteStream) {}
    func stream(_ stream: any ByteStream, closed reason: StreamClosure) {}
}
