import ByteTransport
import DistributionProtocol
import ErlangNode
import ErlangTerm

/// `global_name_server` of a visible node: brings to `GlobalServer` what peers say to it, and does what that wants.
final class GlobalMember: PeerServices {
    /// Brings up a link, once, perhaps after others; false where that is not going to be tried.
    var connect: (NodeName) -> Bool = { _ in false }

    private var server: GlobalServer
    private let links: NodeLinks
    private let others: any PeerServices
    private let loop: EventLoop
    private let report: (GlobalReport) -> Void
    /// Those that `connect` is about to be called for.
    private var asked: Set<String> = []
    private var wake: TimerHandle?
    private var look: TimerHandle?

    private static let name = Atom("global_name_server")
    private static let lookInterval = Duration.seconds(60)
    /// All names of a cluster go to a node that joins: a hundred thousand are some ten megabytes.
    private static let untakenLimit = 32 << 20

    /// - Parameter others: take what is not for `global`.
    init(
        name: NodeName, creation: UInt32, preventsOverlap: Bool, links: NodeLinks, others: any PeerServices,
        on loop: EventLoop, report: @escaping (GlobalReport) -> Void
    ) {
        server = GlobalServer(
            name: name, creation: creation, creationExtension: .random(in: 0 ... .max),
            preventsOverlap: preventsOverlap)
        self.links = links
        self.others = others
        self.loop = loop
        self.report = report
        lookLater()
    }

    private func lookLater() {
        look = loop.schedule(at: .now + Self.lookInterval) { [weak self] in
            guard let self else { return }
            lookLater()
            perform(server.look())
        }
    }

    func replies(to message: DistributionMessage, on link: NodeConnection, isOurs: (PID) -> Bool) -> [[UInt8]] {
        switch message.control {
        case .regSend(_, to: Self.name, _):
            if let payload = message.payload { perform(server.received(payload.term)) }
        case .send(to: server.lockerPID, _), .sendSender(_, to: server.lockerPID, _):
            if let payload = message.payload { perform(server.lockerReceived(payload.term)) }
        case .monitorPExit(_, to: server.serverPID, let reference, _),
            .payloadMonitorPExit(_, to: server.serverPID, let reference):
            perform(server.gone(reference))
        // It goes down when the link does.
        case .monitorP(_, .name(Self.name), _): break
        default:
            let own = [server.serverPID, server.lockerPID]
            return others.replies(to: message, on: link) { isOurs($0) || own.contains($0) }
        }
        return []
    }

    /// A link is up, before anything has come over it.
    func cameUp(_ link: NodeConnection) {
        let node = Atom(link.peer.name)
        perform(link.peer.isPublished ? server.nodeUp(node) : server.linkUp(node))
    }

    func wentDown(_ link: NodeConnection) {
        perform(server.nodeDown(Atom(link.peer.name)))
    }

    /// Neither a link nor an attempt has this name any more.
    func becameFree(_ name: String) {
        if !asked.contains(name) { perform(server.connectFailed(Atom(name))) }
    }

    func stop() {
        wake?.cancel()
        look?.cancel()
    }

    private func perform(_ actions: [GlobalAction]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: GlobalAction) {
        switch action {
        case .send(let message, let node):
            let control = ControlMessage.regSend(from: server.serverPID, to: Self.name)
            send(DistributionMessage.frame(control, payload: message), to: node)
        case .tell(let message, let pid):
            send(DistributionMessage.frame(.send(to: pid), payload: message), to: pid.node)
        case .monitor(let pid, let reference):
            guard links[pid.node.name] != nil else {
                // Not inside of what asks for it.
                loop.enqueue { [weak self] in
                    guard let self else { return }
                    perform(server.gone(reference))
                }
                return
            }
            let control = ControlMessage.monitorP(from: server.serverPID, to: .pid(pid), reference: reference)
            send(DistributionMessage.frame(control), to: pid.node)
        case .demonitor(let pid, let reference):
            let control = ControlMessage.demonitorP(from: server.serverPID, to: .pid(pid), reference: reference)
            send(DistributionMessage.frame(control), to: pid.node)
        // Not inside what a link is busy with.
        case .connect(let node):
            asked.insert(node.name)
            loop.enqueue { [weak self] in self?.bringUp(node) }
        case .disconnect(let node): loop.enqueue { [links] in links.disconnect(node.name) }
        case .resolve(let number, let node, let arguments): resolve(number, on: node, arguments)
        case .wakeLocker(let milliseconds):
            wake?.cancel()
            wake = loop.schedule(at: .now + .milliseconds(milliseconds)) { [weak self] in
                guard let self else { return }
                perform(server.lockerWoke(random: .random(in: 0 ... .max)))
            }
        case .report(let finding): report(finding)
        }
    }

    private func send(_ frame: [UInt8], to node: Atom) {
        links[node.name]?.post(frame, limit: Self.untakenLimit)
    }

    private func bringUp(_ node: Atom) {
        asked.remove(node.name)
        guard links[node.name] == nil else { return perform(server.linkUp(node)) }
        guard let name = try? NodeName(node.name) else { return becameFree(node.name) }
        if !connect(name) { becameFree(node.name) }
    }

    private func resolve(_ number: Int, on node: Atom, _ arguments: [Term]) {
        guard let link = links[node.name] else { return perform(server.resolved(number, nil)) }
        link.call("global", "resolve_it", arguments) { [weak self] result in
            guard let self else { return }
            var value: Term?
            if case .success(.returned(let view)) = result { value = view.term }
            perform(server.resolved(number, value))
        }
    }
}
