import DistributionProtocol
import PacketCapture

/// Reads a distribution connection that passes by: the handshake's messages, then the kinds of what the link carries.
/// Both directions are read apart, so that one that is lost does not take the other with it.
struct DistributionDissector {
    enum Finding {
        case message(HandshakeEvent, from: FlowDirection)
        /// The acceptor has shown that it knows the cookie: both nodes now hold the link for up.
        case up
        /// The first bytes are TLS's; the alert's description as far as there is one.
        case speaksTLS(alert: UInt8?, firstBytes: [UInt8], from: FlowDirection)
        /// They are nothing of the distribution.
        case notDistribution(firstBytes: [UInt8], from: FlowDirection)
        /// A direction is not read further.
        case unreadable(String, from: FlowDirection)
    }

    private enum Side {
        case handshake(HandshakePacketReader, isFirst: Bool)
        case link(LinkTraffic)
        case stopped
    }

    private var initiator: Side
    private var acceptor: Side
    private(set) var isUp = false
    private(set) var lastStatus: HandshakeStatus?

    init(prefix: HandshakeLengthPrefix) {
        initiator = .handshake(HandshakePacketReader(prefix: prefix), isFirst: true)
        acceptor = .handshake(HandshakePacketReader(prefix: prefix), isFirst: true)
    }

    /// A link whose handshake was not seen.
    init(upSinceBefore: ()) {
        initiator = .link(LinkTraffic())
        acceptor = .link(LinkTraffic())
        isUp = true
    }

    /// Bytes of messages that are not whole yet.
    var bufferedBytes: Int { Self.buffered(initiator) + Self.buffered(acceptor) }

    private static func buffered(_ side: Side) -> Int {
        if case .handshake(let reader, _) = side { reader.unread.count } else { 0 }
    }

    /// What a direction of the link carried.
    func traffic(_ direction: FlowDirection) -> LinkTraffic? {
        if case .link(let traffic) = direction == .fromInitiator ? initiator : acceptor { traffic } else { nil }
    }

    /// Whether what is taken for a link carries control messages; nil while it has carried no message.
    var isLink: Bool? {
        let traffics = [traffic(.fromInitiator), traffic(.fromAcceptor)].compactMap { $0 }
        if traffics.contains(where: \.hasControl) { return true }
        return traffics.contains { $0.others > 0 } ? false : nil
    }

    mutating func received(_ bytes: UnsafeRawBufferPointer, from direction: FlowDirection) -> [Finding] {
        // Taken out, so that it is not copied when it changes.
        var side = direction == .fromInitiator ? initiator : acceptor
        if direction == .fromInitiator { initiator = .stopped } else { acceptor = .stopped }
        defer { if direction == .fromInitiator { initiator = side } else { acceptor = side } }
        switch side {
        case .stopped: return []
        case .link(var traffic):
            side = .stopped
            traffic.received(bytes)
            side = .link(traffic)
            return []
        case .handshake(var reader, let isFirst):
            side = .stopped
            reader.append(bytes)
            return messages(&reader, isFirst: isFirst, direction, &side)
        }
    }

    /// Bytes of a direction are missing.
    mutating func lost(from direction: FlowDirection) {
        let side = direction == .fromInitiator ? initiator : acceptor
        var after = Side.stopped
        if case .link(var traffic) = side {
            traffic.lost()
            after = .link(traffic)
        }
        if direction == .fromInitiator { initiator = after } else { acceptor = after }
    }

    private mutating func messages(
        _ reader: inout HandshakePacketReader, isFirst: Bool, _ direction: FlowDirection, _ side: inout Side
    ) -> [Finding] {
        var findings: [Finding] = []
        var isFirst = isFirst
        let firstBytes = Array(reader.unread.prefix(32))
        do throws(HandshakeFailure.Reason) {
            while let message = try reader.next() {
                let event = try HandshakeEvent(
                    observing: message, as: Self.kind(of: message, from: direction, isFirst: isFirst), .sent)
                isFirst = false
                findings.append(.message(event, from: direction))
                if let status = event.status { lastStatus = status }
                if event.message == .challengeReply || event.message == .challengeAck {
                    if event.message == .challengeAck {
                        isUp = true
                        findings.append(.up)
                    }
                    var traffic = LinkTraffic()
                    reader.unread.withUnsafeBytes { traffic.received($0) }
                    side = .link(traffic)
                    return findings
                }
            }
            side = .handshake(reader, isFirst: isFirst)
        } catch {
            findings.append(Self.finding(error, isFirst: isFirst, firstBytes, direction))
        }
        return findings
    }

    private static func finding(
        _ reason: HandshakeFailure.Reason, isFirst: Bool, _ firstBytes: [UInt8], _ direction: FlowDirection
    ) -> Finding {
        switch reason {
        case .peerSpeaksTLS(let alert): .speaksTLS(alert: alert, firstBytes: firstBytes, from: direction)
        case _ where isFirst: .notDistribution(firstBytes: firstBytes, from: direction)
        case .malformed(let message, let detail):
            .unreadable("its \(message) message is malformed: \(detail)", from: direction)
        case .unexpectedMessage(let tag, let expected):
            .unreadable("a message with tag \(tag) came where \(expected) was due", from: direction)
        case .messageTooLong(let length, let limit, _):
            .unreadable("a handshake message of \(length) bytes (the limit is \(limit))", from: direction)
        default: .unreadable("what it sent is no handshake message", from: direction)
        }
    }

    /// Which message it is to be: each end has its own, told apart by the tag.
    private static func kind(
        of message: [UInt8], from direction: FlowDirection, isFirst: Bool
    ) -> HandshakeMessageKind {
        switch (message.first, direction) {
        case (UInt8(ascii: "s"), _): .status
        case (UInt8(ascii: "c"), .fromInitiator): .complement
        case (UInt8(ascii: "r"), .fromInitiator): .challengeReply
        case (UInt8(ascii: "a"), .fromAcceptor): .challengeAck
        case (_, .fromInitiator): isFirst ? .name : .challengeReply
        case (_, .fromAcceptor): isFirst && message.first != UInt8(ascii: "N") ? .status : .challenge
        }
    }
}
