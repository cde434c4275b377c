/// Keeps packets until it is known whether they are to be written: bounded, over all connections.
package struct PacketKeeper {
    /// Bytes of packets that wait for the end of their attempt.
    package static let limit = 32 << 20
    package static let limitOfConnection = 1 << 20
    /// Of TLS that may be anything: a handshake fits.
    package static let limitOfUnclaimed = 64 << 10
    /// Of a link that is up, the first packets are kept and the last.
    package static let limitSinceUp = 32

    /// How much of a connection was kept.
    package struct Count {
        package var bytes = 0
        package var packetsSinceUp = 0

        package init() {}
    }

    package let isKeeping: Bool
    private var packets: [Int: [KeptPacket]] = [:]
    private var bytes = 0
    /// Packets for which there was no room.
    package private(set) var unkept = 0

    package init(isKeeping: Bool) { self.isKeeping = isKeeping }

    /// Makes room for packets, which the caller keeps or gives to `add`; `release` gives the room back.
    /// - Returns: false when there is none.
    package mutating func reserve(_ new: [KeptPacket]) -> Bool {
        let size = new.reduce(0) { $0 + $1.bytes.count }
        guard bytes + size <= Self.limit else {
            unkept += new.count
            return false
        }
        bytes += size
        return true
    }

    package mutating func release(_ old: [KeptPacket]) {
        for packet in old { bytes -= packet.bytes.count }
    }

    /// Takes packets that have room already.
    package mutating func add(_ new: [KeptPacket], of connection: Int) { packets[connection, default: []] += new }

    /// What was kept for one connection is another's.
    package mutating func move(from connection: Int, to other: Int) {
        if let moved = packets.removeValue(forKey: connection) { add(moved, of: other) }
    }

    package mutating func discard(_ connection: Int) { release(packets.removeValue(forKey: connection) ?? []) }

    /// Forgets them with this. In the order in which they were captured.
    package mutating func take(_ connection: Int) -> [KeptPacket] {
        var taken = packets.removeValue(forKey: connection) ?? []
        release(taken)
        taken.sort { $0.time < $1.time }
        return taken
    }
}

/// A packet that may have to be written again.
package struct KeptPacket: Hashable, Sendable {
    /// Nanoseconds since 1970.
    package var time: UInt64
    package var interface: Int
    package var bytes: [UInt8]
    package var originalLength: Int

    package init(_ frame: CapturedFrame) {
        time = frame.time
        interface = frame.interface
        bytes = Array(frame.bytes)
        originalLength = frame.originalLength
    }
}

/// Which packets a segment came in.
package enum SegmentOrigin {
    case frame(CapturedFrame)
    /// Those of all fragments, as far as they were kept.
    case fragments([KeptPacket], time: UInt64)

    /// Nanoseconds since 1970.
    package var time: UInt64 {
        switch self {
        case .frame(let frame): frame.time
        case .fragments(_, let time): time
        }
    }

    package var packets: [KeptPacket] {
        switch self {
        case .frame(let frame): [KeptPacket(frame)]
        case .fragments(let packets, _): packets
        }
    }
}
