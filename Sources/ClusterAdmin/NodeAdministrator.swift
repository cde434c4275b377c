package import ByteTransport
package import Diagnosis
package import ErlangNode
import ErlangTerm

/// What an operator does with one node, and through it with its cluster. One connection, made when it is first needed,
/// serves all requests; there may be several at once. Each gives up at its `deadline` (nil: never), and when its task is
/// cancelled: what it runs on the node is killed then.
@LoopActor
package final class NodeAdministrator {
    /// Begins to make a session; `completion` is called once, on the loop, unless the attempt is given up first.
    /// - Returns: gives the attempt up.
    package typealias Connect = (_ completion: @escaping (SessionOutcome) -> Void) -> () -> Void

    /// The node's full name: as it will be dialled, and once connected as it calls itself.
    package private(set) var node: String
    /// What makes its connection.
    package let connect: Connect
    /// How long people were asked while a connection was made: as much later are the deadlines of all requests.
    package var timeOfPeople = Duration.zero
    /// Why the connection is one by another way than the one that was to be taken, SSH: what was wrong with that. Nil:
    /// it is by that way, or there is none.
    package var detour: NodeFailure?
    private var session: (any LeadingSession)?
    /// The attempt that is under way.
    private var attempt: Attempt?
    /// What waits for the node over the connection: requests, and shells.
    private var closings: [Closing] = []

    private struct Attempt {
        /// Those who wait for it.
        var waiting: [Promise<SessionOutcome>] = []
        var giveUp: () -> Void = {}
    }

    package init(node: String, connect: @escaping Connect) {
        self.node = node
        self.connect = connect
    }

    /// Ends the connection, or the attempt to make one: whoever waits for it, or for an answer, gets a failure.
    package func close() {
        session?.close()
        session = nil
        // A session that is closed calls no completion.
        let closings = closings
        self.closings = []
        for closing in closings { closing.end(givenUp(at: .up)) }
        guard let attempt else { return }
        self.attempt = nil
        attempt.giveUp()
        for promise in attempt.waiting { promise.fulfil(.failed(givenUp(at: .tcp))) }
    }

    /// Stands for one who waits for the node over the connection.
    final class Closing {
        private var action: ((NodeFailure) -> Void)?
        var isOver: Bool { action == nil }

        fileprivate init(_ action: @escaping (NodeFailure) -> Void) { self.action = action }

        fileprivate func end(_ failure: NodeFailure) {
            let action = action
            self.action = nil
            action?(failure)
        }

        /// Nobody waits any more. Idempotent.
        func cancel() { action = nil }
    }

    /// Calls `action` once when this connection is closed by us.
    func onClose(_ action: @escaping (NodeFailure) -> Void) -> Closing {
        let closing = Closing(action)
        closings.removeAll(where: \.isOver)
        closings.append(closing)
        return closing
    }

    /// The deadline of a request that may have waited for the connection.
    func extended(_ deadline: Instant?) -> Instant? { deadline.map { $0 + timeOfPeople } }

    /// Connects, if need be.
    package func connect() async throws(NodeFailure) { _ = try await connected() }

    /// The connection. The attempt to make it has a time of its own (`PeerSettings.setupTime`), so that its failure can say
    /// where it stalled.
    func connected() async throws(NodeFailure) -> any LeadingSession {
        // One that was lost is known to be so when its stream ends, which may be between two requests.
        if let session, session.isUp { return session }
        session = nil
        let promise = Promise<SessionOutcome>()
        if attempt == nil {
            attempt = Attempt(waiting: [promise])
            // It may end at once; there is nothing to give up then.
            let giveUp = connect { [weak self] in self?.attemptEnded($0) }
            attempt?.giveUp = giveUp
        } else {
            attempt?.waiting.append(promise)
        }
        guard case .value(let outcome) = await answer(promise, until: nil) else {
            attempt?.waiting.removeAll { $0 === promise }
            if let attempt, attempt.waiting.isEmpty {
                self.attempt = nil
                attempt.giveUp()
            }
            throw givenUp(at: .tcp)
        }
        return try outcome.get()
    }

    private func attemptEnded(_ outcome: SessionOutcome) {
        if case .opened(let made) = outcome {
            session = made
            node = made.nodeName
        }
        let waiting = attempt?.waiting ?? []
        attempt = nil
        for promise in waiting { promise.fulfil(outcome) }
    }

    func timedOut(at stage: NodeFailure.Stage) -> NodeFailure {
        let what = stage == .down ? "has not gone down" : "has not answered"
        return NodeFailure(
            .timeout, stage: stage, node: node,
            message: "\(node) is up, and \(what) before the deadline of this command",
            remedy: "give it more time with \(.deadline), or find out what the node is busy with")
    }

    /// What a request gets whose task was cancelled. Whoever cancelled it knows, and reports nothing.
    func givenUp(at stage: NodeFailure.Stage) -> NodeFailure {
        NodeFailure(
            .timeout, stage: stage, node: node, message: "the request to \(node) was given up",
            remedy: "ask again")
    }

    // MARK: the requests that others are made of

    func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], until deadline: Instant?
    ) async throws(NodeFailure) -> CallOutcome {
        let session = try await connected()
        let answer = Promise<Result<CallOutcome, NodeFailure>>()
        let closing = onClose { answer.fulfil(.failure($0)) }
        defer { closing.cancel() }
        let request = session.call(module, function, arguments) { answer.fulfil($0) }
        switch await self.answer(answer, until: extended(deadline)) {
        case .value(let result): return try result.get()
        case .deadline:
            session.cancel(request)
            throw timedOut(at: .up)
        case .cancelled:
            session.cancel(request)
            throw givenUp(at: .up)
        }
    }

    /// What a function returns that every Erlang node has.
    func value(
        of module: Atom, _ function: Atom, _ arguments: [Term], until deadline: Instant?
    ) async throws(NodeFailure) -> TermView {
        switch try await call(module, function, arguments, until: deadline) {
        case .returned(let value): return value
        case .raised(let kind, let reason, _):
            throw NodeFailure.noEvaluation(on: node, calling: module, function, raised: kind, reason) ?? unfinished()
        }
    }

    /// Runs a program to its end.
    /// - Parameter onItem: is called for each item when it comes.
    func run(
        _ program: NodeProgram, bindings: [ProgramBinding] = [], until deadline: Instant?,
        onItem: @escaping (TermView) -> Void
    ) async throws(NodeFailure) {
        let session = try await connected()
        let end = Promise<ProgramEnd>()
        let closing = onClose { end.fulfil(.lost($0)) }
        defer { closing.cancel() }
        let awake = AwakeWait(on: LoopActor.loop)
        defer { awake.end() }
        var items = 0
        let request = session.run(program, bindings: bindings) { event in
            switch event {
            case .item(let item):
                items += 1
                // What goes on for long is no answer that is waited for awake.
                if items == Self.itemsOfAnAnswer { awake.end() }
                onItem(item)
            case .ended(let how): end.fulfil(how)
            }
        }
        switch await end.value(until: extended(deadline)) {
        case .value(.finished): return
        case .value(.exited(let reason)): throw ended(reason)
        case .value(.lost(let failure)): throw failure
        case .deadline:
            session.cancel(request)
            throw timedOut(at: .up)
        case .cancelled:
            session.cancel(request)
            throw givenUp(at: .up)
        }
    }

    /// Waits for what the node is to answer at once: the loop waits awake for a moment.
    private func answer<Value>(_ promise: Promise<Value>, until deadline: Instant?) async -> Awaited<Value> {
        let awake = AwakeWait(on: LoopActor.loop)
        defer { awake.end() }
        return await promise.value(until: deadline)
    }

    /// A program that has emitted so many goes on for longer than an answer takes.
    private static let itemsOfAnAnswer = 16

    /// While it lasts, the loop waits awake (`EventLoop.awaitedAnswers`).
    private final class AwakeWait {
        private let loop: EventLoop
        private var isOver = false

        init(on loop: EventLoop) {
            self.loop = loop
            loop.awaitedAnswers += 1
        }

        /// Idempotent.
        func end() {
            guard !isOver else { return }
            isOver = true
            loop.awaitedAnswers -= 1
        }
    }

    func ended(_ reason: TermView) -> NodeFailure {
        if let failure = NodeFailure.noEvaluation(on: node, endedWith: reason) { return failure }
        return ended(because: TermPrinter.excerpt(reason))
    }

    func ended(because reason: String) -> NodeFailure {
        NodeFailure(
            .rpc, stage: .up, node: node,
            message: "\(node) is up, but what we ran there was ended: \(reason)",
            remedy: "somebody killed the process, or the node is stopping; try again")
    }

    /// Text, or an atom's name.
    nonisolated static func text(_ view: TermView?) -> String? { view.flatMap { $0.text ?? $0.atom?.name } }
}
