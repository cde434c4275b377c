import ByteTransport
import Diagnosis
import ErlangNode
import ErlangTerm

/// Asks for the members' views until nobody is heard of that was not asked: all that the entry is connected to at
/// once, and further ones through those as soon as they are known.
@LoopActor
final class MemberSurvey {
    private let session: any NodeSession
    private let deadline: Instant?
    private(set) var roster: MemberRoster
    private var open: Set<RequestID> = []
    /// How the first question ended, which all others come from; nil while it is open.
    private(set) var firstEnd: ProgramEnd?
    /// The session's, which ends everything.
    private(set) var loss: NodeFailure?

    /// Fulfilled when nothing is open any more.
    let over = Promise<Void>()

    init(_ session: any NodeSession, until deadline: Instant?) {
        self.session = session
        self.deadline = deadline
        roster = MemberRoster(entry: MemberRoster.Entry(session))
    }

    /// Asks the entry, and whoever it is connected to.
    func begin() throws(NodeFailure) {
        try ask(relay(nil, [])) { [weak self] in self?.firstEnd = $0 }
    }

    /// Gives up what is still open.
    func cancel() {
        for request in open { session.cancel(request) }
        open = []
    }

    private func relay(_ nodes: [String]?, _ route: [String]) -> MemberRelay {
        MemberRelay(
            program: .snapshot, bindings: [ProgramBinding("Limit", .integer(1000))], nodes: nodes,
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
                for node in relay.nodes ?? [] { roster.take(.ended(node: node, relay.unheard(node))) }
                onEnd(end)
                if loss != nil || firstEnd != nil && open.isEmpty { over.fulfil(()) }
            }
        }
        request = id
        if !hasEnded { open.insert(id) }
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
        roster.take(event)
        for question in roster.takeQuestions() {
            // The program was sent before: it is not damaged.
            try? ask(relay(question.nodes, question.route))
        }
    }
}
