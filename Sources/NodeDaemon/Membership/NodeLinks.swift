import DistributionProtocol
import ErlangNode

/// The links of this node that are up, and the names that it gives to peers without one.
final class NodeLinks {
    private let own: NodeName
    private var links: [String: NodeConnection] = [:]
    private var dynamic = DynamicNames()

    init(own: NodeName) { self.own = own }

    /// The names of all peers, hidden ones too.
    var names: [String] { links.keys.sorted() }

    /// Those that a peer published: what `nodes()` lists.
    var visible: [String] { links.filter { $0.value.peer.flags.contains(.published) }.keys.sorted() }

    /// Without those that have no name of their own, such as shells and tools. By name.
    var members: [NodeConnection] {
        links.values.filter { !$0.peer.flags.contains(.nameMe) }.sorted { $0.peer.name < $1.peer.name }
    }

    /// What `net_kernel` answers to a node that dials us (accept_pending).
    func decision(on peer: PeerFacts) -> AcceptorDecision {
        if peer.flags.contains(.nameMe) {
            return dynamic.next(host: peer.name).map { .assign($0.name, creation: $0.creation) } ?? .deny
        }
        if peer.name == own.name { return .refuse }
        return links[peer.name] == nil ? .accept : .askWhetherAlive
    }

    func add(_ link: NodeConnection, ended: @escaping (NodeConnection) -> Void) {
        links.updateValue(link, forKey: link.peer.name)?.close()
        link.observeLoss { [weak self, weak link] _ in
            guard let self, let link else { return }
            if links[link.peer.name] === link { links[link.peer.name] = nil }
            if link.peer.flags.contains(.nameMe) { dynamic.release(link.peer.name) }
            ended(link)
        }
    }

    /// A name that `decision` gave and that nobody came up with.
    func giveBack(_ name: NodeName) { dynamic.release(name.name) }

    func closeAll() {
        let all = links.values
        links = [:]
        for link in all { link.close() }
    }
}

/// The names for peers that have none (NAME_ME). A name that is free again is given again, so that a peer of ours that
/// lists us gets no new atoms.
struct DynamicNames {
    private var free: [String: [UInt32]] = [:]
    private var used: [String: (number: UInt32, host: String)] = [:]
    private var last: UInt32 = 0
    private var creation: UInt32 = 0

    /// How many may be in use at a time.
    static let limit = 10_000

    mutating func next(host: String) -> (name: NodeName, creation: UInt32)? {
        guard used.count < Self.limit else { return nil }
        let number =
            free[host]?.popLast()
            ?? {
                last += 1; return last
            }()
        let text = "erlclud-\(String(number, radix: 36))@\(host)"
        guard let name = try? NodeName(text) else { return nil }
        used[text] = (number, host)
        creation += 1
        return (name, creation + 3)
    }

    mutating func release(_ name: String) {
        guard let entry = used.removeValue(forKey: name) else { return }
        // Hosts are a peer's word: those of a million peers are not kept.
        if free.count >= 1000, free[entry.host] == nil { return }
        free[entry.host, default: []].append(entry.number)
    }
}
