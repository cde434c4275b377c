/// Something that happened while two nodes connected: what `trace`, `doctor` and `capture` all report.
package struct TraceEvent: Hashable, Sendable {
    /// Microseconds since the epoch, by the clock of the vantage.
    package var time: Int
    package var vantage: Vantage
    /// Tells the connections of one vantage apart; nil for what belongs to no connection.
    package var connection: Int?
    /// Which end the vantage is; nil when it is none of them.
    package var side: Role?
    package var initiator: Party
    package var acceptor: Party
    package var stage: NodeFailure.Stage
    /// Who sent the message that `what` describes; nil when nothing was sent.
    package var sender: Role?
    package var what: EventKind
    /// The message's bytes, where they are kept. Never those of a message that proves the cookie.
    package var bytes: [UInt8]?
    /// Whether it was not read, but deduced from the order and lengths of records that nobody can open.
    package var isGuess: Bool

    package init(
        time: Int, vantage: Vantage, connection: Int?, side: Role? = nil, initiator: Party = Party(),
        acceptor: Party = Party(), stage: NodeFailure.Stage, sender: Role? = nil, what: EventKind,
        bytes: [UInt8]? = nil, isGuess: Bool = false
    ) {
        self.time = time
        self.vantage = vantage
        self.connection = connection
        self.side = side
        self.initiator = initiator
        self.acceptor = acceptor
        self.stage = stage
        self.sender = sender
        self.what = what
        self.bytes = bytes
        self.isGuess = isGuess
    }

    package func party(_ role: Role) -> Party { role == .initiator ? initiator : acceptor }
}
