/// Makes captures as other programs write them.
package struct CaptureMaker {
    package enum Kind: CaseIterable {
        case pcap
        case pcapNanoseconds
        case pcapng
    }

    package var kind = Kind.pcap
    package var isBigEndian = false
    package var link: UInt16 = 1
    /// `if_tsresol`; nil leaves the option out.
    package var resolution: UInt8?
    package var bytes: [UInt8] = []

    package init(_ kind: Kind = .pcap, isBigEndian: Bool = false, link: UInt16 = 1, resolution: UInt8? = nil) {
        self.kind = kind
        self.isBigEndian = isBigEndian
        self.link = link
        self.resolution = resolution
        begin()
    }

    package func number<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
    }

    private mutating func begin() {
        switch kind {
        case .pcap, .pcapNanoseconds:
            let magic: UInt32 = kind == .pcap ? 0xA1B2_C3D4 : 0xA1B2_3C4D
            bytes += number(magic) + number(UInt16(2)) + number(UInt16(4)) + number(UInt64(0))
            bytes += number(UInt32(262_144)) + number(UInt32(link))
        case .pcapng:
            addSection()
        }
    }

    package mutating func addSection() {
        addBlock(0x0A0D_0D0A, number(UInt32(0x1A2B_3C4D)) + number(UInt32(1)) + number(UInt64.max))
        addInterface()
    }

    package mutating func addInterface(snapLength: UInt32 = 0) {
        var body = number(link) + number(UInt16(0)) + number(snapLength)
        if let resolution {
            body += number(UInt16(9)) + number(UInt16(1)) + [resolution, 0, 0, 0] + number(UInt32(0))
        }
        addBlock(1, body)
    }

    package mutating func addBlock(_ type: UInt32, _ body: [UInt8]) {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        bytes += number(type) + number(UInt32(padded.count + 12)) + padded + number(UInt32(padded.count + 12))
    }

    /// - Parameter time: nanoseconds since 1970.
    package mutating func add(
        _ packet: [UInt8], at time: UInt64 = 1_700_000_000_123_456_000, originalLength: Int? = nil
    ) {
        let original = UInt32(originalLength ?? packet.count)
        switch kind {
        case .pcap, .pcapNanoseconds:
            let fraction = time % 1_000_000_000 / (kind == .pcap ? 1_000 : 1)
            bytes += number(UInt32(time / 1_000_000_000)) + number(UInt32(fraction))
            bytes += number(UInt32(packet.count)) + number(original) + packet
        case .pcapng:
            let units = resolution == 9 ? time : time / 1_000
            addBlock(
                6,
                number(UInt32(0)) + number(UInt32(units >> 32)) + number(UInt32(truncatingIfNeeded: units))
                    + number(UInt32(packet.count)) + number(original) + packet)
        }
    }
}
