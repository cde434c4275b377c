import DistributionProtocol
import ErlangTerm
import Foundation

/// What `global_name_server` of a real node and its locker got and sent (`Recordings/record.escript`).
struct GlobalRecording {
    enum Event {
        case up(Atom)
        case down(Atom)
        case server(Term)
        case locker(Term)
        /// To `global_name_server` of a node.
        case sent(Atom, Term)
        /// To a process.
        case told(Atom, Term)
    }

    static let releases = [23, 25, 27, 29]

    let node: Atom
    let locker: PID
    let events: [Event]

    init(release: Int) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Recordings")
        let text = try String(contentsOf: folder.appendingPathComponent("otp\(release).global"), encoding: .utf8)
        let terms = try text.split(separator: "\n").map { line in
            let digits = Array(line.utf8)
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).map {
                UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16) ?? 0
            }
            return try DecodedTerm(packet: bytes).root.term
        }
        guard case .tuple(let head)? = terms.first, head.count == 4, case .atom(let node) = head[2],
            case .pid(let locker) = head[3]
        else { throw BadRecording() }
        self.node = node
        self.locker = locker
        events = try terms.dropFirst().map(Self.event)
    }

    private static func event(_ term: Term) throws -> Event {
        guard case .tuple(let parts) = term, case .atom(let kind) = parts[0] else { throw BadRecording() }
        switch (kind.name, parts[1], parts.last) {
        case ("up", .atom(let node), _): return .up(node)
        case ("down", .atom(let node), _): return .down(node)
        case ("server", let message, _): return .server(message)
        case ("locker", let message, _): return .locker(message)
        case ("sent", .atom(let node), let message?): return .sent(node, message)
        case ("told", .atom(let node), let message?): return .told(node, message)
        default: throw BadRecording()
        }
    }
}

struct BadRecording: Error {}

/// `GlobalServer` in the place of the node that was recorded.
struct GlobalReplay {
    /// What was sent to a node, in order, without what differs from run to run.
    struct Sent: Hashable {
        var toServers: [Atom: [Term]] = [:]
        var toProcesses: [Atom: [Term]] = [:]
    }

    private(set) var server: GlobalServer
    private let recording: GlobalRecording
    /// By the peer, in their order: tags of attempts, and references of calls of the locker.
    private var recordedTags: [Atom: [Term]] = [:]
    private var recordedCalls: [Atom: [Term]] = [:]
    private var tags: [Atom: [Term]] = [:]
    private var calls: [Atom: [Term]] = [:]
    private let comeUp: Set<Atom>
    private(set) var recorded = Sent()
    private(set) var sent = Sent()

    init(_ recording: GlobalRecording) throws {
        self.recording = recording
        comeUp = Set(recording.events.compactMap { if case .up(let node) = $0 { node } else { nil } })
        server = GlobalServer(
            name: try NodeName(recording.node.name), creation: recording.locker.creation, creationExtension: 0)
        for case .sent(let node, let message) in recording.events {
            let message = ours(message)
            if let tag = Self.tag(message) { recordedTags[node, default: []].append(tag) }
            if let call = call(message) { recordedCalls[node, default: []].append(call) }
        }
    }

    /// - Parameter harm: is asked what comes before each message.
    mutating func run(harm: (Term) -> [Term] = { _ in [] }) {
        for event in recording.events {
            switch event {
            case .up(let node): perform(server.nodeUp(node))
            case .down(let node): perform(server.nodeDown(node))
            case .server(let message):
                let message = withOurTag(ours(message))
                for other in harm(message) { perform(server.received(other)) }
                perform(server.received(message))
            case .locker(let message):
                let message = withOurCall(ours(message))
                for other in harm(message) { perform(server.lockerReceived(other)) }
                perform(server.lockerReceived(message))
            case .sent(let node, let message):
                recorded.toServers[node, default: []].append(neutral(ours(message), node, tags: recordedTags))
                let isOfLocker = call(ours(message)) != nil || Self.parts(message)?.first == .atom("lock_set")
                // It was its locker's turn.
                if isOfLocker, sent.toServers[node, default: []].count < recorded.toServers[node, default: []].count {
                    perform(server.lockerWoke(random: 0))
                }
            case .told(let node, let message):
                recorded.toProcesses[node, default: []].append(neutral(ours(message), node, tags: recordedTags))
            }
        }
    }

    /// All links are over.
    mutating func end(_ nodes: some Sequence<Atom>) {
        for node in nodes { perform(server.nodeDown(node)) }
    }

    private mutating func perform(_ actions: [GlobalAction]) {
        for action in actions {
            switch action {
            case .send(let message, let node):
                if let tag = Self.tag(message) { tags[node, default: []].append(tag) }
                if let call = call(message) { calls[node, default: []].append(call) }
                sent.toServers[node, default: []].append(neutral(message, node, tags: tags))
            case .tell(let message, let pid):
                sent.toProcesses[pid.node, default: []].append(neutral(message, pid.node, tags: tags))
            case .resolve(let number, _, let arguments):
                // As `global:random_exit_name/3`.
                guard case .pid(let one) = arguments[2], case .pid(let other) = arguments[3] else { continue }
                perform(server.resolved(number, .pid(one.node.name < other.node.name ? one : other)))
            case .connect(let node) where !comeUp.contains(node): perform(server.connectFailed(node))
            default: break
            }
        }
    }

