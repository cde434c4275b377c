/// What a trace of the distribution is to be like.
package struct TraceRequest: Sendable {
    /// When it ends by itself; nil: when it is asked to.
    package var duration: Duration?
    /// On the node itself: messages of the trace, altogether and in a second.
    package var messages: Int
    package var rate: Int
    /// Whether the node's members are traced too, through it.
    package var includesMembers: Bool
    /// How long a node that hears nothing of us goes on, one of `silences`. A connection that is closed ends the trace at
    /// once; this is for one that is cut without a word.
    package var silence: Duration

    /// More in a second would keep the node busy with us: it is some hundred handshakes.
    package static let usualRate = 3_000
    /// What a trace on the node ends after at the latest, and is begun anew where it is still wanted.
    package static let longestRun = Duration.seconds(3_600)
    package static let usualMessages = 1_000_000
    package static let usualSilence = Duration.seconds(1)
    package static let silences = Duration.seconds(1)...Duration.seconds(60)

    package init(
        duration: Duration? = nil, messages: Int = usualMessages, rate: Int = usualRate, includesMembers: Bool = false,
        silence: Duration = usualSilence
    ) {
        self.duration = duration
        self.messages = messages
        self.rate = rate
        self.includesMembers = includesMembers
        self.silence = silence
    }
}
