package import ClusterAdmin
package import Diagnosis
package import HandshakeTrace
package import TerminalCanvas

/// What happens to the dashboard.
package enum DashboardMessage: Sendable {
    case key(Key)
    /// Keys that came together, as those of a paste do.
    /// - Parameter continues: whether they came right behind those before them.
    case burst([Key], continues: Bool)
    /// What there is to connect to.
    case choices([DashboardChoice])
    case connected(DashboardIdentity)
    case notConnected([ConnectionProblem])
    case resized(ScreenSize)
    /// Somebody asks this process to stand still for a while.
    case suspended
    /// The time, microseconds since the epoch.
    case clock(Int)
    /// A look is over.
    case members([Member])
    case changes([MemberChange])
    /// What a look costs the members.
    case cost(RefreshCost)
    /// A look has been waiting for these for a while.
    case awaiting([String])
    /// The epmd of the entry's host is asked: what it knows comes soon.
    case awaitsRegistrations
    /// What the epmd of a host knows, or why it gives no answer.
    case registrations(host: String, Result<[RegisteredNode], NodeFailure>)
    /// Which of some nodes the entry has heard of since it began; nil: it cannot say.
    case familiar(asked: [String], known: Set<String>?)
    /// The entry is asked over SSH, and why; nil: over distribution, as it was to be.
    case detour(NodeFailure?)
    /// The entry gives no answer.
    case interrupted(NodeFailure)
    /// This node answers, after an interruption.
    case resumed(entry: String)
    /// The trace is installed on a node.
    case traceBegan(node: String)
    case traced(TraceEvent)
    /// The node is not traced, or not for the moment.
    case untraced(node: String, reason: String)
    /// No trace runs any more; a sentence says why, where nobody has asked for the end.
    case traceEnded(String?)
    /// - Parameter from: the node that comes to it; nil: we do.
    case examined(node: String, from: String? = nil, ladder: Ladder?, checks: [HealthCheck], isOver: Bool)
    /// The node was not looked at: a sentence.
    case notExamined(node: String, from: String? = nil, String)
    case status(node: String, Result<NodeStatus, NodeFailure>)
    case certificates(Result<[NodeCertificate], NodeFailure>)
    /// It replaces what has been known of the same expression on the same node.
    case evaluated(EvaluationResult)
    /// Goes to a screen once there is something to show.
    case show(Screen)
    /// The replay stands at a failure that was looked for.
    case replayPaused
    /// Nothing follows; a sentence says why the recording could not be read to its end.
    case replayEnded(String?)
    /// Something that the dashboard was asked to do has been done, or has failed: a sentence.
    case notice(String)
    /// Something to keep for whoever looks: a warning.
    case logged(String)
}

extension DashboardEffect {
    /// Whether it may change a node.
    package var changesNode: Bool {
        switch self {
        case .console, .evaluate, .control, .disconnect, .examinePair: true
        default: false
        }
    }
}

/// What is to be done outside of the model.
package enum DashboardEffect: Hashable, Sendable {
    case quit
    case connect(DashboardTarget)
    /// Goes on with the cluster before the one that is being connected to.
    case goBack
    /// The cluster that was connected to is there: the one before it is left for good.
    case leaveFormer
    /// Says anew what there is to connect to.
    case offerChoices
    /// Gives the terminal to the shell that started the program, until it goes on.
    case suspend
    /// Draws every cell anew.
    case repaint
    /// Looks now, and not only when it is time to.
    case look
    /// Asks the entry which of these nodes it has heard of.
    case askWhoIsKnown([String])
    /// Seconds between two looks from now on.
    case interval(Int)
    /// Hands the terminal to a shell on the node, and takes it back.
    case console(String)
    /// Traces handshakes on these nodes; nil: on the entry and all members, through it. A trace that runs ends.
    case trace([String]?)
    case endTrace
    /// Looks at the way to a node.
    case examine(String)
    /// Has the first node connect to the second, and looks at that from both sides.
    case examinePair(NodePair)
    /// Asks the node for its status from now on, at the interval; nil: none.
    case inspect(String?)
    /// Asks for the members' certificates, and again every minute; false: not any more.
    case certificates(Bool)
    case evaluate(number: Int, expression: String, nodes: [String])
    case control(NodeControl, String)
    /// Has the first node drop its link to the second.
    case disconnect(NodePair)
    case pauseReplay(Bool)
    /// How many times faster than it was.
    case replaySpeed(Int)
    /// Goes on up to the next failure, and stands there.
    case nextFailure
    /// Hands a text to the terminal, for its clipboard.
    case copy(String)
    /// Writes the screen into a file of the current folder.
    case save(Canvas)
}
