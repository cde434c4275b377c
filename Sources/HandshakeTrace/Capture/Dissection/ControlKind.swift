import DistributionProtocol
import PacketCapture

/// Which control message a packet of a link begins with, read without the terms' atoms: those may be in a cache that
/// was filled before the capture began.
enum ControlKind: Hashable {
    case operation(ControlOperation)
    /// A later fragment of a message.
    case continuation
    case unknown

    /// - Parameter packet: the packet from its first byte on; its end may be missing.
    static func of(_ packet: UnsafeRawBufferPointer) -> ControlKind {
        var start = 0
        switch (packet.byte(at: 0), packet.byte(at: 1)) {
        case (112, 131): start = 2
        case (131, 68): start = termOffset(packet, references: 2)
        // The sequence and fragment numbers stand before the atoms.
        case (131, 69): start = termOffset(packet, references: 18)
        case (131, 70): return .continuation
        default: return .unknown
        }
        guard let code = operation(packet, at: start), let operation = ControlOperation(rawValue: code) else {
            return .unknown
        }
        return .operation(operation)
    }

    /// The first element of the control tuple: SMALL_TUPLE or LARGE_TUPLE of SMALL_INTEGER.
    private static func operation(_ packet: UnsafeRawBufferPointer, at start: Int) -> Int? {
        switch packet.byte(at: start) {
        case 104: packet.byte(at: start + 2) == 97 ? Int(packet.byte(at: start + 3)) : nil
        case 105: packet.byte(at: start + 5) == 97 ? Int(packet.byte(at: start + 6)) : nil
        default: nil
        }
    }

    /// Where the control message begins behind a header with atoms (erl_ext_dist, "Normal Distribution Header").
    /// - Parameter references: where the number of atoms stands.
    private static func termOffset(_ packet: UnsafeRawBufferPointer, references: Int) -> Int {
        let count = Int(packet.byte(at: references))
        guard count > 0 else { return references + 1 }
        // Half a byte of flags an atom, and half a byte for all of them.
        let flags = references + 1
        let lastHalf = halfByte(packet, flags, count)
        let lengthBytes = lastHalf & 1 == 1 ? 2 : 1
        var position = flags + count / 2 + 1
        for index in 0..<count {
            // The index in its segment, and for an entry that is new the atom's text.
            let isNew = halfByte(packet, flags, index) & 8 != 0
            position += 1
            guard isNew else { continue }
            let length =
                lengthBytes == 2 ? Int(packet.big16(at: position)) : Int(packet.byte(at: position))
            position += lengthBytes + length
            if position >= packet.count { return packet.count }
        }
        return position
    }

    private static func halfByte(_ packet: UnsafeRawBufferPointer, _ start: Int, _ index: Int) -> UInt8 {
        let byte = packet.byte(at: start + index / 2)
        return index % 2 == 0 ? byte & 0x0F : byte >> 4
    }
}

extension ControlOperation {
    /// As the protocol's description writes it: REG_SEND.
    var words: String {
        var words = ""
        var previous: Character?
        let name = Array("\(self)")
        for (index, letter) in name.enumerated() {
            let next = index + 1 < name.count ? name[index + 1] : nil
            if letter.isUppercase, let previous, !previous.isUppercase || next?.isLowercase == true { words += "_" }
            words += letter.uppercased()
            previous = letter
        }
        return words
    }
}
