/// Puts the bytes of one direction of a TCP connection into their order (RFC 9293 §3.4). What came first stays:
/// retransmissions and overlaps change nothing. Numbers wrap around.
package struct StreamAssembler {
    /// What may wait for bytes before it. Beyond, they are taken for lost.
    package static let heldBytesLimit = 128 << 10
    package static let heldSegmentsLimit = 32
    /// The capture may have a receiver's word before the bytes that it is about. Said so often, they are not in it.
    private static let unseenLimit = 3

    package enum Taken {
        /// These are next: a part of the segment.
        case now(UnsafeRawBufferPointer)
        /// Nothing new.
        case nothing
        case held
        /// There is no room to hold it: `skipGap` makes some.
        case full
    }

    private struct Held {
        var sequence: UInt32
        var bytes: [UInt8]
    }

    /// The number of the byte that is due; nil until the direction is known to begin somewhere.
    private(set) var next: UInt32?
    private var held: [Held] = []
    package private(set) var heldBytes = 0
    /// Where the direction ends.
    private var end: UInt32?
    /// How often the receiver has acknowledged what was not seen.
    private var unseen: UInt8 = 0

    package init() {}

    /// - Parameter first: the number of the first byte.
    package mutating func begin(at first: UInt32) {
        if next == nil { next = first }
    }

    /// Whether there is a hole before bytes that are here, or before the end.
    package var isWaiting: Bool { !held.isEmpty || end != nil && !isAtEnd }

    /// Whether all up to the end has been given out.
    package var isAtEnd: Bool {
        guard let end, let next else { return end != nil }
        return Int32(bitPattern: end &- next) <= 0
    }

    /// - Parameter sequence: the number behind the last byte.
    package mutating func finish(at sequence: UInt32) {
        if end == nil { end = sequence }
    }

    package mutating func take(_ sequence: UInt32, _ payload: UnsafeRawBufferPointer) -> Taken {
        guard !payload.isEmpty else { return .nothing }
        guard let due = next else {
            next = sequence &+ UInt32(truncatingIfNeeded: payload.count)
            return .now(payload)
        }
        let known = -Int(Int32(bitPattern: sequence &- due))
        if known < 0 { return hold(sequence, payload) }
        guard known < payload.count else { return .nothing }
        next = sequence &+ UInt32(truncatingIfNeeded: payload.count)
        return .now(payload.part(known, payload.count))
    }

    private mutating func hold(_ sequence: UInt32, _ payload: UnsafeRawBufferPointer) -> Taken {
        guard held.count < Self.heldSegmentsLimit, heldBytes + payload.count <= Self.heldBytesLimit else {
            return .full
        }
        let place = held.firstIndex { Int32(bitPattern: $0.sequence &- sequence) > 0 } ?? held.count
        if place > 0, held[place - 1].sequence == sequence, held[place - 1].bytes.count >= payload.count {
            return .nothing
        }
        held.insert(Held(sequence: sequence, bytes: Array(payload)), at: place)
        heldBytes += payload.count
        return .held
    }

    /// Bytes that waited and are due now.
    package mutating func nextHeld() -> [UInt8]? {
        while let first = held.first, let due = next {
            let known = -Int(Int32(bitPattern: first.sequence &- due))
            guard known >= 0 else { return nil }
            held.removeFirst()
            heldBytes -= first.bytes.count
            guard known < first.bytes.count else { continue }
            next = first.sequence &+ UInt32(truncatingIfNeeded: first.bytes.count)
            return known == 0 ? first.bytes : Array(first.bytes[known...])
        }
        return nil
    }

    /// Gives up what is missing before the bytes that wait, or before the end.
    /// - Returns: how many bytes are missing; nil when none are.
    package mutating func skipGap() -> Int? {
        guard let due = next, let target = held.first?.sequence ?? end else { return nil }
        let missing = Int(Int32(bitPattern: target &- due))
        guard missing > 0 else { return nil }
        next = target
        return missing
    }

    /// The receiver has got everything before `number`: what is missing of it is missing in the capture, and will not
    /// be sent again.
    /// - Returns: how many bytes are given up; nil when none are.
    package mutating func acknowledged(_ number: UInt32) -> Int? {
        guard let due = next, Int32(bitPattern: number &- due) > 0 else {
            unseen = 0
            return nil
        }
        unseen += 1
        guard unseen >= Self.unseenLimit else { return nil }
        unseen = 0
        var target = number
        for other in [held.first?.sequence, end] {
            if let other, Int32(bitPattern: target &- other) > 0 { target = other }
        }
        let missing = Int(Int32(bitPattern: target &- due))
        guard missing > 0 else { return nil }
        next = target
        return missing
    }

    /// Forgets what waits: nobody will look at it.
    package mutating func clear() {
        held = []
        heldBytes = 0
    }
}
