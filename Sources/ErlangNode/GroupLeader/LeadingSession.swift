package import Diagnosis
package import ErlangTerm

/// A session that can also lead a group of the node's processes, which read from it and write to it, and send messages
/// to processes. Over distribution a leader is a process identifier of our own; over SSH a program on the node stands
/// for us, and the identifier is a handle that only the session knows.
package protocol LeadingSession: NodeSession {
    /// Makes a group leader.
    /// - Parameter receive: called on the event loop's thread for what comes to it, until `dismiss` or the session's
    ///   end.
    func lead(_ receive: @escaping (LeaderEvent) -> Void) -> PID

    /// Forgets a group leader. What is linked to it on the node gets its exit signal.
    func dismiss(_ leader: PID)

    /// Calls a function in a process whose group leader is `leader`.
    /// - Parameter arguments: a list in external term format, without the version byte.
    func call(
        _ module: Atom, _ function: Atom, encoded arguments: [UInt8], leader: PID?,
        completion: @escaping (Result<CallOutcome, NodeFailure>) -> Void)

    /// Starts a process linked to `leader`; its end comes as `LeaderEvent.exited`.
    func spawn(
        _ module: Atom, _ function: Atom, _ arguments: [Term], leader: PID,
        completion: @escaping (Result<PID, NodeFailure>) -> Void)

    /// Links `leader` to a process, so that the process dies with the session.
    func link(_ leader: PID, to process: PID)

    /// Sends a message.
    /// - Parameter message: a term in external term format, without the version byte.
    func send(encoded message: [UInt8], to process: PID)

    /// Sends an exit signal, as `exit/2`.
    func signal(_ reason: Atom, to process: PID, from leader: PID)
}

/// What comes to a group leader.
package enum LeaderEvent {
    case message(TermView)
    /// The node's logger reports to the group leader what a process of its group did, such as a crash.
    /// - `message`: a format and its arguments, or one of the messages of `logger:log_event()`.
    case logged(level: TermView, message: [TermView], meta: TermView)
    /// A process that is linked to it ended.
    case exited(PID, reason: TermView)
    /// Somebody on the node has ended what leads there, and all that was linked to it. Nothing follows.
    case over(reason: TermView?)
}
