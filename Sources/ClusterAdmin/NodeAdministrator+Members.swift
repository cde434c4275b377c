package import ByteTransport
package import Diagnosis
import ErlangNode

extension NodeAdministrator {
    /// Every node that any member sees, and the node itself, asked through this one connection: those that the node is
    /// connected to in one request, and those that only others know through these.
    ///
    /// A member that has not answered two seconds after the last answer is given up: the others are not kept waiting for
    /// it until the deadline. Its `Member.silence` is a timeout then.
    /// - Parameter onWaiting: is given the members that have been asked and have not answered, whenever that changes.
    package func members(
        deadline: Instant?, onWaiting: ([String]) -> Void = { _ in }
    ) async throws(NodeFailure) -> [Member] {
        let survey = MemberSurvey(try await connected(), until: deadline)
        defer { survey.cancel() }
        try survey.begin()
        while !survey.isOver {
            onWaiting(survey.silent)
            func end() -> Instant? { [deadline, survey.patienceEnd].compactMap { $0 }.min() }
            let change = await survey.changes.next(until: end())
            if case .cancelled = change { throw givenUp(at: .up) }
            // What came meanwhile may have moved the end.
            if case .deadline = change, let end = end(), .now >= end { break }
        }
        if let loss = survey.loss { throw loss }
        if case .exited(let reason) = survey.firstEnd { throw ended(reason) }
        guard survey.hasBegun else { throw timedOut(at: .up) }
        survey.giveUpSilent()
        return survey.roster.members(now: Int(SystemTime.seconds))
    }

    /// Evaluates `request` on every visible member at once, the node itself included. Each outcome is handed over when
    /// it is there.
    /// - Parameter onMembers: is given their names, before anything else.
    /// - Throws: when the members cannot be found out.
    package func evaluateOnMembers(
        _ request: EvaluationRequest, deadline: Instant?, onMembers: @escaping ([String]) -> Void,
        onOutput: @escaping (_ node: String, [UInt8]) -> Void,
        onOutcome: @escaping (_ node: String, Result<EvaluationOutcome, NodeFailure>) -> Void
    ) async throws(NodeFailure) {
        var readers: [String: EvaluationReader] = [:]
        try await runOnMembers(.eval, bindings: request.bindings, hidden: false, until: deadline) { event in
            switch event {
            case .members(let names):
                onMembers(names)
                for name in names { readers[name] = EvaluationReader { onOutput(name, $0) } }
            case .item(let name, let item): readers[name]?.take(item)
            case .ended(let name, let failure):
                guard let reader = readers.removeValue(forKey: name) else { return }
                onOutcome(name, reader.outcome.map { .success($0) } ?? .failure(failure))
            }
        }
    }

    /// Runs `program` on the node and, through it, on those that it is connected to, or on `nodes` only.
    func runOnMembers(
        _ program: NodeProgram, bindings: [ProgramBinding], nodes: [String]? = nil, hidden: Bool,
        until deadline: Instant?,
        onEvent: @escaping (MemberRelay.Event) -> Void
    ) async throws(NodeFailure) {
        let relay = MemberRelay(
            program: program, bindings: bindings, nodes: nodes, includesHidden: hidden,
            limit: Self.relayLimit(until: deadline))
        try await run(.eachMember, bindings: try relay.bindings(for: node), until: deadline) { [self] item in
            if let event = relay.event(item, entry: node) { onEvent(event) }
        }
    }

    /// Milliseconds after which the relay gives the stragglers up: before our own deadline, so that the others are
    /// still shown.
    nonisolated static func relayLimit(until deadline: Instant?) -> Int? {
        deadline.map { max(100, $0.milliseconds(since: .now) * 9 / 10) }
    }
}

extension Instant {
    fileprivate func milliseconds(since earlier: Instant) -> Int {
        self > earlier ? Int((nanoseconds - earlier.nanoseconds) / 1_000_000) : 0
    }
}
