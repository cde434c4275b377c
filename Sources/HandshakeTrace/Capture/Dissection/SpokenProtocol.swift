import DistributionProtocol

/// What a connection is used for, deduced from its first bytes: ports differ from host to host.
enum SpokenProtocol: Hashable {
    case epmd
    /// The distribution handshake without TLS.
    case distribution
    case tls
    /// Neither; not looked at again.
    case other
    /// There are too few bytes to say.
    case undecided

    /// - Parameters:
    ///   - bytes: the first that the initiator sent.
    ///   - isEPMD: whether the acceptor listens where epmd does.
    static func of(_ bytes: [UInt8], isEPMD: Bool) -> SpokenProtocol {
        guard let first = bytes.first else { return .undecided }
        // A TLS record: handshake, version 3.x.
        if first == 22, bytes.count < 2 || bytes[1] == 3 { return bytes.count < 3 ? .undecided : .tls }
        guard bytes.count >= 3 else { return first < 0x10 ? .undecided : .other }
        let length = Int(bytes[0]) << 8 | Int(bytes[1])
        switch bytes[2] {
        case UInt8(ascii: "N"): return isName(bytes, length)
        case UInt8(ascii: "n") where length == 1: return .epmd
        case UInt8(ascii: "n"):
            guard length >= 8, length <= HandshakePacketReader.maximumMessageBytes else { return .other }
            guard bytes.count >= 5 else { return .undecided }
            return bytes[3] == 0 && bytes[4] >= 5 && bytes[4] <= 6 ? .distribution : .other
        // PORT2, ALIVE2; and what only epmd's own tool asks.
        case UInt8(ascii: "z"): return isEPMD && length > 1 || isWholeName(bytes, length) ? .epmd : .other
        case UInt8(ascii: "x"): return isRegistration(bytes, length)
        case UInt8(ascii: "d"), UInt8(ascii: "k"), UInt8(ascii: "s"): return isEPMD ? .epmd : .other
        default: return .other
        }
    }

    /// Flags of 8 bytes, creation of 4, the name's length and the name fill the message.
    private static func isName(_ bytes: [UInt8], _ length: Int) -> SpokenProtocol {
        guard length > 15, length <= HandshakePacketReader.maximumMessageBytes else { return .other }
        guard bytes.count >= 17 else { return .undecided }
        let name = Int(bytes[15]) << 8 | Int(bytes[16])
        return name > 0 && name <= length - 15 ? .distribution : .other
    }

    /// A question for a name's port, in one piece, as all that ask send it.
    private static func isWholeName(_ bytes: [UInt8], _ length: Int) -> Bool {
        length > 1 && bytes.count == length + 2 && bytes[3...].allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// A port of 2 bytes, the node's type 77 or 72, the protocol 0.
    private static func isRegistration(_ bytes: [UInt8], _ length: Int) -> SpokenProtocol {
        guard length >= 13, length <= EPMDRequest.maximumBytes else { return .other }
        guard bytes.count >= 7 else { return .undecided }
        return (bytes[5] == 77 || bytes[5] == 72) && bytes[6] == 0 ? .epmd : .other
    }
}

extension SpokenProtocol {
    /// What the first segment that is seen of a connection says when its beginning was not: which protocol, and
    /// whether the initiator sent it.
    static func midway(
        _ bytes: [UInt8], fromEPMD: Bool, toEPMD: Bool
    ) -> (spoken: SpokenProtocol, fromInitiator: Bool)? {
        if bytes.count >= 6, bytes[0] == 22, bytes[1] == 3 {
            if bytes[5] == 1 { return (.tls, true) }
            if bytes[5] == 2 { return (.tls, false) }
            return nil
        }
        guard bytes.count >= 3 else { return nil }
        if toEPMD, of(bytes, isEPMD: true) == .epmd { return (.epmd, true) }
        let length = Int(bytes[0]) << 8 | Int(bytes[1])
        guard bytes.count >= length + 2 else { return nil }
        let message = bytes[2..<2 + max(length, 0)]
        switch bytes[2] {
        case UInt8(ascii: "N"):
            if length > 15, Int(bytes[15]) << 8 | Int(bytes[16]) == length - 15 { return (.distribution, true) }
            if length > 19, Int(bytes[19]) << 8 | Int(bytes[20]) == length - 19 { return (.distribution, false) }
            return nil
        case UInt8(ascii: "s"):
            let words = ["sok", "sok_simultaneous", "snok", "snot_allowed", "salive"]
            if words.contains(where: { message.elementsEqual($0.utf8) }) { return (.distribution, false) }
            return message.starts(with: "snamed:".utf8) ? (.distribution, false) : nil
        case UInt8(ascii: "r"): return length == 21 ? (.distribution, true) : nil
        case UInt8(ascii: "a"): return length == 17 ? (.distribution, false) : nil
        default: return nil
        }
    }
}
