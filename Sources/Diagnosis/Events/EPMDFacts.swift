/// A question to epmd, or its answer (erl_dist_protocol, "EPMD Protocol").
package struct EPMDFacts: Hashable, Sendable {
    package enum Request: String, CaseIterable, Hashable, Sendable {
        case register = "ALIVE2"
        case port = "PORT2"
        case names = "NAMES"
        /// What only people ask, by epmd's own tool: all that it knows, its end, and the end of one registration.
        case dump = "DUMP"
        case kill = "KILL"
        case stop = "STOP"
        case other
    }

    package var request: Request
    package var isAnswer: Bool
    /// The name that is asked for, registered or to be dropped, without host.
    package var alive: String?
    /// The port that the node listens on; nil in the answer to `port` when epmd does not know the node.
    package var port: UInt16?
    /// The names that epmd knows, in its answer to `names`.
    package var names: [String]?

    package init(
        _ request: Request, isAnswer: Bool, alive: String? = nil, port: UInt16? = nil, names: [String]? = nil
    ) {
        self.request = request
        self.isAnswer = isAnswer
        self.alive = alive
        self.port = port
        self.names = names
    }
}
