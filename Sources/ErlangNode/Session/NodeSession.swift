import ByteTransport
package import Diagnosis
package import ErlangTerm

/// What an operator's command asks of one node, whatever carries it: call a function, run a program (the evaluation of
/// an expression is one), take the stream of items that it emits. Distribution implements it; another carrier that
/// can run an expression and bring terms back may too.
///
/// All is asynchronous: completions are called on the event loop's thread, once each, also when the session ends
/// (with a `NodeFailure`).
package protocol NodeSession: AnyObject {
    /// What the peer calls itself.
    var nodeName: String { get }
    /// Where it was reached.
    var endpoint: Endpoint { get }
    /// The certificate that it serves, where it serves one.
    var servedCertificate: CertificateFacts? { get }

    /// Whether requests can be made: it is neither lost nor closed.
    var isUp: Bool { get }

    /// Calls `action` once when the session is lost, after its requests have failed; not for `close`. The observation
    /// lasts until it is cancelled, or the session ends.
    @discardableResult
    func observeLoss(_ action: @escaping (NodeFailure) -> Void) -> LossObservation

    /// Calls `module:function(arguments...)` on the node, in a process of its own that dies when the session ends.
    @discardableResult
    func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term],
        completion: @escaping (Result<CallOutcome, NodeFailure>) -> Void
    ) -> RequestID

    /// Runs `program` on the node with `bindings`; `receive` gets each item as it comes and then, once, the end.
    @discardableResult
    func run(
        _ program: NodeProgram, bindings: [ProgramBinding], receive: @escaping (ProgramEvent) -> Void
    ) -> RequestID

    /// Kills what `request` started on the node. Its completion is not called any more.
    func cancel(_ request: RequestID)

    /// Ends the session: the node kills what still runs for it. No completion is called any more.
    func close()
}

/// Names one request within its session.
package struct RequestID: Hashable, Sendable {
    let number: UInt64
}

/// How a call ended on the node.
package enum CallOutcome: Sendable {
    case returned(TermView)
    /// `class` is throw, exit or error; `stack` only for error.
    case raised(class: Atom, reason: TermView, stack: TermView?)
}

/// A variable that a program starts with.
package struct ProgramBinding: Sendable {
    package var name: Atom
    package var value: Term

    package init(_ name: Atom, _ value: Term) {
        self.name = name
        self.value = value
    }
}

/// What a running program gives.
package enum ProgramEvent {
    /// Something that the program emitted.
    case item(TermView)
    /// The program is over; nothing follows.
    case ended(ProgramEnd)
}

/// How a program ended.
package enum ProgramEnd {
    case finished
    /// Its process exited with this reason: an error in the program itself, or somebody killed it.
    case exited(TermView)
    /// The session is over.
    case lost(NodeFailure)
}
