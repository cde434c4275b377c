import DistributionProtocol
import ErlangTerm

/// A server and what it says to one peer.
struct GlobalSubject {
    var server: GlobalServer
    /// The tag of its attempt with each peer that was told last.
    private(set) var tags: [Atom: Term] = [:]

    init() throws { server = GlobalServer(name: try NodeName("m@h"), creation: 1, creationExtension: 0) }

    @discardableResult
    mutating func heard(_ actions: [GlobalAction]) -> [GlobalAction] {
        for case .send(let message, let node) in actions {
            if let parts = message.cast, parts[0] == .atom("init_connect"), case .tuple(let version) = parts[1] {
                tags[node] = version[1]
            }
        }
        return actions
    }

    mutating func cast(_ parts: Term...) -> [GlobalAction] {
        heard(server.received(.tuple(.atom("$gen_cast"), .tuple(parts))))
    }

    mutating func greeted(by node: Atom, _ tag: Int, version: Int = 8) -> [GlobalAction] {
        cast(
            .atom("init_connect"), .tuple(.integer(version), .integer(tag)), .atom(node),
            .tuple(.atom("locker"), .atom("no_longer_a_pid"), .map([]), .pid(locker(node))))
    }

    func locker(_ node: Atom) -> PID { PID(node: node, id: 9, serial: 0, creation: 1) }

    mutating func learned(_ nodes: Atom..., version: Int = 8) -> [GlobalAction] {
        cast(
            .atom("new_nodes"), .atom("x@h"), .list([]), .list([]),
            .list(nodes.map { .tuple(.atom($0), .integer(version)) }), .list([]))
    }

    /// It answers what the locker of the server has asked it for.
    mutating func granted(_ call: Term?) throws -> [GlobalAction] {
        guard case .tuple(let parts)? = call, case .tuple(let from) = parts[1] else { throw BadRecording() }
        return heard(server.lockerReceived(.tuple(from[1], .true)))
    }

    static func sent(_ actions: [GlobalAction], to node: Atom) -> [Term] {
        actions.compactMap { if case .send(let message, node) = $0 { message } else { nil } }
    }

    /// What is sent there and has this word in it.
    static func sent(_ word: String, in actions: [GlobalAction], to node: Atom) -> [Term] {
        sent(actions, to: node).filter { "\($0)".contains(word) }
    }

    static func cancel(_ tag: Int) -> Term {
        .tuple(.atom("cancel_connect"), .atom("m@h"), .integer(tag))
    }

    static let removal = Term.tuple(.atom("remove_connection"), .atom("m@h"))
}

extension Term {
    fileprivate var cast: [Term]? {
        guard case .tuple(let outer) = self, outer.count == 2, outer[0] == .atom("$gen_cast"),
            case .tuple(let parts) = outer[1]
        else { return nil }
        return parts
    }
}
