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
    /// Waits until not too much is queued.
    @LoopActor func awaitRoom() async
    /// Waits until all is written, when the loop does not run any more.
    /// - Parameter isHurried: asked again and again: whether a reader that takes nothing is to be given up soon.
    /// - Returns: `failure`.
    func drain(isHurried: () -> Bool) -> Int32
}

/// For sinks that take everything at once.
extension ByteSink {
    package var failure: Int32 { 0 }
    package var isBehind: Bool { false }
    @LoopActor package func awaitRoom() async {}
    package func drain(isHurried: () -> Bool) -> Int32 { failure }
}

extension OutputStream: ByteSink {
    package var isBehind: Bool { pending > 0 }
}
