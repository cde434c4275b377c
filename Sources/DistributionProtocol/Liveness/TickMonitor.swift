/// Decides when a tick is sent and when a peer counts as dead (`dist_util:send_tick/2`). Times are nanoseconds of one
/// monotonic clock.
///
/// Every `net_ticktime / intensity` it looks at what was read and written since: a peer that was silent for
/// `intensity` looks is dead, so death comes between T and T + T / intensity after the last byte.
package struct TickMonitor: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        case nothing
        case sendTick
        /// Nothing came for at least net_ticktime.
        case peerDead(silentNanoseconds: UInt64)
    }

    /// `net_kernel`: net_ticktime 60 s, net_tickintensity 4 (4 to 1000).
    package static let standardTicktime: UInt64 = 60_000_000_000
    package static let standardIntensity: UInt64 = 4

    /// What arrives is answered with a tick at most this often. A peer with the smallest net_ticktime (1 s) needs four a
    /// second; two nodes that answer each other's answers must not spin.
    private static let shortestAnswerInterval: UInt64 = 200_000_000

    private let interval: UInt64
    private let intensity: UInt64
    private var lastRead: UInt64
    private var lastWrite: UInt64
    private var silentLooks: UInt64 = 0
    private var hasRead = false
    private var hasWritten = false
    /// When `look` is due.
    package private(set) var nextLook: UInt64

    /// - Parameters:
    ///   - ticktime: ours; the peer goes by its own.
    ///   - intensity: is brought into 4...1000.
    package init(ticktime: UInt64 = standardTicktime, intensity: UInt64 = standardIntensity, now: UInt64) {
        self.intensity = min(max(intensity, 4), 1000)
        self.interval = max(ticktime / self.intensity, 1)
        self.lastRead = now
        self.lastWrite = now
        self.nextLook = now &+ interval
    }

    /// Bytes arrived, of whatever kind.
    package mutating func bytesRead(now: UInt64) {
        lastRead = now
        hasRead = true
    }

    /// Bytes were handed to the stream, ticks included.
    package mutating func bytesWritten(now: UInt64) {
        lastWrite = now
        hasWritten = true
    }

    /// Bytes arrived, a tick or anything else. Their sender may have a shorter net_ticktime than ours, and sends no tick
    /// while it has other things to send.
    /// - Returns: whether to answer with a tick now; it then counts as written.
    package mutating func received(now: UInt64) -> Bool {
        bytesRead(now: now)
        guard now &- lastWrite >= Self.shortestAnswerInterval else { return false }
        bytesWritten(now: now)
        return true
    }

    /// Looks, when `nextLook` has come; before that it says `nothing`. A tick that it asks for counts as written.
    package mutating func look(now: UInt64) -> Verdict {
        guard now >= nextLook else { return .nothing }
        // Looks that were missed (a stopped process, a long handler) are not made up for: their silence is ours.
        nextLook = now &+ interval
        silentLooks = hasRead ? 0 : silentLooks + 1
        if silentLooks >= intensity { return .peerDead(silentNanoseconds: now &- lastRead) }
        // A hidden link is ticked when nothing was read, too: its other end may only answer ticks.
        let ticks = !hasWritten || !hasRead
        (hasRead, hasWritten) = (false, false)
        guard ticks else { return .nothing }
        lastWrite = now
        return .sendTick
    }
}
