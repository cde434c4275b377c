/// Cuts a capture, a file or what comes out of a pipe, into packets. It copies nothing: the caller keeps the buffer,
/// and gives what was not used up again, with more behind it.
package struct CaptureFileReader: Sendable {
    /// libpcap's own limit for a packet (MAXIMUM_SNAPLEN).
    package static let maximumPacketBytes = 256 << 10
    /// A block of pcapng; what is beyond is damage, as Wireshark takes it.
    package static let maximumBlockBytes = 16 << 20
    static let maximumInterfaces = 1 << 16
    /// How much of somebody's text there may be before the header.
    static let maximumTextBytes = 64 << 10

    private enum Format {
        case undecided
        case pcap
        case pcapng
        /// What follows is no capture any more.
        case ended
    }

    private var format = Format.undecided
    private var order = ByteOrder.little
    /// All interfaces of all sections; pcap has one.
    package private(set) var interfaces: [CaptureInterface] = []
    /// Where those of the current section begin.
    private var firstInterface = 0
    private var lastTime: UInt64 = 0
    /// Bytes of the file that were used up.
    package private(set) var offset = 0
    /// What stood before the header, or behind the last packet: messages of the program that wrote the capture.
    package private(set) var text: [UInt8] = []

    package init() {}

    /// Whether a header was found.
    package var hasBegun: Bool { format != .undecided }

    /// The next packet or secrets in `bytes` from `position` on, which moves behind it.
    ///
    /// - Returns: nil when the next one is not whole yet.
    package mutating func next(
        in bytes: UnsafeRawBufferPointer, from position: inout Int
    ) throws(CaptureFileError) -> CaptureItem? {
        while true {
            let before = position
            defer { offset += position - before }
            switch format {
            case .undecided:
                guard try findHeader(in: bytes, from: &position) else { return nil }
            case .pcap:
                return try nextRecord(in: bytes, from: &position)
            case .pcapng:
                switch try nextBlock(in: bytes, from: &position) {
                case .item(let item): return item
                case .nothing: continue
                case .incomplete: return nil
                }
            case .ended:
                position = bytes.count
                return nil
            }
        }
    }

    /// There is no more.
    /// - Parameter rest: what was given last and not used up.
    package func finish(rest: UnsafeRawBufferPointer) throws(CaptureFileError) {
        switch format {
        case .undecided:
            let begin = Array((text.prefix(16) + rest.prefix(16)).prefix(16))
            if begin.isEmpty { throw .empty }
            // The first four bytes identify every kind of capture.
            if rest.count >= 4, case .incomplete = Self.header(rest) {
                throw .cutShort(bytes: rest.count, offset: offset)
            }
            throw .notACapture(firstBytes: begin)
        case .pcap, .pcapng:
            guard rest.isEmpty || Self.isText(rest) else { throw .cutShort(bytes: rest.count, offset: offset) }
        case .ended: break
        }
    }

    // MARK: The header

    private enum Header {
        case pcap(ByteOrder, CaptureClock)
        case pcapng
        case mangled
        case no
        case incomplete
    }

    private mutating func findHeader(
        in bytes: UnsafeRawBufferPointer, from position: inout Int
    ) throws(CaptureFileError) -> Bool {
        while position < bytes.count {
            switch Self.header(bytes.part(position, position + 24)) {
            case .pcap(let order, let clock):
                self.order = order
                let link = UInt16(truncatingIfNeeded: bytes.integer32(at: position + 20, order))
                let snapLength = bytes.integer32(at: position + 16, order)
                interfaces = [CaptureInterface(link: LinkType(rawValue: link), snapLength: snapLength, clock: clock)]
                format = .pcap
                position += 24
                return true
            case .pcapng:
                format = .pcapng
                return true
            case .mangled: throw .mangledByTerminal
            case .incomplete: return false
            case .no:
                if text.count >= Self.maximumTextBytes { throw .notACapture(firstBytes: Array(text.prefix(16))) }
                text.append(bytes[position])
                position += 1
            }
        }
        return false
    }

    private static func header(_ bytes: UnsafeRawBufferPointer) -> Header {
        switch bytes.byte(at: 0) {
        case 0x0A:
            if !matches(bytes, [0x0A, 0x0D, 0x0D, 0x0A]) { return .no }
            guard bytes.count >= 12 else { return .incomplete }
            let mark = bytes.big32(at: 8)
            return mark == 0x1A2B_3C4D || mark == 0x4D3C_2B1A ? .pcapng : .no
        case 0x0D:
            if !matches(bytes, [0x0D, 0x0A, 0x0D, 0x0D, 0x0D, 0x0A]) { return .no }
            return bytes.count < 6 ? .incomplete : .mangled
        case 0xA1, 0xD4, 0x4D:
            for (magic, order, clock) in pcapMagics where matches(bytes, magic) {
                guard bytes.count >= 24 else { return .incomplete }
                // 2.4 is the only version since 1998.
                guard bytes.integer16(at: 4, order) == 2, bytes.integer16(at: 6, order) <= 4 else { return .no }
                return .pcap(order, clock)
            }
            return .no
        default: return .no
        }
    }

    private static let pcapMagics: [([UInt8], ByteOrder, CaptureClock)] = [
        ([0xD4, 0xC3, 0xB2, 0xA1], .little, .microseconds), ([0xA1, 0xB2, 0xC3, 0xD4], .big, .microseconds),
        ([0x4D, 0x3C, 0xB2, 0xA1], .little, .nanoseconds), ([0xA1, 0xB2, 0x3C, 0x4D], .big, .nanoseconds),
    ]

    /// Whether `bytes` begin with `magic`, as far as there are any.
    private static func matches(_ bytes: UnsafeRawBufferPointer, _ magic: [UInt8]) -> Bool {
        bytes.prefix(magic.count).elementsEqual(magic.prefix(bytes.count))
    }

    static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 || $0 == 0x1B }
    }

    // MARK: pcap

    private mutating func nextRecord(
        in bytes: UnsafeRawBufferPointer, from position: inout Int
    ) throws(CaptureFileError) -> CaptureItem? {
        guard bytes.count - position >= 16 else { return nil }
        let captured = Int(bytes.integer32(at: position + 8, order))
        guard captured <= Self.maximumPacketBytes else {
            // "42 packets captured", written where the packets went.
            guard Self.isText(bytes.part(position, position + 16)) else {
                throw .tooLong(length: captured, limit: Self.maximumPacketBytes, offset: offset)
            }
            text += bytes.part(position, position + 1024)
            format = .ended
            position = bytes.count
            return nil
        }
        guard bytes.count - position - 16 >= captured else { return nil }
        let interface = interfaces[0]
        let fraction = UInt64(bytes.integer32(at: position + 4, order))
        let seconds = UInt64(bytes.integer32(at: position, order))
        let nanoseconds = interface.clock == .nanoseconds ? fraction : fraction &* 1_000
        let frame = CapturedFrame(
            time: seconds &* 1_000_000_000 &+ nanoseconds, link: interface.link, interface: 0,
            bytes: bytes.part(position + 16, position + 16 + captured),
            originalLength: max(captured, Int(bytes.integer32(at: position + 12, order))))
        position += 16 + captured
        return .frame(frame)
    }
}

