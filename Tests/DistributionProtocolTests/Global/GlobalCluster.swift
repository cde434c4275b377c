import DistributionProtocol
import ErlangTerm
import ErlcluTestSupport

/// Nodes that have nothing but `GlobalServer`, and links between them on which messages stay in order. Which link brings
/// its next message is drawn.
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

    mutating func connect(_ one: Atom, _ other: Atom) {
        guard one != other, !isUp(one, other), servers[one] != nil, servers[other] != nil else { return }
        for link in [Link(from: one, to: other), Link(from: other, to: one)] {
            queues[link] = []
            order.append(link)
        }
        perform(one) { $0.nodeUp(other) }
        perform(other) { $0.nodeUp(one) }
    }

    mutating func cut(_ one: Atom, _ other: Atom) {
        guard isUp(one, other) else { return }
        for link in [Link(from: one, to: other), Link(from: other, to: one)] {
            queues[link] = nil
            order.removeAll { $0 == link }
        }
        perform(one) { $0.nodeDown(other) }
        perform(other) { $0.nodeDown(one) }
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

    /// - Returns: whether there was something to do.
    mutating func step() -> Bool {
        let waiting = order.filter { queues[$0]?.isEmpty == false }
        guard let link = waiting.randomElement(using: &random) else {
            guard let index = sleeping.indices.randomElement(using: &random) else { return false }
            let (node, number) = (sleeping.remove(at: index), UInt32.random(in: 0 ... .max, using: &random))
            perform(node) { $0.lockerWoke(random: number) }
            return true
        }
        guard let delivery = queues[link]?.removeFirst() else { return true }
        switch delivery {
        case .toServer(let message): perform(link.to) { $0.received(message) }
        case .toProcess(let pid, let message):
            perform(link.to) { pid == $0.lockerPID ? $0.lockerReceived(message) : [] }
        }
        return true
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
                if servers[other] == nil, other != Self.clients {
                    perform(node) { $0.connectFailed(other) }
                } else {
                    connect(node, other)
                }
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
