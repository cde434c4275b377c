import ByteTransport
package import Diagnosis
package import DistributionProtocol
import ErlangNode
import PacketCapture

/// Reports our own attempts to connect as trace events, while they happen.
package final class OwnConnectionRecorder {
    private let node: String
    private let now: () -> Int
    private let receive: (TraceEvent) -> Void
    /// Asked when the TLS handshake is over.
    package var security: (() -> TLSConnectionFacts?)?

    private var connection = 0
    private var purpose = ConnectionPurpose.distribution
    private var acceptor: Party
    private var initiator = Party()

    /// - Parameters:
    ///   - node: the name that is dialled.
    ///   - now: microseconds since the epoch.
    package init(node: String, now: @escaping () -> Int, receive: @escaping (TraceEvent) -> Void) {
        self.node = node
        self.now = now
        self.receive = receive
        acceptor = Party(name: node)
    }

    /// The attempt has come to nothing.
    package func failed(_ failure: NodeFailure) { record(failure.stage, .ended(.failed(failure))) }

    /// A message of the TLS handshake, in either direction.
    package func passed(_ message: TLSMessage) {
        let sender: Role = message.fromPeer ? .acceptor : .initiator
        switch message.content {
        case .handshake(let type):
            record(.tls, .tlsMessage(Self.facts(type, message.bytes)), sender, bytes: message.bytes)
        case .alert(let level, let description):
            record(.tls, .alert(AlertFacts(level: level, description: description)), sender, bytes: message.bytes)
        }
    }

    /// The hellos say what a person asks of a handshake.
    private static func facts(_ type: UInt8, _ bytes: [UInt8]) -> TLSMessageFacts {
        guard type == 1 || type == 2, bytes.count > 4,
            let message = try? TLSHandshakeMessage(type: type, body: bytes[4...], version: nil)
        else { return TLSMessageFacts(type: type) }
        return TLSMessageFacts(message)
    }

    private func record(
        _ stage: NodeFailure.Stage, _ what: EventKind, _ sender: Role? = nil, bytes: [UInt8] = []
    ) {
        receive(
            TraceEvent(
                time: now(), vantage: .own, connection: connection, side: .initiator, initiator: initiator,
                acceptor: acceptor, stage: stage, sender: sender, what: what, bytes: bytes.isEmpty ? nil : bytes))
    }
}

extension OwnConnectionRecorder: ConnectionObserver {
    package func connecting(to endpoint: Endpoint, for purpose: ConnectionPurpose) {
        // The question to epmd belongs to the attempt that it is asked for.
        if connection == 0 || purpose == .epmd || self.purpose == .distribution { connection += 1 }
        self.purpose = purpose
        initiator = Party()
        acceptor = Party(name: node, address: purpose == .distribution ? endpoint : nil)
        record(purpose == .epmd ? .epmd : .tcp, .started(purpose))
        if SocketAddress(numeric: endpoint.host, port: 0) != nil {
            record(.dns, .note("\(endpoint.host) is an address"))
        }
    }

    package func resolved(_ host: String, to addresses: [String]) {
        record(.dns, .note("\(host) is \(addresses.joined(separator: ", "))"))
    }

    package func registered(_ alive: String, at port: UInt16) {
        record(.epmd, .epmd(EPMDFacts(.port, isAnswer: true, alive: alive, port: port)))
    }

    package func connected(to endpoint: Endpoint, address: String, from own: Endpoint?) {
        // `address` is of the form of an endpoint.
        if let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]) {
            let host = address[..<colon].drop { $0 == "[" }
            acceptor.address = Endpoint(host: String(host.last == "]" ? host.dropLast() : host), port: port)
        }
        record(.tcp, .connected)
    }

    package func secured() {
        guard let account = security?() else { return record(.tls, .secured(version: "TLS", cipher: "?")) }
        let verdict: CertificateVerdict? = account.isPeerVerified ? .accepted : nil
        record(.tls, .certificates(shownBy: .acceptor, account.peerChain, verdict), .acceptor)
        if account.isCertificateRequested, let own = account.ownCertificate {
            record(.tls, .certificates(shownBy: .initiator, [own], nil), .initiator)
        }
        record(.tls, .secured(version: account.version ?? "TLS", cipher: account.cipher ?? "?"))
    }

    package func handshake(_ event: HandshakeEvent) {
        let sender: Role = event.direction == .sent ? .initiator : .acceptor
        let stage: NodeFailure.Stage
        switch event.message {
        case .name, .complement: stage = .name
        case .status: stage = .status
        case .challenge: stage = .challenge
        case .challengeReply: stage = .reply
        case .challengeAck: stage = .ack
        }
        if case .named(let name, _)? = event.status { initiator.name = name }
        record(stage, .handshake(HandshakeDetail(event)), sender)
    }

    package func up() { record(.up, .up) }
}
