/// Makes the blocks of a pcapng file (draft-ietf-opsawg-pcapng): little-endian, times in nanoseconds. The caller
/// writes them, one behind the other.
package struct PcapngWriter: Sendable {
    /// Link types of the registry that a writer of ours needs by name.
    package enum LinkType {
        /// IPv4 or IPv6 without anything in front (LINKTYPE_RAW).
        package static let raw: UInt16 = 101
    }

    /// Interfaces of the section so far.
    private var interfaceCount: UInt32 = 0

    package init() {}

    /// The Section Header Block, which comes first.
    /// - Parameter application: the program that writes the file, for the analyser to show.
    package static func header(application: String) -> [UInt8] {
        var body = Fields()
        body.append(0x1A2B_3C4D as UInt32)
        body.append(1 as UInt16)
        body.append(0 as UInt16)
        // The section's length is not known.
        body.append(UInt64.max)
        body.option(4, Array(application.utf8))
        body.endOfOptions()
        return block(0x0A0D_0D0A, body)
    }

    /// An Interface Description Block, which comes before the interface's packets.
    /// - Returns: the number that packets name the interface by, and the block.
    package mutating func interface(
        linkType: UInt16, snapLength: UInt32 = 0, name: String? = nil
    ) -> (number: UInt32, block: [UInt8]) {
        var body = Fields()
        body.append(linkType)
        body.append(0 as UInt16)
        body.append(snapLength)
        if let name { body.option(2, Array(name.utf8)) }
        // Times count in units of 10^-9 s.
        body.option(9, [9])
        body.endOfOptions()
        defer { interfaceCount += 1 }
        return (interfaceCount, Self.block(1, body))
    }

    /// An Enhanced Packet Block.
    /// - Parameters:
    ///   - nanoseconds: since 1970.
    ///   - originalLength: on the wire, where the capture kept less of it.
    ///   - comment: for the analyser to show with the packet.
    package func packet(
        _ bytes: some Collection<UInt8>, interface: UInt32, at nanoseconds: UInt64, originalLength: Int? = nil,
        comment: String? = nil
    ) -> [UInt8] {
        var body = Fields()
        body.append(interface)
        body.append(UInt32(truncatingIfNeeded: nanoseconds >> 32))
        body.append(UInt32(truncatingIfNeeded: nanoseconds))
        body.append(UInt32(clamping: bytes.count))
        body.append(UInt32(clamping: max(originalLength ?? bytes.count, bytes.count)))
        body.padded(bytes)
        if let comment {
            body.option(1, Array(comment.utf8))
            body.endOfOptions()
        }
        return Self.block(6, body)
    }

    /// A Decryption Secrets Block. It comes before the packets that it opens.
    /// - Parameter keyLog: lines in the NSS key log format.
    package func secrets(keyLog: some Collection<UInt8>) -> [UInt8] {
        var body = Fields()
        // "TLSK"
        body.append(0x544C_534B as UInt32)
        body.append(UInt32(clamping: keyLog.count))
        body.padded(keyLog)
        return Self.block(10, body)
    }

    private static func block(_ type: UInt32, _ body: Fields) -> [UInt8] {
        var block = Fields()
        let length = UInt32(clamping: body.bytes.count + 12)
        block.append(type)
        block.append(length)
        block.bytes += body.bytes
        block.append(length)
        return block.bytes
    }

    private struct Fields {
        var bytes: [UInt8] = []

        mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
            for shift in stride(from: 0, to: value.bitWidth, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }

        /// Filled up to a multiple of four bytes.
        mutating func padded(_ content: some Collection<UInt8>) {
            bytes += content
            while bytes.count % 4 != 0 { bytes.append(0) }
        }

        mutating func option(_ code: UInt16, _ value: [UInt8]) {
            let value = value.prefix(Int(UInt16.max))
            append(code)
            append(UInt16(value.count))
            padded(value)
        }

        mutating func endOfOptions() {
            append(0 as UInt16)
            append(0 as UInt16)
        }
    }
}
