import DistributionProtocol
import ErlangTerm
import ErlcluTestSupport

/// Nodes that have nothing but `GlobalServer`, and links between them on which messages stay in order. What happens next is
/// drawn: a link that is asked for comes up or fails, one of its ends learns of that, a message arrives, one of its
/// ends learns that it is over, a locker or a registrar wakes. A seed repeats a run.
struct GlobalCluster {
    private enum Delivery {
        case up
        /// It was over before this end had learned of it.
        case failed
        case down
        case toServer(Term)
        case toProcess(PID, Term)
    }

    private struct Link: Hashable {
        var from: Atom
        var to: Atom
    }

    /// One direction of a link.
    private struct Channel {
        var deliveries: [Delivery]
        /// The link is over, of which the receiving end has not learned yet.
        var isOver = false
    }

    private(set) var servers: [Atom: GlobalServer] = [:]
    private var channels: [Link: Channel] = [:]
    /// In the order in which they appeared, so that a seed repeats a run.
    private var order: [Link] = []
    /// Asked for, and not up yet.
    private var attempts: [Link] = []
    /// What processes have sent over links that are asked for.
    private var parked: [Link: [Delivery]] = [:]
    private var sleeping: [Atom] = []
    private var registrars: [PID: GlobalRegistrar] = [:]
    private var sleepingRegistrars: [PID] = []
    private var random: SeededGenerator
    private var lastCreation: UInt32
    private let preventsOverlap: Bool
    /// Nodes that speak version 5 of the protocol.
    private let old: Set<Atom>
    /// So many of a hundred attempts fail.
    var failingAttempts = 0
    /// What processes that are no server got.
    private(set) var answers: [PID: [Term]] = [:]
    private(set) var reports: [GlobalReport] = []
    /// What was done, and by whom; nil: it is not put down.
    var history: [Done]?
    /// Which messages do not arrive.
    var isLost: (_ message: Term, _ from: Atom, _ to: Atom) -> Bool = { _, _, _ in false }
    /// Nodes that never look, as those of OTP.
    var blind: Set<Atom> = []
    /// What a conflict of names is settled with; nil: the call fails.
    var settle: (_ arguments: [Term]) -> Term? = { $0[2] }

    struct Done: Hashable {
        let node: Atom
        let action: GlobalAction
    }

    /// Has a link to all, over which nothing comes.
    static let clients: Atom = "client@h"

    init(_ names: [String], old: [String] = [], seed: UInt64, preventsOverlap: Bool = true) throws {
        random = SeededGenerator(seed: seed)
        self.preventsOverlap = preventsOverlap
        self.old = Set(old.map { Atom($0) })
        lastCreation = 10
        for name in names { try start(Atom(name)) }
    }

    // MARK: nodes

    /// A node that runs already goes on as it is.
    mutating func start(_ node: Atom) throws {
        guard servers[node] == nil else { return }
        lastCreation += 1
        servers[node] = GlobalServer(
            name: try NodeName(node.name), creation: lastCreation, creationExtension: lastCreation,
            preventsOverlap: preventsOverlap && !old.contains(node))
    }

    mutating func kill(_ node: Atom) {
        guard servers.removeValue(forKey: node) != nil else { return }
        for link in order where link.to == node { remove(link) }
        for link in order where link.from == node { end(link) }
        attempts.removeAll { $0.from == node }
        parked = parked.filter { $0.key.from != node }
        sleeping.removeAll { $0 == node }
        registrars = registrars.filter { $0.key.node != node }
        sleepingRegistrars.removeAll { $0.node == node }
    }

    // MARK: links

    private func isUp(_ from: Atom, _ to: Atom) -> Bool { channels[Link(from: from, to: to)]?.isOver == false }

