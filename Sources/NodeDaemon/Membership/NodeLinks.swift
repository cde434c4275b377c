import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace

/// The links of this node that are up, the attempts in both directions that may become links, and the names that it
/// gives to peers without one.
final class NodeLinks {
    typealias Attempt = ConnectionTable.Attempt

    /// Is told of each link that is up from now on. What came behind its handshake comes after this.
    var onUp: (NodeConnection, _ replacesLink: Bool) -> Void = { _, _ in }
    /// Is told of each link that is over, and why; nil: another one takes its place.
    var onDown: (NodeConnection, NodeFailure?) -> Void = { _, _ in }
    /// Is told of each link that is ended on purpose, before it is.
    var onDisconnect: (String) -> Void = { _ in }
    /// Is told that neither a link nor an attempt has this name any more.
    var onFree: (String) -> Void = { _ in }

    private let own: NodeName
    private var links: [String: NodeConnection] = [:]
    private var table: ConnectionTable
    private var attempts: [Attempt: (name: String?, cancel: (Attempt) -> Void)] = [:]
    private var lastAttempt: Attempt = 0
    private var dynamic = DynamicNames()

    init(own: NodeName) {
        self.own = own
        table = ConnectionTable(own: own)
    }

    /// The names of all peers, hidden ones too.
    var names: [String] { links.keys.sorted() }

    /// Those that a peer published: what `nodes()` lists.
    var visible: [String] { links.filter { $0.value.peer.isPublished }.keys.sorted() }

    /// The link to this peer, where one is up.
    subscript(name: String) -> NodeConnection? { links[name] }

    func isFree(_ name: String) -> Bool { table.isFree(name) }

    /// An attempt begins, in either direction.
    /// - Parameter cancel: ends it; nothing is to be reported of it any more.
    func begin(cancel: @escaping (Attempt) -> Void) -> Attempt {
        lastAttempt += 1
        attempts[lastAttempt] = (nil, cancel)
        return lastAttempt
    }

    /// The attempt dials `name`.
    /// - Returns: false where it must not, and is over.
    func dials(_ name: NodeName, as attempt: Attempt) -> Bool {
        guard table.dials(name.name, as: attempt) else {
            attempts[attempt] = nil
            return false
        }
        attempts[attempt]?.name = name.name
        return true
    }

    /// Without those that have no name of their own, such as shells and tools. By name.
    var members: [NodeConnection] {
        links.values.filter { !$0.hasGivenName }.sorted { $0.peer.name < $1.peer.name }
    }

    /// What `net_kernel` answers to a node that dials us (accept_pending).
    func decision(on peer: PeerFacts, as attempt: Attempt) -> AcceptorDecision {
        if peer.flags.contains(.nameMe) {
            guard let given = dynamic.next(host: peer.name) else { return .deny }
            guard table.dials(given.name.name, as: attempt) else {
                dynamic.release(given.name.name)
                return .deny
            }
            attempts[attempt]?.name = given.name.name
            return .assign(given.name, creation: given.creation)
        }
        let arrival = table.arrives(peer.name, as: attempt)
        switch arrival.decision {
        case .refuse, .drop, .deny: break
        default: attempts[attempt]?.name = peer.name
        }
        if let superseded = arrival.superseded { attempts.removeValue(forKey: superseded)?.cancel(superseded) }
        return arrival.decision
    }

    /// The attempt is a link now. What came behind the handshake is handled before this returns. Where its place was
    /// taken it is closed.
    /// - Parameter recorder: of the attempt, where it is traced.
    func cameUp(
        _ link: NodeConnection, as attempt: Attempt, leftover: [UInt8] = [], tracedBy recorder: NodeTraceRecorder?
    ) {
        attempts[attempt] = nil
        let name = link.peer.name
        guard table.cameUp(name, as: attempt) else {
            recorder?.gaveWay()
            return link.close()
        }
        let old = links.updateValue(link, forKey: name)
        if let old {
            // One that dialled us again, as it knows nothing of the link that we have. What it had running here is over.
            old.disconnect()
            onDown(old, nil)
        }
        link.observeLoss { [weak self, weak link] failure in
            guard let self, let link, links[name] === link else { return }
            remove(link, failure)
        }
        // Behind the end of the old one, and before anything of the new one.
        recorder?.rose()
        onUp(link, old != nil)
        link.proceed(with: leftover)
    }

    /// The attempt has ended without a link.
    func failed(_ attempt: Attempt) {
        guard let name = attempts.removeValue(forKey: attempt)?.name else { return }
        table.failed(name, as: attempt)
        dynamic.release(name)
        if table.isFree(name) { onFree(name) }
    }

    /// Ends the link to this peer, as `erlang:disconnect_node/1`.
    func disconnect(_ name: String) {
        guard let link = links[name] else { return }
        onDisconnect(name)
        // That it is over comes from its observer.
        link.disconnect()
    }

    func closeAll() {
        let begun = attempts
        attempts = [:]
        for (number, attempt) in begun { attempt.cancel(number) }
        let all = links.values
        links = [:]
        for link in all { link.close() }
    }

    private func remove(_ link: NodeConnection, _ failure: NodeFailure) {
        let name = link.peer.name
        links[name] = nil
        table.wentDown(name)
        dynamic.release(name)
        onDown(link, failure)
        if table.isFree(name) { onFree(name) }
    }
}

extension NodeConnection {
    /// Whether the peer has its name from us, as shells and tools that visit.
    var hasGivenName: Bool { peer.flags.contains(.nameMe) }
}
