/// A TCP segment (RFC 9293 §3.1). Its payload is a part of the captured frame, or of a datagram put together.
package struct TCPSegment {
    package var source: TCPEnd
    package var destination: TCPEnd
    package var sequence: UInt32
    package var acknowledgement: UInt32
    private var flags: UInt8
    /// What was captured of it.
    package var payload: UnsafeRawBufferPointer
    /// How long the payload was on the wire.
    package var length: Int

    package var isFinal: Bool { flags & 0x01 != 0 }
    package var isOpening: Bool { flags & 0x02 != 0 }
    package var isReset: Bool { flags & 0x04 != 0 }
    package var isAcknowledging: Bool { flags & 0x10 != 0 }

    /// - Parameters:
    ///   - bytes: the IP packet's payload, as far as it was captured.
    ///   - length: how long that was on the wire.
    package init?(_ bytes: UnsafeRawBufferPointer, length: Int, from source: IPAddress, to destination: IPAddress) {
        guard bytes.count >= 20 else { return nil }
        let header = Int(bytes.byte(at: 12) >> 4) * 4
        guard header >= 20, header <= length else { return nil }
        self.source = TCPEnd(address: source, port: bytes.big16(at: 0))
        self.destination = TCPEnd(address: destination, port: bytes.big16(at: 2))
        sequence = bytes.big32(at: 4)
        acknowledgement = bytes.big32(at: 8)
        flags = bytes.byte(at: 13)
        payload = bytes.part(header, length)
        self.length = length - header
    }
}