    /// Both ends learn of it later, one after the other.
    mutating func connect(_ one: Atom, _ other: Atom) {
        guard one != other, !isUp(one, other), servers[one] != nil, servers[other] != nil else { return }
        for link in [Link(from: one, to: other), Link(from: other, to: one)] {
            // An end that has not learned of the end of the link before learns of it now.
            if let last = channels[link]?.deliveries.last {
                channels[link]?.deliveries = [last]
                deliver(link)
            }
        }
        for link in [Link(from: one, to: other), Link(from: other, to: one)] {
            channels[link] = Channel(deliveries: [.up] + (parked.removeValue(forKey: link) ?? []))
            order.append(link)
        }
    }

    /// Both ends learn of it later, one after the other, and some of what was on the way is lost.
    mutating func cut(_ one: Atom, _ other: Atom) {
        end(Link(from: one, to: other))
        end(Link(from: other, to: one))
    }

    private mutating func end(_ link: Link) {
        guard var channel = channels[link], !channel.isOver else { return }
        channel.isOver = true
        let arriving = channel.deliveries.prefix(Int.random(in: 0...channel.deliveries.count, using: &random))
        if arriving.isEmpty, case .up? = channel.deliveries.first {
            channel.deliveries = [.failed]
        } else {
            channel.deliveries = arriving + [.down]
        }
        channels[link] = channel
    }

    private mutating func remove(_ link: Link) {
        channels[link] = nil
        order.removeAll { $0 == link }
    }

    private mutating func post(_ delivery: Delivery, _ link: Link) {
        if isUp(link.from, link.to) { channels[link]?.deliveries.append(delivery) }
    }

    // MARK: processes

    /// A process of `client`'s node calls the server of `node`.
    mutating func call(_ node: Atom, from client: PID, _ request: Term) {
        perform(node) {
            $0.received(.tuple(.atom("$gen_call"), .tuple(.pid(client), .atom("tag")), request))
        }
    }

    /// `global:register_name/2` on this node.
    mutating func register(_ name: Term, _ pid: PID, on node: Atom) {
        guard servers[node] != nil else { return }
        let own = PID(node: node, id: UInt32(registrars.count) + 100, serial: 0, creation: lastCreation)
        registrars[own] = GlobalRegistrar(pid: own, name: name, named: pid)
        sleepingRegistrars.append(own)
    }

    private mutating func perform(_ registrar: PID, _ event: (inout GlobalRegistrar) -> [GlobalRegistrar.Action]) {
        guard var state = registrars[registrar] else { return }
        let actions = event(&state)
        registrars[registrar] = state
        for action in actions {
            switch action {
            case .sleep: sleepingRegistrars.append(registrar)
            case .finished: registrars[registrar] = nil
            case .call(let node, let message):
                let link = Link(from: registrar.node, to: node)
                if node == registrar.node {
                    perform(node) { $0.received(message) }
                } else if isUp(link.from, link.to) {
                    post(.toServer(message), link)
                } else if channels[Link(from: node, to: registrar.node)] == nil {
                    parked[link, default: []].append(.toServer(message))
                    attempts.append(link)
                }
            }
        }
    }

    private mutating func tellRegistrars(on node: Atom, lost other: Atom) {
        for pid in registrars.keys.sorted(by: { $0.id < $1.id }) where pid.node == node {
            perform(pid) { $0.lost(other) }
        }
    }

    // MARK: what happens

    /// Goes on until nothing is left to do, and the servers that look around find nothing.
    /// - Returns: false where that does not come.
    mutating func run(steps: Int = 200_000) -> Bool {
        var looks = 0
        for _ in 0..<steps where !step() {
            guard looks < 4 else { return true }
            looks += 1
            for node in servers.keys.sorted(by: { $0.name < $1.name }) where !blind.contains(node) {
                perform(node) {
                    let actions = $0.look()
                    if !actions.isEmpty { looks = 0 }
                    return actions
                }
            }
        }
        return false
    }

    private enum Event {
        case attempt(Int)
        case message(Link)
        case wake(Int)
        case wakeRegistrar(Int)
    }

