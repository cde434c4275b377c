/// Whether what a node reports of its trace comes in time, or at all.
///
/// Time stamps are of the node's clock, which has nothing to do with ours. What came soonest, of late, says how they
/// differ; what came later than that was late.
package struct TraceTimeliness: Sendable {
    /// What there is to say; times are in microseconds.
    package enum Remark: Hashable, Sendable {
        /// What comes happened so long ago.
        case behind(Int)
        case inTime
        /// Nothing came for so long.
        case silent(Int)
        /// Something comes again, so long after the last.
        case heardAgain(Int)
    }

    private static let bearable = 1_000_000
    private static let silence = 5_000_000
    /// After so long the soonest is forgotten: a clock may have been set.
    private static let window = 150_000_000

    /// The smallest difference of the clocks in this window, and in the one before.
    private var soonest: (now: Int?, before: Int?) = (nil, nil)
    private var windowStart: Int
    private var lastHeard: Int
    /// The lag that was said; 0 for none.
    private var saidLag = 0
    package private(set) var isSilent = false

    /// - Parameter now: microseconds of a clock of ours that nobody sets, here and below.
    package init(at now: Int) { (windowStart, lastHeard) = (now, now) }

    /// Something came.
    /// - Parameters:
    ///   - stamp: when it happened there; nil where that is not known.
    ///   - isLast: whether all that happened before has come.
    package mutating func heard(_ stamp: Int?, isLast: Bool, at now: Int) -> [Remark] {
        var remarks: [Remark] = []
        if isSilent { remarks.append(.heardAgain(now - lastHeard)) }
        (isSilent, lastHeard) = (false, now)
        guard let stamp else { return remarks }
        let lag = lag(of: stamp, at: now)
        // Once more when it has doubled.
        if lag > Self.bearable, lag >= 2 * saidLag {
            saidLag = lag
            remarks.append(.behind(lag))
        } else if isLast, saidLag > 0, lag < Self.bearable / 2 {
            saidLag = 0
            remarks.append(.inTime)
        }
        return remarks
    }

    private mutating func lag(of stamp: Int, at now: Int) -> Int {
        if now - windowStart > Self.window {
            soonest = (nil, soonest.now)
            windowStart = now
        }
        let difference = now - stamp
        soonest.now = min(soonest.now ?? difference, difference)
        return difference - min(soonest.now ?? difference, soonest.before ?? difference)
    }

    /// Time has passed.
    package mutating func passed(at now: Int) -> Remark? {
        guard !isSilent, now - lastHeard > Self.silence else { return nil }
        isSilent = true
        return .silent(now - lastHeard)
    }

    /// We ourselves stood still, and could not hear.
    package mutating func excuse(at now: Int) { if !isSilent { lastHeard = now } }
}
