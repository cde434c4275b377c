import ByteTransport
import DistributionProtocol
import ErlangNode
import ErlangTerm
import Glibc

/// What a large cluster is to one of its nodes: visible nodes that all have a link to it. Those among themselves have no
/// sockets.
struct LinksBenchmark {
    private let loop = EventLoop()
    private let target: PeerSettings
    private let members: [LinkedMember]
    private let mesh = Mesh()

    /// - Parameters:
    ///   - end: the node and its port, as `NODE:PORT`.
    ///   - tls: the files of the authority, of our certificate and of its key; none for plain TCP.
    init(_ end: String, links: Int, cookieFile: String, tls: ArraySlice<String>) throws {
        let loop = loop
        target = try PeerSettings(end: end, cookieFile: cookieFile, tls: tls)
        let mesh = mesh
        members = try (1...links).map { LinkedMember(try NodeName("member\($0)@127.0.0.1"), on: loop, in: mesh) }
        for member in members { mesh.members[Atom(member.name.name)] = member }
    }

    /// All dial at once.
    /// - Returns: seconds from the first dial until each of them knows all the others.
    func join() throws -> Double {
        let start = nanoseconds()
        for member in members { member.dial(target) }
        while !members.allSatisfy({ $0.knownCount == members.count }) {
            try check()
            _ = loop.run(until: .now + .milliseconds(20)) { false }
        }
        return Double(nanoseconds() - start) / 1e9
    }

    /// Keeps the links.
    /// - Throws: when one is lost.
    func rest(seconds: Int) throws {
        _ = loop.run(until: .now + .seconds(seconds)) { false }
        try check()
    }

    private func check() throws {
        guard let trouble = members.lazy.compactMap(\.trouble).first else { return }
        complain("\(trouble)\n")
        throw BenchmarkFailure.noAnswer
    }
}

/// The nodes that have links without sockets. It lives as long as the benchmark.
private final class Mesh {
    var members: [Atom: LinkedMember] = [:]
    var links: Set<Set<Atom>> = []
}

/// A visible node with one real link. Nobody can dial it.
private final class LinkedMember: PeerServices {
    private static let globalName: Atom = "global_name_server"
    private static let creation: UInt32 = 4

    let name: NodeName
    private let loop: EventLoop
    private let mesh: Mesh
    private var server: GlobalServer
    private var link: NodeConnection?
    private var loss: LossObservation?
    private var wake: TimerHandle?
    /// Why it is not what it should be.
    private(set) var trouble: String?

    init(_ name: NodeName, on loop: EventLoop, in mesh: Mesh) {
        self.name = name
        self.loop = loop
        self.mesh = mesh
        server = GlobalServer(name: name, creation: Self.creation, creationExtension: 0)
    }

    /// Nodes with which it shares the names of `global`.
    var knownCount: Int { server.knownNodes.count }

    func dial(_ target: PeerSettings) {
        var target = target
        target.identity = .fixed(name, creation: Self.creation)
        target.flags = .visibleNode
        target.services = self
        NodeConnector(target: target, on: loop).start { [self] outcome in
            switch outcome {
            case .connected(let link):
                self.link = link
                loss = link.observeLoss { [self] in trouble = "\($0)" }
                perform(server.nodeUp(Atom(link.peer.name)))
            case .failed(let failure): trouble = "\(failure)"
            }
        }
    }

    func replies(to message: DistributionMessage, on link: NodeConnection, isOurs: (PID) -> Bool) -> [[UInt8]] {
        switch message.control {
        case .regSend(_, to: Self.globalName, _):
            if let payload = message.payload { perform(server.received(payload.term)) }
        case .send(to: server.lockerPID, _), .sendSender(_, to: server.lockerPID, _):
            if let payload = message.payload { perform(server.lockerReceived(payload.term)) }
        default:
            let own = [server.serverPID, server.lockerPID]
            return NoServices().replies(to: message, on: link) { isOurs($0) || own.contains($0) }
        }
        return []
    }

    private func perform(_ actions: [GlobalAction]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: GlobalAction) {
        switch action {
        case .send(let message, let node):
            if let member = mesh.members[node] {
                loop.enqueue { member.perform(member.server.received(message)) }
            } else {
                send(.regSend(from: server.serverPID, to: Self.globalName), message)
            }
        case .tell(let message, let pid):
            if let member = mesh.members[pid.node] {
                loop.enqueue { member.perform(member.server.lockerReceived(message)) }
            } else {
                send(.send(to: pid), message)
            }
        case .monitor(let pid, let reference):
            watch(pid, .monitorP(from: server.serverPID, to: .pid(pid), reference: reference))
        case .demonitor(let pid, let reference):
            watch(pid, .demonitorP(from: server.serverPID, to: .pid(pid), reference: reference))
        case .wakeLocker(let milliseconds):
            wake?.cancel()
            wake = loop.schedule(at: .now + .milliseconds(milliseconds)) { [self] in
                perform(server.lockerWoke(random: .random(in: 0 ... .max)))
            }
        case .connect(let node): loop.enqueue { [self] in connect(node) }
        case .disconnect, .resolve, .report: trouble = "\(action)"
        }
    }

    /// Nobody in the mesh ends.
    private func watch(_ pid: PID, _ control: ControlMessage) {
        if mesh.members[pid.node] == nil { send(control) }
    }

    private func connect(_ node: Atom) {
        let own = Atom(name.name)
        guard let other = mesh.members[node], mesh.links.insert([own, node]).inserted else { return }
        perform(server.nodeUp(node))
        other.perform(other.server.nodeUp(own))
    }

    private func send(_ control: ControlMessage, _ payload: Term? = nil) {
        link?.send(DistributionMessage.frame(control, payload: payload))
    }
}

extension PeerSettings {
    /// - Parameters:
    ///   - end: a node and its port, as `NODE:PORT`.
    ///   - tls: the files of the authority, of our certificate and of its key; none for plain TCP.
    init(end: String, cookieFile: String, tls: ArraySlice<String>) throws {
        let parts = end.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else { throw BenchmarkFailure.noAnswer }
        let cookie = String(decoding: try contents(of: cookieFile), as: UTF8.self)
        let name = try NodeName(String(parts[0]))
        self.init(name: name, portLookup: .known(port), cookie: Secret(cookie), cookieOrigin: "from a file")
        security = try CallSecurity(tls, host: name.host)
    }
}
