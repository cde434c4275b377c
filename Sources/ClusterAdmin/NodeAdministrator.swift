package import ByteTransport
import Diagnosis
package import ErlangNode
import ErlangTerm

/// What an operator does with one node, and through it with its cluster. One connection, made when it is first needed,
/// serves all requests; each waits on the calling thread until `deadline` (nil: for ever).
package final class NodeAdministrator {
    /// Makes a session; `completion` is called once, on the loop.
    package typealias Connect = (_ completion: @escaping (SessionOutcome) -> Void) -> Void

    /// The node's full name: as it will be dialled, and once connected as it calls itself.
    package private(set) var node: String
    package let loop: EventLoop
    private let connect: Connect
    private var session: (any NodeSession)?
    /// Who waits for the attempt that is under way; nil without one.
    private var waiting: [(SessionOutcome) -> Void]?
    /// How the attempt ended that was begun before anybody asked for it; nil once somebody has.
    private var early: SessionOutcome?
    private var isUnwanted = false
    private var isLost = false

    package init(node: String, loop: EventLoop, connect: @escaping Connect) {
        self.node = node
        self.loop = loop
        self.connect = connect
    }

    /// Ends the connection, if there is one, or once it is there.
    package func close() {
        session?.close()
        session = nil
        early = nil
        isUnwanted = waiting != nil
    }

    /// Begins to connect, while the loop runs, for a request that comes later.
    package func beginConnecting() {
        isUnwanted = false
        guard session == nil, early == nil, waiting == nil else { return }
        withSession { [self] in early = $0 }
    }

    /// Whether the node is connected, or `beginConnecting` has failed.
    package var hasEndedConnecting: Bool { session != nil || early != nil }

    /// Whether what came of `beginConnecting` tells little of the node as it is now: the attempt ran out of time or
    /// broke off, or its connection was lost before anybody asked for something.
    package var isOutdated: Bool {
        guard case .failed(let failure) = early else { return isLost }
        return [.tcpTimeout, .epmdTimeout, .setupTimeout, .closed].contains(failure.code)
    }

    /// Ends this connection, so that the next request makes another one.
    func forget(_ lost: any NodeSession) {
        if lost === session { close() }
    }

    /// The attempt has a time of its own (`NodeTarget.setupTime`), so that its failure can say where it stalled.
    func connected() throws(NodeFailure) -> any NodeSession {
        if let session { return session }
        var result: SessionOutcome?
        withSession { result = $0 }
        _ = loop.run(forAnswerUntil: nil) { result != nil }
        guard let result else { throw timedOut(at: .tcp) }
        return try result.get()
    }

    /// Gives the session, at once where there is one.
    func withSession(_ completion: @escaping (SessionOutcome) -> Void) {
        if let session { return completion(.opened(session)) }
        if let early {
            self.early = nil
            return completion(early)
        }
        isUnwanted = false
        guard waiting == nil else {
            waiting?.append(completion)
            return
        }
        waiting = [completion]
        connect { [self] result in
            if case .opened(let made) = result {
                session = made
                node = made.nodeName
                isLost = false
                made.onLost = { [weak self] _ in self?.isLost = true }
            }
            let completions = waiting ?? []
            waiting = nil
            for completion in completions { completion(result) }
            // Whoever asked for it later has the same answer.
            if completions.count > 1 { early = nil }
            if isUnwanted { close() }
        }
    }

    func timedOut(at stage: NodeFailure.Stage) -> NodeFailure {
        let what = stage == .down ? "has not gone down" : "has not answered"
        return NodeFailure(
            .timeout, stage: stage, node: node,
            message: "\(node) is up, and \(what) before the deadline of this command",
            remedy: "give it more time with --timeout, or find out what the node is busy with")
    }

    // MARK: the requests that others are made of

    func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], until deadline: Instant?
    ) throws(NodeFailure) -> CallOutcome {
        let session = try connected()
        var result: Result<CallOutcome, NodeFailure>?
        let request = session.call(module, function, arguments) { result = $0 }
        _ = loop.run(forAnswerUntil: deadline) { result != nil }
        guard let result else {
            session.cancel(request)
            throw timedOut(at: .up)
        }
        return try result.get()
    }

    /// Runs a program to its end.
    func run(
        _ program: NodeProgram, bindings: [ProgramBinding] = [], until deadline: Instant?,
        onItem: @escaping (TermView) -> Void
    ) throws(NodeFailure) {
        let session = try connected()
        var end: ProgramEnd?
        let request = session.run(program, bindings: bindings) { event in
            switch event {
            case .item(let item): onItem(item)
            case .ended(let how): end = how
            }
        }
        _ = loop.run(forAnswerUntil: deadline) { end != nil }
        switch end {
        case .finished: return
        case .exited(let reason): throw ended(reason)
        case .lost(let failure): throw failure
        case nil:
            session.cancel(request)
            throw timedOut(at: .up)
        }
    }

    func ended(_ reason: TermView) -> NodeFailure {
        NodeFailure(
            .rpc, stage: .up, node: node,
            message: "\(node) is up, but what we ran there was ended: \(TermPrinter.excerpt(reason))",
            remedy: "somebody killed the process, or the node is stopping; try again")
    }
}
