package import ByteTransport

/// The packets that a TCP connection may have had, made from what its ends said: for a program that sees its own
/// bytes and no packets. Nothing is lost, repeated or acknowledged late.
package struct SynthesizedConnection: Sendable {
    /// As much as fits an IPv4 packet, with room for its headers.
    private static let segmentLimit = 65_000

    private enum Flag {
        static let fin: UInt8 = 0x01
        static let syn: UInt8 = 0x02
        static let reset: UInt8 = 0x04
        static let push: UInt8 = 0x08
        static let acknowledgement: UInt8 = 0x10
    }

    private struct Side: Sendable {
        let address: SocketAddress
        /// Of the next byte to be sent.
        var sequence: UInt32 = 0
    }

    private var initiator: Side
    private var acceptor: Side

    package init(initiator: SocketAddress, acceptor: SocketAddress) {
        self.initiator = Side(address: initiator)
        self.acceptor = Side(address: acceptor)
    }

    /// The three packets that open it.
    package mutating func opened() -> [[UInt8]] {
        let first = packet(.fromInitiator, Flag.syn)
        initiator.sequence &+= 1
        let second = packet(.fromAcceptor, Flag.syn | Flag.acknowledgement)
        acceptor.sequence &+= 1
        return [first, second, packet(.fromInitiator, Flag.acknowledgement)]
    }

    /// Bytes that an end sent, in as many packets as they need.
    package mutating func sent(_ bytes: UnsafeRawBufferPointer, from direction: FlowDirection) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let segment = rest.prefix(Self.segmentLimit)
            rest = rest.dropFirst(segment.count)
            packets.append(
                packet(direction, Flag.push | Flag.acknowledgement, UnsafeRawBufferPointer(rebasing: segment)))
            advance(direction, by: UInt32(segment.count))
        }
        return packets
    }

    /// An end has nothing more to say.
    package mutating func finished(by direction: FlowDirection) -> [UInt8] {
        defer { advance(direction, by: 1) }
        return packet(direction, Flag.fin | Flag.acknowledgement)
    }

    /// An end cut the connection.
    package func reset(by direction: FlowDirection) -> [UInt8] {
        packet(direction, Flag.reset | Flag.acknowledgement)
    }

    private mutating func advance(_ direction: FlowDirection, by count: UInt32) {
        if direction == .fromInitiator { initiator.sequence &+= count } else { acceptor.sequence &+= count }
    }

    // MARK: Packets

    private func packet(
        _ direction: FlowDirection, _ flags: UInt8, _ bytes: UnsafeRawBufferPointer = .init(start: nil, count: 0)
    ) -> [UInt8] {
        let (from, to) = direction == .fromInitiator ? (initiator, acceptor) : (acceptor, initiator)
        var segment: [UInt8] = []
        segment.reserveCapacity(20 + bytes.count)
        segment.append(bigEndian: from.address.port)
        segment.append(bigEndian: to.address.port)
        segment.append(bigEndian: from.sequence)
        segment.append(bigEndian: flags & Flag.acknowledgement == 0 ? 0 : to.sequence)
        segment += [5 << 4, flags, 0xFF, 0xFF, 0, 0, 0, 0]
        segment.append(contentsOf: bytes)

        var checked = from.address.bytes + to.address.bytes
        checked.append(bigEndian: UInt32(segment.count))
        checked += [0, 0, 0, 6]
        Self.put(Self.checksum(checked, segment), at: 16, of: &segment)
        return header(from.address, to.address, count: segment.count) + segment
    }

    /// RFC 791 or RFC 8200.
    private func header(_ from: SocketAddress, _ to: SocketAddress, count: Int) -> [UInt8] {
        guard from.isIPv4 else {
            var header: [UInt8] = [0x60, 0, 0, 0]
            header.append(bigEndian: UInt16(clamping: count))
            return header + [6, 64] + from.bytes + to.bytes
        }
        var header: [UInt8] = [0x45, 0]
        header.append(bigEndian: UInt16(clamping: 20 + count))
        header += [0, 0, 0x40, 0, 64, 6, 0, 0]
        header += from.bytes + to.bytes
        Self.put(Self.checksum(header, []), at: 10, of: &header)
        return header
    }

    private static func put(_ value: UInt16, at offset: Int, of bytes: inout [UInt8]) {
        bytes[offset] = UInt8(value >> 8)
        bytes[offset + 1] = UInt8(value & 0xFF)
    }

    /// RFC 1071, of both together; the first has an even number of bytes.
    private static func checksum(_ first: [UInt8], _ second: [UInt8]) -> UInt16 {
        var sum: UInt64 = 0
        for bytes in [first, second] {
            for index in stride(from: 0, to: bytes.count, by: 2) {
                let low = index + 1 < bytes.count ? bytes[index + 1] : 0
                sum += UInt64(bytes[index]) << 8 | UInt64(low)
            }
        }
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        return ~UInt16(truncatingIfNeeded: sum)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
