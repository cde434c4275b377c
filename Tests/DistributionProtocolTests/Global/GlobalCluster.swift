import DistributionProtocol
import ErlangTerm
import ErlcluTestSupport

/// Nodes that have nothing but `GlobalServer`, and links between them on which messages stay in order. What happens next is
/// drawn: a link that is asked for comes up, one of its ends learns of that, a message arrives, a locker wakes.
struct GlobalCluster {
    private enum Delivery {
        case toServer(Term)
        case toProcess(PID, Term)
    }

    private struct Link: Hashable {
        var from: Atom
        var to: Atom
    }

    private(set) var servers: [Atom: GlobalServer] = [:]
    private var queues: [Link: [Delivery]] = [:]
    /// In the order in which they appeared, so that a seed repeats a run.
    private var order: [Link] = []
    /// Links that are up, and whose receiving end has not learned of it yet.
    private var unnoticed: Set<Link> = []
    /// Asked for, and not up yet.
    private var attempts: [Link] = []
    private var sleeping: [Atom] = []
    private var random: SeededGenerator
    /// What processes that are no server got.
    private(set) var answers: [PID: [Term]] = [:]
    private(set) var reports: [GlobalReport] = []
    /// What a conflict of names is settled with; nil: the call fails.
    var settle: (_ arguments: [Term]) -> Term? = { $0[2] }

    /// Has a link to all, over which nothing comes.
    static let clients: Atom = "client@h"

    init(_ names: [String], seed: UInt64, preventsOverlap: Bool = true) throws {
        random = SeededGenerator(seed: seed)
        for (number, name) in names.enumerated() {
            servers[Atom(name)] = GlobalServer(
                name: try NodeName(name), creation: UInt32(10 + number), creationExtension: UInt32(number),
                preventsOverlap: preventsOverlap)
        }
    }

    private func isUp(_ from: Atom, _ to: Atom) -> Bool { queues[Link(from: from, to: to)] != nil }

    /// Both ends learn of it later, one after the other.
    mutating func connect(_ one: Atom, _ other: Atom) {
        guard one != other, !isUp(one, other), servers[one] != nil, servers[other] != nil else { return }
        for link in [Link(from: one, to: other), Link(from: other, to: one)] {
            queues[link] = []
            order.append(link)
            unnoticed.insert(link)
        }
    }

    mutating func cut(_ one: Atom, _ other: Atom) {
        guard isUp(one, other) else { return }
        for link in [Link(from: one, to: other), Link(from: other, to: one)] {
            queues[link] = nil
            order.removeAll { $0 == link }
        }
        for link in [Link(from: other, to: one), Link(from: one, to: other)] {
            if unnoticed.remove(link) == nil {
                perform(link.to) { $0.nodeDown(link.from) }
            } else {
                perform(link.to) { $0.connectFailed(link.from) }
            }
        }
    }

    mutating func kill(_ node: Atom) {
        servers[node] = nil
        for other in servers.keys.sorted(by: { $0.name < $1.name }) { cut(other, node) }
    }

    /// A process of `client`'s node calls the server of `node`.
    mutating func call(_ node: Atom, from client: PID, _ request: Term) {
        perform(node) {
            $0.received(.tuple(.atom("$gen_call"), .tuple(.pid(client), .atom("tag")), request))
        }
    }

    /// Goes on until nothing is left to do.
    /// - Returns: false where that does not come.
    mutating func run(steps: Int = 200_000) -> Bool {
        for _ in 0..<steps { if !step() { return true } }
        return false
    }

    private enum Event {
        case attempt(Int)
        case message(Link)
        case wake(Int)
    }

    /// - Returns: whether there was something to do.
    mutating func step() -> Bool {
        let events =
            attempts.indices.map(Event.attempt)
            + order.filter { unnoticed.contains($0) || queues[$0]?.isEmpty == false }.map(Event.message)
            + sleeping.indices.map(Event.wake)
        switch events.randomElement(using: &random) {
        case nil: return false
        case .attempt(let index)?:
            let link = attempts.remove(at: index)
            if servers[link.to] == nil {
                perform(link.from) { $0.connectFailed(link.to) }
            } else {
                connect(link.from, link.to)
            }
        case .message(let link)?: deliver(link)
        case .wake(let index)?:
            let (node, number) = (sleeping.remove(at: index), UInt32.random(in: 0 ... .max, using: &random))
            perform(node) { $0.lockerWoke(random: number) }
        }
        return true
    }

    private mutating func deliver(_ link: Link) {
        guard unnoticed.remove(link) == nil else { return perform(link.to) { $0.nodeUp(link.from) } }
        switch queues[link]?.removeFirst() {
        case .toServer(let message)?: perform(link.to) { $0.received(message) }
        case .toProcess(let pid, let message)?:
            perform(link.to) { pid == $0.lockerPID ? $0.lockerReceived(message) : [] }
        case nil: break
        }
    }

    private mutating func perform(_ node: Atom, _ event: (inout GlobalServer) -> [GlobalAction]) {
        guard var server = servers[node] else { return }
        let actions = event(&server)
        servers[node] = server
        for action in actions {
            switch action {
            case .send(let message, let other): queues[Link(from: node, to: other)]?.append(.toServer(message))
            case .tell(let message, let pid):
                if servers[pid.node]?.lockerPID != pid { answers[pid, default: []].append(message) }
                queues[Link(from: node, to: pid.node)]?.append(.toProcess(pid, message))
            case .monitor(let pid, let reference):
                if pid.node != Self.clients, !isUp(node, pid.node) { perform(node) { $0.gone(reference) } }
            case .demonitor: break
            case .connect(let other):
                if other != Self.clients { attempts.append(Link(from: node, to: other)) }
            case .disconnect(let other): cut(node, other)
            case .resolve(let number, _, let arguments):
                let value = settle(arguments)
                perform(node) { $0.resolved(number, value) }
            case .wakeLocker:
                if !sleeping.contains(node) { sleeping.append(node) }
            case .report(let report): reports.append(report)
            }
        }
    }
}
