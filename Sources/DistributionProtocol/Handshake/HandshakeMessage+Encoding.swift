extension HandshakeMessage {
    /// The message's bytes, without its length.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .name(let flags, let creation, let name):
            bytes.append(UInt8(ascii: "N"))
            bytes.append(bigEndian: flags.rawValue)
            bytes.append(bigEndian: creation)
            bytes.append(counted: name)
        case .oldName(let version, let flags, let name):
            bytes.append(UInt8(ascii: "n"))
            bytes.append(bigEndian: version)
            bytes.append(bigEndian: UInt32(truncatingIfNeeded: flags.rawValue))
            bytes += name.utf8
        case .status(let status):
            bytes.append(UInt8(ascii: "s"))
            guard case .named(let name, let creation) = status else {
                bytes += status.description.utf8
                break
            }
            bytes += "named:".utf8
            bytes.append(counted: name)
            bytes.append(bigEndian: creation)
        case .challenge(let flags, let challenge, let creation, let name):
            bytes.append(UInt8(ascii: "N"))
            bytes.append(bigEndian: flags.rawValue)
            bytes.append(bigEndian: challenge)
            bytes.append(bigEndian: creation)
            bytes.append(counted: name)
        case .oldChallenge(let version, let flags, let challenge, let name):
            bytes.append(UInt8(ascii: "n"))
            bytes.append(bigEndian: version)
            bytes.append(bigEndian: UInt32(truncatingIfNeeded: flags.rawValue))
            bytes.append(bigEndian: challenge)
            bytes += name.utf8
        case .complement(let flagsHigh, let creation):
            bytes.append(UInt8(ascii: "c"))
            bytes.append(bigEndian: flagsHigh)
            bytes.append(bigEndian: creation)
        case .challengeReply(let challenge, let digest):
            bytes.append(UInt8(ascii: "r"))
            bytes.append(bigEndian: challenge)
            bytes += digest.bytes
        case .challengeAck(let digest):
            bytes.append(UInt8(ascii: "a"))
            bytes += digest.bytes
        }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(counted text: String) {
        append(bigEndian: UInt16(truncatingIfNeeded: text.utf8.count))
        self += text.utf8
    }
}