    // MARK: what differs from run to run

    /// With our locker in the place of the one that was recorded; two lockers are in their order.
    private func ours(_ term: Term) -> Term {
        switch term {
        case .pid(recording.locker): return .pid(server.lockerPID)
        case .tuple(let elements): return .tuple(elements.map(ours))
        case .list(let elements):
            let elements = elements.map(ours)
            guard elements.count == 2, elements.contains(.pid(server.lockerPID)) else { return .list(elements) }
            // Ours has the lowest number.
            return .list(elements.first == .pid(server.lockerPID) ? elements : elements.reversed())
        default: return term
        }
    }

    private static func parts(_ message: Term) -> [Term]? {
        guard case .tuple(let parts) = message else { return nil }
        guard parts.count == 2, parts[0] == .atom("$gen_cast"), case .tuple(let inner) = parts[1] else { return parts }
        return inner
    }

    /// The tag of an attempt that begins with this message.
    private static func tag(_ message: Term) -> Term? {
        guard let parts = parts(message), parts.count == 4, parts[0] == .atom("init_connect"),
            case .tuple(let version) = parts[1]
        else { return nil }
        return version[1]
    }

    /// The reference of a call of our locker.
    private func call(_ message: Term) -> Term? {
        guard case .tuple(let parts) = message, parts.count == 3, parts[0] == .atom("$gen_call"),
            case .tuple(let from) = parts[1], from[0] == .pid(server.lockerPID)
        else { return nil }
        return from[1]
    }

    /// Where a message that came has our tag, and whose attempt that is.
    private static func placeOfOurTag(_ parts: [Term]) -> (place: Int, node: Atom)? {
        guard case .atom(let kind)? = parts.first, parts.count > 1 else { return nil }
        let node: Atom
        switch parts[1] {
        case .atom(let atom): node = atom
        case .pid(let pid): node = pid.node
        default: return nil
        }
        switch (kind.name, parts.count) {
        case ("lock_set", 5), ("exchange", 5): return (4, node)
        case ("resolved", 7): return (6, node)
        case ("init_connect_ack", 4), ("cancel_connect", 3): return (2, node)
        default: return nil
        }
    }

    private func withOurTag(_ message: Term) -> Term {
        guard var parts = Self.parts(message), let (place, node) = Self.placeOfOurTag(parts),
            let number = recordedTags[node]?.firstIndex(of: parts[place]), let own = tags[node], number < own.count
        else { return message }
        parts[place] = own[number]
        if case .tuple(let outer) = message, outer.first == .atom("$gen_cast") {
            return .tuple([outer[0], .tuple(parts)])
        }
        return .tuple(parts)
    }

    private func withOurCall(_ message: Term) -> Term {
        guard case .tuple(let parts) = message, parts.count == 2 else { return message }
        for (node, recorded) in recordedCalls {
            // One tag may be that of calls to several nodes, and says then of which this one is.
            guard let number = recorded.firstIndex(of: parts[0]), let own = calls[node], number < own.count
            else { continue }
            return .tuple([own[number], parts[1]])
        }
        return message
    }

    /// A message that was sent, without what differs from run to run.
    private func neutral(_ message: Term, _ node: Atom, tags: [Atom: [Term]]) -> Term {
        guard var parts = Self.parts(message) else { return message }
        switch (parts.first, parts.count) {
        case (.atom("init_connect"), 4):
            parts[1] = .integer(tags[node]?.count ?? 0)
            if case .tuple(var locker) = parts[3], case .map(let pairs) = locker[2] {
                // `global` has its own keys among them, which nobody reads.
                locker[2] = .map(pairs.filter { if case .atom = $0.key { true } else { false } })
                parts[3] = .tuple(locker)
            }
        case (.atom("init_connect_ack"), 4): parts[3] = .integer(tags[node]?.count ?? 0)
        case (.atom("lost_connection"), 5) where parts[1] == .atom(recording.node):
            parts[2...3] = [.integer(0), .integer(0)]
        case (.atom("$gen_call"), 3): parts[1] = .atom("from")
        default: break
        }
        return Self.sorted(.tuple(parts))
    }

    private static func sorted(_ term: Term) -> Term {
        func inOrder(_ terms: [Term]) -> [Term] {
            terms.sorted { $0.encoded.lexicographicallyPrecedes($1.encoded) }
        }
        switch term {
        case .tuple(let elements): return .tuple(elements.map(sorted))
        case .list(let elements): return .list(inOrder(elements.map(sorted)))
        case .map(let pairs):
            return .map(
                pairs.sorted { $0.key.encoded.lexicographicallyPrecedes($1.key.encoded) })
        default: return term
        }
    }
}
