package import ErlangTerm

/// A whole message between connected nodes: control message and payload.
package struct DistributionMessage: Sendable {
    /// PASS_THROUGH: the terms stand as they are, each with its version byte. What a node sends to a peer without
    /// DIST_HDR_ATOM_CACHE and FRAGMENTS.
    static let passThrough: UInt8 = 112

    /// What a control tuple may hold. It is small but for the reason of an old EXIT and a trace token, and is turned
    /// into values, which take ten times the bytes; what is large comes as a payload, which is read in place.
    private static let controlTerms = 1 << 16

    package let control: ControlMessage
    /// The message, reason or arguments; nil where the operation has none. Refers to the packet.
    package let payload: TermView?

    /// Decodes a packet of `FrameReader`. It is kept, not copied.
    package init(packet: [UInt8], limits: TermLimits = .standard) throws(MessageError) {
        guard let type = packet.first else { throw .empty }
        // 131 with 68, 69 or 70 begins a distribution header, whole or in fragments. We advertise neither, so no
        // node sends it; a cache that is not kept cannot be read from.
        if type == 131, packet.count > 1, (68...70).contains(packet[1]) { throw .distributionHeader(packet[1]) }
        guard type == Self.passThrough else { throw .unknownType(type) }
        let control: DecodedTerm
        do throws(TermError) {
            var controlLimits = limits
            controlLimits.terms = min(limits.terms, Self.controlTerms)
            controlLimits.atoms = min(limits.atoms, Self.controlTerms)
            controlLimits.uncompressedBytes = min(limits.uncompressedBytes, 1 << 20)
            control = try DecodedTerm(packet: packet, at: 1, limits: controlLimits)
        } catch {
            throw .controlTerm(error)
        }
        do throws(ControlError) {
            self.control = try ControlMessage(control.root)
        } catch {
            throw .control(error)
        }
        guard self.control.operation.hasPayload else {
            guard control.endOffset == packet.count else { throw .trailingBytes(packet.count - control.endOffset) }
            payload = nil
            return
        }
        guard control.endOffset < packet.count else { throw .payloadMissing(self.control.operation) }
        let payload: DecodedTerm
        do throws(TermError) {
            payload = try DecodedTerm(packet: packet, at: control.endOffset, limits: limits)
        } catch {
            throw .payloadTerm(error)
        }
        guard payload.endOffset == packet.count else { throw .trailingBytes(packet.count - payload.endOffset) }
        self.payload = payload.root
    }
}

/// Why a packet is no message.
package enum MessageError: Error, Hashable, Sendable {
    case empty
    /// A distribution header (68), or the first (69) or another (70) fragment.
    case distributionHeader(UInt8)
    case unknownType(UInt8)
    case controlTerm(TermError)
    case control(ControlError)
    case payloadMissing(ControlOperation)
    case payloadTerm(TermError)
    /// Bytes behind the last term.
    case trailingBytes(Int)
}

extension MessageError: CustomStringConvertible {
    /// One clause, without a final period.
    package var description: String {
        switch self {
        case .empty: "a message is empty"
        case .distributionHeader(let tag): "a message has a distribution header (\(tag)), which was not agreed on"
        case .unknownType(let type): "a message is of type \(type), which is unknown"
        case .controlTerm(let error): "a message's control term is no term: \(error)"
        case .control(let error): "\(error)"
        case .payloadMissing(let operation): "a message of operation \(operation.rawValue) lacks its payload"
        case .payloadTerm(let error): "a message's payload is no term: \(error)"
        case .trailingBytes(let count): "a message has \(count) bytes behind its last term"
        }
    }
}