// MARK: pcapng

extension CaptureFileReader {
    private enum Block {
        case item(CaptureItem)
        case nothing
        case incomplete
    }

    private enum BlockType {
        static let section: UInt32 = 0x0A0D_0D0A
        static let interface: UInt32 = 1
        static let packet: UInt32 = 2
        static let simplePacket: UInt32 = 3
        static let enhancedPacket: UInt32 = 6
        static let secrets: UInt32 = 10
    }

    private mutating func nextBlock(
        in bytes: UnsafeRawBufferPointer, from position: inout Int
    ) throws(CaptureFileError) -> Block {
        guard bytes.count - position >= 12 else { return .incomplete }
        var type = bytes.integer32(at: position, order)
        // Reads the same in both orders; each section says its own.
        if type == BlockType.section {
            switch bytes.big32(at: position + 8) {
            case 0x1A2B_3C4D: order = .big
            case 0x4D3C_2B1A: order = .little
            default: throw .malformed("a section without its byte order mark", offset: offset)
            }
            type = BlockType.section
        }
        let length = Int(bytes.integer32(at: position + 4, order))
        guard length <= Self.maximumBlockBytes else {
            if Self.isText(bytes.part(position, position + 12)) {
                text += bytes.part(position, position + 1024)
                format = .ended
                position = bytes.count
                return .incomplete
            }
            throw .tooLong(length: length, limit: Self.maximumBlockBytes, offset: offset)
        }
        // Type, length, length again.
        guard length >= 12, length % 4 == 0 else {
            throw .malformed("its length is \(length)", offset: offset)
        }
        guard bytes.count - position >= length else { return .incomplete }
        let body = bytes.part(position + 8, position + length - 4)
        guard Int(bytes.integer32(at: position + length - 4, order)) == length else {
            throw .malformed("its two lengths differ", offset: offset)
        }
        let item = try self.item(type, body)
        position += length
        return item.map { .item($0) } ?? .nothing
    }