    /// - Returns: whether there was something to do.
    mutating func step() -> Bool {
        var events = attempts.indices.map(Event.attempt)
        for link in order where channels[link]?.deliveries.isEmpty == false { events.append(.message(link)) }
        events += sleeping.indices.map(Event.wake) + sleepingRegistrars.indices.map(Event.wakeRegistrar)
        switch events.randomElement(using: &random) {
        case nil: return false
        case .attempt(let index)?: attempt(attempts.remove(at: index))
        case .message(let link)?: deliver(link)
        case .wake(let index)?:
            let (node, number) = (sleeping.remove(at: index), UInt32.random(in: 0 ... .max, using: &random))
            perform(node) { $0.lockerWoke(random: number) }
        case .wakeRegistrar(let index)?:
            let pid = sleepingRegistrars.remove(at: index)
            if let server = servers[pid.node] { perform(pid) { $0.begin(known: server.knownNodes) } }
        }
        return true
    }

    private mutating func attempt(_ link: Link) {
        if isUp(link.from, link.to) {
            if case .up? = channels[Link(from: link.to, to: link.from)]?.deliveries.first { return }
            return perform(link.from) { $0.linkUp(link.to) }
        }
        // Where the other end dials, too, its attempt decides.
        let isMet = attempts.contains(Link(from: link.to, to: link.from)) || attempts.contains(link)
        let fails = Int.random(in: 0..<100, using: &random) < failingAttempts
        guard servers[link.to] == nil || fails, !isMet else { return connect(link.from, link.to) }
        // An end that still has the link before does not dial.
        guard channels[Link(from: link.to, to: link.from)] == nil else { return attempts.append(link) }
        failed(link.to, at: link.from)
    }

    private mutating func failed(_ other: Atom, at node: Atom) {
        parked[Link(from: node, to: other)] = nil
        perform(node) { $0.connectFailed(other) }
        tellRegistrars(on: node, lost: other)
    }

    private mutating func deliver(_ link: Link) {
        switch channels[link]?.deliveries.removeFirst() {
        case .up?: perform(link.to) { $0.nodeUp(link.from) }
        case .failed?:
            remove(link)
            failed(link.from, at: link.to)
        case .down?:
            remove(link)
            perform(link.to) { $0.nodeDown(link.from) }
            tellRegistrars(on: link.to, lost: link.from)
        case .toServer(let message)?:
            let message = asHeard(message, from: link.from, by: link.to)
            perform(link.to) { $0.received(message) }
        case .toProcess(let pid, let message)?: deliver(message, to: pid)
        case nil: break
        }
    }

    private mutating func deliver(_ message: Term, to pid: PID) {
        if registrars[pid] != nil {
            guard let known = servers[pid.node]?.knownNodes else { return }
            perform(pid) { $0.received(message, known: known) }
        } else {
            perform(pid.node) { pid == $0.lockerPID ? $0.lockerReceived(message) : [] }
        }
    }

    /// A node of version 5 says so, and takes all others to be like itself.
    private func asHeard(_ message: Term, from: Atom, by to: Atom) -> Term {
        guard old.contains(from) || old.contains(to), case .tuple(let cast) = message, cast.count == 2,
            case .tuple(var parts) = cast[1], parts.first == .atom("init_connect"), case .tuple(let version) = parts[1]
        else { return message }
        parts[1] = .tuple(.integer(5), version[1])
        return .tuple(cast[0], .tuple(parts))
    }

    private mutating func perform(_ node: Atom, _ event: (inout GlobalServer) -> [GlobalAction]) {
        guard var server = servers[node] else { return }
        let actions = event(&server)
        servers[node] = server
        for action in actions {
            history?.append(Done(node: node, action: action))
            switch action {
            case .send(let message, let other):
                if !isLost(message, node, other) { post(.toServer(message), Link(from: node, to: other)) }
            case .tell(let message, let pid):
                if servers[pid.node]?.lockerPID != pid { answers[pid, default: []].append(message) }
                if pid.node == node {
                    deliver(message, to: pid)
                } else {
                    post(.toProcess(pid, message), Link(from: node, to: pid.node))
                }
            case .monitor(let pid, let reference):
                if pid.node != Self.clients, pid.node != node, !isUp(node, pid.node) {
                    perform(node) { $0.gone(reference) }
                }
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
