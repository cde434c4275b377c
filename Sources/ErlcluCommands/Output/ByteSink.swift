package import ByteTransport

/// Where a stream's bytes end up. Only `awaitRoom` and `drain` wait for a reader.
package protocol ByteSink: AnyObject {
    /// Writes or queues all of `bytes`.
    /// - Returns: `failure`.
    func write(_ bytes: [UInt8]) -> Int32
    /// errno of what went wrong; 0 so far. Nothing is written after it.
    var failure: Int32 { get }
    /// Whether bytes wait for the reader.
    var isBehind: Bool { get }
    /// Looks from now on for a reader that leaves.
    func watchReader()
    /// Waits until not too much is queued, or until `deadline`.
    /// - Returns: whether there is room.
    @LoopActor func awaitRoom(until deadline: Instant?) async -> Bool
    /// Waits until all is written, when the loop does not run any more.
    /// - Parameters:
    ///   - deadline: from then on a reader that takes nothing is given up soon; nil: never.
    ///   - isHurried: asked again and again: whether such a reader is to be given up soon.
    /// - Returns: `failure`.
    func drain(until deadline: Instant?, isHurried: () -> Bool) -> Int32
}

/// For sinks that take everything at once.
extension ByteSink {
    package var failure: Int32 { 0 }
    package var isBehind: Bool { false }
    package func watchReader() {}
    @LoopActor package func awaitRoom(until deadline: Instant?) async -> Bool { true }
    package func drain(until deadline: Instant?, isHurried: () -> Bool) -> Int32 { failure }
}

extension OutputStream: ByteSink {
    package var isBehind: Bool { pending > 0 }
}
