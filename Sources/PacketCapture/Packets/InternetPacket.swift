/// An IPv4 or IPv6 packet (RFC 791, RFC 8200), or a fragment of one.
struct InternetPacket {
    var source: IPAddress
    var destination: IPAddress
    /// 6 is TCP; of a fragment, what the whole is.
    var transport: UInt8
    /// What was captured behind the headers.
    var payload: UnsafeRawBufferPointer
    /// How long it was on the wire.
    var length: Int
    /// Set for a fragment.
    var fragment: Fragment?

    struct Fragment: Hashable {
        var identification: UInt32
        /// Where its payload belongs.
        var offset: Int
        var isLast: Bool
    }

    /// Headers behind that of IPv6 before we call it nonsense.
    private static let maximumExtensions = 16

    /// - Parameter bytes: from the IP header on; padding behind the packet is cut off.
    init?(_ bytes: UnsafeRawBufferPointer, originalLength: Int) {
        switch bytes.byte(at: 0) >> 4 {
        case 4: self.init(ipv4: bytes, originalLength: originalLength)
        case 6: self.init(ipv6: bytes, originalLength: originalLength)
        default: return nil
        }
    }

    private init?(ipv4 bytes: UnsafeRawBufferPointer, originalLength: Int) {
        let header = Int(bytes.byte(at: 0) & 0x0F) * 4
        guard header >= 20, bytes.count >= header else { return nil }
        // 0 where the card cuts segments later (TSO): then it is the whole frame.
        let said = Int(bytes.big16(at: 2))
        let total = said == 0 ? originalLength : said
        guard total >= header else { return nil }
        source = IPAddress(ipv4: bytes.big32(at: 12))
        destination = IPAddress(ipv4: bytes.big32(at: 16))
        transport = bytes.byte(at: 9)
        payload = bytes.part(header, total)
        length = total - header
        let place = bytes.big16(at: 6)
        if place & 0x3FFF != 0 {
            fragment = Fragment(
                identification: UInt32(bytes.big16(at: 4)), offset: Int(place & 0x1FFF) * 8,
                isLast: place & 0x2000 == 0)
        }
    }

    private init?(ipv6 bytes: UnsafeRawBufferPointer, originalLength: Int) {
        guard bytes.count >= 40 else { return nil }
        source = IPAddress(high: bytes.big64(at: 8), low: bytes.big64(at: 16))
        destination = IPAddress(high: bytes.big64(at: 24), low: bytes.big64(at: 32))
        let said = Int(bytes.big16(at: 4))
        let total = said == 0 ? originalLength : 40 + said
        var (next, position) = (bytes.byte(at: 6), 40)
        var headers = 0
        while let size = Self.extensionLength(next, bytes, at: position) {
            headers += 1
            guard headers <= Self.maximumExtensions, position + size <= min(bytes.count, total) else { return nil }
            if next == 44 {
                let place = bytes.big16(at: position + 2)
                // An "atomic" fragment is a whole packet.
                if place & 0xFFF9 != 0 {
                    fragment = Fragment(
                        identification: bytes.big32(at: position + 4), offset: Int(place & 0xFFF8),
                        isLast: place & 1 == 0)
                }
            }
            next = bytes.byte(at: position)
            position += size
            // The headers behind a fragment's belong to the whole.
            if fragment != nil { break }
        }
        guard total >= position else { return nil }
        transport = next
        payload = bytes.part(position, total)
        length = total - position
    }

    /// nil when it is no extension header.
    private static func extensionLength(_ type: UInt8, _ bytes: UnsafeRawBufferPointer, at position: Int) -> Int? {
        switch type {
        case 0, 43, 60, 135, 139, 140: (Int(bytes.byte(at: position + 1)) + 1) * 8
        case 44: 8
        case 51: (Int(bytes.byte(at: position + 1)) + 2) * 4
        default: nil
        }
    }
}
