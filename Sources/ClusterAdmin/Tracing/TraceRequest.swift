/// What a trace of the distribution is to be like.
package struct TraceRequest: Sendable {
    /// When it ends by itself; nil: when it is told to.
    package var duration: Duration?
    /// On the node itself: messages of the trace, altogether and in a second.
    package var messages: Int
    package var rate: Int
    /// Whether the node's members are traced too, through it.
    package var includesMembers: Bool

    /// More in a second would keep the node busy with us: it is some hundred handshakes.
    package static let usualRate = 3_000
    /// What a trace on the node ends after at the latest, and is begun anew where it is still wanted.
    package static let longestRun = Duration.seconds(3_600)
    package static let usualMessages = 1_000_000

    package init(
        duration: Duration? = nil, messages: Int = usualMessages, rate: Int = usualRate, includesMembers: Bool = false
    ) {
        self.duration = duration
        self.messages = messages
        self.rate = rate
        self.includesMembers = includesMembers
    }
}
