/// Puts datagrams together that IP has cut (RFC 791 §3.2, RFC 8200 §4.5). What was there first stays: a fragment that
/// lies over another changes nothing.
struct FragmentAssembler {
    static let maximumDatagrams = 128
    /// As long as a datagram can be.
    static let maximumBytes = 65_535
    /// After which the rest is not awaited any longer, in nanoseconds.
    static let patience: UInt64 = 30_000_000_000

    private struct Key: Hashable {
        var source: IPAddress
        var destination: IPAddress
        var transport: UInt8
        var identification: UInt32
    }

    private struct Datagram {
        var start: UInt64
        var parts: [(offset: Int, bytes: [UInt8])] = []
        /// Known with the last fragment.
        var length: Int?
        var byteCount = 0
        /// The packets that it came in, where they are kept.
        var packets: [KeptPacket] = []
        var keptBytes = 0
    }

    /// A datagram that is whole.
    struct Whole {
        var payload: [UInt8]
        var packets: [KeptPacket]
    }

    private var datagrams: [Key: Datagram] = [:]

    /// - Parameter frame: what the fragment came in, when it is to be kept.
    /// - Returns: the datagram, once it is whole.
    mutating func received(
        _ packet: InternetPacket, _ fragment: InternetPacket.Fragment, at time: UInt64,
        keeping frame: CapturedFrame? = nil
    ) -> Whole? {
        let end = fragment.offset + packet.payload.count
        // A fragment of which a part was not captured can never be completed.
        guard packet.payload.count == packet.length, end <= Self.maximumBytes else { return nil }
        let key = Key(
            source: packet.source, destination: packet.destination, transport: packet.transport,
            identification: fragment.identification)
        if datagrams[key] == nil, datagrams.count >= Self.maximumDatagrams { makeRoom(at: time) }
        var datagram = datagrams[key] ?? Datagram(start: time)
        if time > datagram.start &+ Self.patience { datagram = Datagram(start: time) }
        datagrams[key] = nil
        guard datagram.byteCount + packet.payload.count <= 2 * Self.maximumBytes else { return nil }
        if fragment.isLast { datagram.length = datagram.length ?? end }
        datagram.parts.append((fragment.offset, Array(packet.payload)))
        datagram.byteCount += packet.payload.count
        if let frame {
            datagram.keptBytes += frame.bytes.count
            guard datagram.keptBytes <= 4 * Self.maximumBytes else { return nil }
            datagram.packets.append(KeptPacket(frame))
        }
        if let payload = Self.whole(datagram) { return Whole(payload: payload, packets: datagram.packets) }
        // A hole of 8 bytes each: nobody sends so many.
        if datagram.parts.count < 1024 { datagrams[key] = datagram }
        return nil
    }

    private mutating func makeRoom(at time: UInt64) {
        datagrams = datagrams.filter { time <= $0.value.start &+ Self.patience }
        while datagrams.count >= Self.maximumDatagrams {
            guard let oldest = datagrams.min(by: { $0.value.start < $1.value.start })?.key else { return }
            datagrams[oldest] = nil
        }
    }

    private static func whole(_ datagram: Datagram) -> [UInt8]? {
        guard let length = datagram.length, datagram.byteCount >= length else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        // Stable, so that of two fragments for one place the first counts.
        for part in datagram.parts.enumerated().sorted(by: { ($0.1.offset, $0.0) < ($1.1.offset, $1.0) }).map(\.1) {
            guard part.offset <= bytes.count else { return nil }
            let overlap = bytes.count - part.offset
            if overlap < part.bytes.count { bytes += part.bytes[overlap...] }
        }
        guard bytes.count >= length else { return nil }
        return Array(bytes[..<length])
    }
}
