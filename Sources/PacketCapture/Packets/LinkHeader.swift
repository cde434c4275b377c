/// What stands before an IP packet in a captured frame.
enum LinkHeader {
    /// Tags of VLANs before we call it nonsense.
    private static let maximumTags = 8

    /// Where the IP packet begins; nil when there is none.
    static func internetOffset(_ frame: UnsafeRawBufferPointer, _ link: LinkType) -> Int? {
        switch link {
        case .ethernet: tagged(frame, type: frame.big16(at: 12), at: 14)
        case .linuxSLL: tagged(frame, type: frame.big16(at: 14), at: 16)
        case .linuxSLL2: tagged(frame, type: frame.big16(at: 0), at: 20)
        case .raw, .rawOne, .rawTwo, .ipv4, .ipv6: 0
        case .null, .loop: loopback(frame)
        default: nil
        }
    }

    /// Whether packets of this kind can be read at all.
    static func isKnown(_ link: LinkType) -> Bool {
        switch link {
        case .ethernet, .linuxSLL, .linuxSLL2, .raw, .rawOne, .rawTwo, .ipv4, .ipv6, .null, .loop: true
        default: false
        }
    }

    /// - Parameter type: the EtherType of what begins at `position`.
    private static func tagged(_ frame: UnsafeRawBufferPointer, type: UInt16, at position: Int) -> Int? {
        var (type, position) = (type, position)
        for _ in 0...maximumTags {
            switch type {
            case 0x0800, 0x86DD: return position < frame.count ? position : nil
            case 0x8100, 0x88A8, 0x9100:
                type = frame.big16(at: position + 2)
                position += 4
            case 0x8864:
                // PPPoE, and in it PPP.
                type = frame.big16(at: position + 6) == 0x0021 ? 0x0800 : 0x86DD
                position += 8
            default: return nil
            }
        }
        return nil
    }

    /// Four bytes with the address family, in the order of the machine that captured; IPv6 has a number of its own on
    /// each system.
    private static func loopback(_ frame: UnsafeRawBufferPointer) -> Int? {
        let family = frame.big32(at: 0)
        let number = family > 0xFFFF ? family.byteSwapped : family
        return [2, 10, 24, 28, 30].contains(number) && frame.count > 4 ? 4 : nil
    }
}
