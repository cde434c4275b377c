import DistributionProtocol
import PacketCapture

/// Says of a connection whose beginning was not captured whether it is a link of nodes, by its first segments.
///
/// A control message says so. A tick does not: four zero bytes are a word of many protocols. Ticks alone are taken for
/// a link's only when both ends have sent several, and nothing else, as two idle nodes do.
struct LinkRecognition: Hashable {
    enum Verdict: Hashable {
        case undecided
        case link
        case other
    }

    /// How many ticks of each end make a link of what has no message.
    static let ticksOfEach = 2
    /// More in one segment are no ticks: who sends them waits for a while between two.
    private static let ticksAtOnce = 2
    /// Of one end, while the other says nothing.
    private static let limit: UInt16 = 1_000
    /// Up to here a message's beginning is looked at.
    private static let lookedAt = 512

    private(set) var ticksOfInitiator: UInt16 = 0
    private(set) var ticksOfAcceptor: UInt16 = 0

    /// - Parameters:
    ///   - bytes: of a segment; all before it, in its direction, were given here, too.
    ///   - isExpected: whether a node is known to be at one of the ends.
    mutating func received(
        _ bytes: UnsafeRawBufferPointer, from direction: FlowDirection, isExpected: Bool
    ) -> Verdict {
        var position = 0
        while position + 4 <= bytes.count, bytes.big32(at: position) == 0 {
            position += 4
            if position > 4 * Self.ticksAtOnce { return .other }
        }
        if position < bytes.count { return Self.isMessage(bytes.part(position, bytes.count)) ? .link : .other }
        count(UInt16(position / 4), direction)
        if isExpected || min(ticksOfInitiator, ticksOfAcceptor) >= Self.ticksOfEach { return .link }
        return max(ticksOfInitiator, ticksOfAcceptor) < Self.limit ? .undecided : .other
    }

    private mutating func count(_ ticks: UInt16, _ direction: FlowDirection) {
        if direction == .fromInitiator { ticksOfInitiator += ticks } else { ticksOfAcceptor += ticks }
    }

    /// Whether a message of a link begins there: its length, then a control message behind the pass-through byte, or
    /// the version and a header with the atom cache, whole or in fragments.
    private static func isMessage(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let length = Int(bytes.big32(at: 0))
        guard bytes.count >= 7, length >= 3, length < 1 << 28 else { return false }
        let message = bytes.part(4, 4 + min(length, lookedAt))
        switch ControlKind.of(message) {
        case .operation, .continuation: return true
        // It may be in what is not here.
        case .unknown:
            return message.count < length && message.byte(at: 0) == 131 && (68...69).contains(message.byte(at: 1))
        }
    }
}
