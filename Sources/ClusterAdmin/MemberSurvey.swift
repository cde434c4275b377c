import ByteTransport
import Diagnosis
import ErlangNode
import ErlangTerm

/// Asks for the members' views until nobody is heard of that was not asked: all that the entry is connected to at
/// once, and further ones through those as soon as they are known.
@LoopActor
final class MemberSurvey {
    private let session: any NodeSession
    private let certificates: Bool
    private let deadline: Instant?
    private(set) var roster: MemberRoster
    private var open: Set<RequestID> = []
    /// Called for what becomes of those who were asked, and when anything is new.
    var onEvent: (MemberRelay.Event) -> Void = { _ in }
    var onChange: () -> Void = {}
    /// How the first question ended, which all others come from; nil while it is open.
    private(set) var firstEnd: ProgramEnd?
    /// The session's, which ends everything.
    private(set) var loss: NodeFailure?

    /// Something was heard of a member, or a question has ended.
    let changes = EventQueue<Void>(limit: 1)
    /// Whether it is known which members there are.
    private(set) var hasBegun = false
    /// Members that have been asked, and have not answered.
    private var awaited: Set<String> = []
    private var lastAnswer: Instant?

    /// How long the others are kept waiting for a member.
    private static let patience = Duration.seconds(2)

    var isOver: Bool { loss != nil || firstEnd != nil && open.isEmpty }

    /// In order.
    var silent: [String] { awaited.sorted() }

    /// When the silent ones are given up; nil before there is any answer.
    var patienceEnd: Instant? { lastAnswer.map { $0 + Self.patience } }

    init(_ session: any NodeSession, certificates: Bool, until deadline: Instant?) {
        self.session = session
        self.certificates = certificates
        self.deadline = deadline
        roster = MemberRoster(entry: MemberRoster.Entry(session))
    }

    /// Only of those who are behind members that have answered.
    /// - Parameter roster: what those said.
    init(_ session: any NodeSession, behind roster: MemberRoster, until deadline: Instant?) {
        self.session = session
        certificates = false
        self.deadline = deadline
        self.roster = roster
        firstEnd = .finished
        hasBegun = true
        lastAnswer = .now
    }

    /// Asks those.
    func begin(_ questions: [MemberRoster.Question]) throws(NodeFailure) {
        for question in questions { try ask(relay(question.nodes, question.route)) }
    }

    /// Asks the entry, and whoever it is connected to.
    func begin() throws(NodeFailure) {
        try ask(relay(nil, [])) { [weak self] in self?.firstEnd = $0 }
    }

    /// Takes the silent ones for hung.
    func giveUpSilent() {
        for node in silent {
            record(.ended(node: node, MemberRelay.late(node, isEntry: node == session.nodeName)))
        }
    }

    /// Gives up what is still open.
    func cancel() {
        for request in open { session.cancel(request) }
        open = []
    }

    private func relay(_ nodes: [String]?, _ route: [String]) -> MemberRelay {
        MemberRelay(
            program: .snapshot, bindings: Self.bindings(certificates: certificates), nodes: nodes,
            includesHidden: true, route: route, limit: NodeAdministrator.relayLimit(until: deadline))
    }

    private func ask(_ relay: MemberRelay, onEnd: @escaping (ProgramEnd) -> Void = { _ in }) throws(NodeFailure) {
        let entry = session.nodeName
        let asked = relay.nodes.map { Set($0) }
        var request: RequestID?
        var hasEnded = false
        let id = session.run(.eachMember, bindings: try relay.bindings(for: entry)) { [weak self] event in
            guard let self else { return }
            switch event {
            case .item(let item):
                if let event = relay.event(item, entry: entry) { take(event, asked) }
            case .ended(let end):
                hasEnded = true
                if let request { open.remove(request) }
                if case .lost(let failure) = end { loss = failure }
                for node in relay.nodes ?? [] { record(.ended(node: node, relay.unheard(node))) }
                onEnd(end)
                changed()
            }
        }
        request = id
        guard !hasEnded else { return }
        open.insert(id)
        awaited.formUnion(asked ?? [])
    }

    /// - Parameter asked: nil: all that the entry is connected to.
    private func take(_ event: MemberRelay.Event, _ asked: Set<String>?) {
        if let asked {
            // Whoever relays speaks for those only that it was sent to.
            switch event {
            case .members: return
            case .item(let node, _), .ended(let node, _): guard asked.contains(node) else { return }
            }
        }
        note(event)
        record(event)
        for question in roster.takeQuestions() {
            // The program was sent before: it is not damaged.
            try? ask(relay(question.nodes, question.route))
        }
    }

    private func note(_ event: MemberRelay.Event) {
        switch event {
        case .members(let names):
            hasBegun = true
            awaited.formUnion(names)
        case .item(let node, _), .ended(let node, _):
            if awaited.remove(node) != nil { lastAnswer = .now }
        }
        changed()
    }

    private func record(_ event: MemberRelay.Event) {
        roster.take(event)
        onEvent(event)
    }

    private func changed() {
        changes.push(())
        onChange()
    }

    // MARK: the whole

    /// What the members say, the node itself among them. One that has not answered two seconds after the last answer is
    /// given up.
    /// - Parameters:
    ///   - certificates: whether they hand their certificates over as a whole.
    ///   - onWaiting: given the members that have been asked and have not answered, whenever that changes.
    static func roster(
        of node: NodeAdministrator, certificates: Bool = false, until deadline: Instant?,
        onWaiting: ([String]) -> Void
    ) async throws(NodeFailure) -> MemberRoster {
        let survey = MemberSurvey(try await node.connected(), certificates: certificates, until: deadline)
        defer { survey.cancel() }
        try survey.begin()
        while !survey.isOver {
            onWaiting(survey.silent)
            func end() -> Instant? { [deadline, survey.patienceEnd].compactMap { $0 }.min() }
            let change = await survey.changes.next(until: end())
            if case .cancelled = change { throw node.givenUp(at: .up) }
            // What came meanwhile may have moved the end.
            if case .deadline = change, let end = end(), .now >= end { break }
        }
        if let loss = survey.loss { throw loss }
        if case .exited(let reason) = survey.firstEnd { throw node.ended(reason) }
        guard survey.hasBegun else { throw node.timedOut(at: .up) }
        survey.giveUpSilent()
        return survey.roster
    }

    /// What the program `snapshot` is run with.
    nonisolated static func bindings(certificates: Bool) -> [ProgramBinding] {
        [ProgramBinding("Certificates", .bool(certificates)), ProgramBinding("Limit", .integer(1000))]
    }
}
