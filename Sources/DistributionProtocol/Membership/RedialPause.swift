/// How long to wait before a peer is dialled again that is to have a link at all times: doubled with each failure. A link
/// that ends soon is a failure, too, as with a peer that takes everybody in and then crashes.
package struct RedialPause: Sendable {
    package static let first = Duration.milliseconds(500)
    package static let last = Duration.seconds(30)
    /// After so long a link was a success.
    package static let settled = Duration.seconds(30)

    private var pause = RedialPause.first

    package init() {}

    /// The link has ended.
    /// - Parameter life: how long it was up.
    package mutating func linkEnded(after life: Duration) {
        if life >= Self.settled { pause = Self.first }
    }

    /// The next pause.
    package mutating func next() -> Duration {
        defer { pause = min(pause * 2, Self.last) }
        return pause
    }
}