    private mutating func item(
        _ type: UInt32, _ body: UnsafeRawBufferPointer
    ) throws(CaptureFileError) -> CaptureItem? {
        switch type {
        // The obsolete packet block differs in its interface only: two bytes, and two that count drops.
        case BlockType.enhancedPacket, BlockType.packet:
            guard body.count >= 20 else { throw .malformed("a packet of \(body.count) bytes", offset: offset) }
            let isShort = type == BlockType.packet
            return .frame(
                try frame(
                    interface: isShort ? Int(body.integer16(at: 0, order)) : Int(body.integer32(at: 0, order)),
                    time: timestamp(body, at: 4), captured: Int(body.integer32(at: 12, order)),
                    original: Int(body.integer32(at: 16, order)), bytes: body.part(20, body.count)))
        case BlockType.simplePacket:
            guard body.count >= 4 else { throw .malformed("a packet of \(body.count) bytes", offset: offset) }
            return .frame(try simplePacket(body))
        case BlockType.interface:
            try addInterface(body)
            return nil
        case BlockType.section:
            firstInterface = interfaces.count
            return nil
        case BlockType.secrets:
            let length = Int(body.integer32(at: 4, order))
            guard body.count >= 8, length <= body.count - 8 else {
                throw .malformed("secrets of \(length) bytes", offset: offset)
            }
            // "TLSK": a key log; others are of WireGuard, ZigBee.
            return body.integer32(at: 0, order) == 0x544C_534B ? .keyLog(body.part(8, 8 + length)) : nil
        default: return nil
        }
    }

    private func timestamp(_ body: UnsafeRawBufferPointer, at position: Int) -> UInt64 {
        UInt64(body.integer32(at: position, order)) << 32 | UInt64(body.integer32(at: position + 4, order))
    }

    private mutating func frame(
        interface number: Int, time: UInt64, captured: Int, original: Int, bytes: UnsafeRawBufferPointer
    ) throws(CaptureFileError) -> CapturedFrame {
        let index = firstInterface + number
        guard index < interfaces.count else { throw .unknownInterface(number, offset: offset) }
        guard captured <= bytes.count else { throw .malformed("a packet longer than its block", offset: offset) }
        guard captured <= Self.maximumPacketBytes else {
            throw .tooLong(length: captured, limit: Self.maximumPacketBytes, offset: offset)
        }
        lastTime = interfaces[index].clock.nanoseconds(time)
        return CapturedFrame(
            time: lastTime, link: interfaces[index].link, interface: index, bytes: bytes.part(0, captured),
            originalLength: max(captured, original))
    }

    /// It has neither a time nor a length of what was captured.
    private func simplePacket(_ body: UnsafeRawBufferPointer) throws(CaptureFileError) -> CapturedFrame {
        guard firstInterface < interfaces.count else { throw .unknownInterface(0, offset: offset) }
        let interface = interfaces[firstInterface]
        let original = Int(body.integer32(at: 0, order))
        let kept = interface.snapLength == 0 ? original : min(original, Int(interface.snapLength))
        let captured = min(kept, body.count - 4)
        guard captured <= Self.maximumPacketBytes else {
            throw .tooLong(length: captured, limit: Self.maximumPacketBytes, offset: offset)
        }
        return CapturedFrame(
            time: lastTime, link: interface.link, interface: firstInterface, bytes: body.part(4, 4 + captured),
            originalLength: original)
    }

    private mutating func addInterface(_ body: UnsafeRawBufferPointer) throws(CaptureFileError) {
        guard body.count >= 8 else { throw .malformed("an interface of \(body.count) bytes", offset: offset) }
        guard interfaces.count < Self.maximumInterfaces else {
            throw .tooManyInterfaces(limit: Self.maximumInterfaces)
        }
        var resolution: UInt8 = 6
        var secondsOffset: Int64 = 0
        var position = 8
        while position + 4 <= body.count {
            let (code, length) = (body.integer16(at: position, order), Int(body.integer16(at: position + 2, order)))
            if code == 0 { break }
            if code == 9, length >= 1 { resolution = body.byte(at: position + 4) }
            if code == 14, length >= 8 {
                let value = body.big64(at: position + 4)
                secondsOffset = Int64(bitPattern: order == .big ? value : value.byteSwapped)
            }
            position += 4 + (length + 3) / 4 * 4
        }
        guard let clock = CaptureClock(resolution: resolution, offset: secondsOffset) else {
            throw .malformed("an interface with a clock of resolution \(resolution)", offset: offset)
        }
        interfaces.append(
            CaptureInterface(
                link: LinkType(rawValue: body.integer16(at: 0, order)), snapLength: body.integer32(at: 4, order),
                clock: clock))
    }
}
