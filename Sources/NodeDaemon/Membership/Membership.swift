import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace

/// This node among its peers: who comes in, who is dialled, and what is reported of it.
final class Membership {
    let links: NodeLinks
    /// Is told of each peer that dialled us and did not come in.
    var onRefused: (NodeFailure) -> Void = { _ in }
    /// Is told of each peer that made room for a newer one before it was in.
    var onDisplaced: () -> Void = {}

    private let settings: DaemonSettings
    private let identity: AcceptorSettings
    private let services: any PeerServices
    private let tracer: HandshakeTracer
    private let loop: EventLoop
    private let report: (LogEntry) -> Void
    private let keeper: LinkKeeper
    /// nil for a hidden node.
    private let global: GlobalMember?
    /// Peers that are on their way in; the numbers of attempts rise.
    private var arriving: [NodeLinks.Attempt: (acceptor: NodeAcceptor, recorder: NodeTraceRecorder?)] = [:]
    /// Whether peers have to make room, and the log says so already.
    private var isCrowded = false

    /// So many peers may be on their way in. The one that has been so for the longest makes room for the next: who stalls,
    /// and is renewed whenever its time is over, keeps nobody out.
    private static let arrivalsLimit = DescriptorLimit.share(of: 500)
    /// `net_setuptime` of a node that is not told otherwise.
    private static let setupTime = Duration.seconds(7)

    init(
        _ settings: DaemonSettings, creation: UInt32, links: NodeLinks, services: any PeerServices,
        tracer: HandshakeTracer, on loop: EventLoop, report: @escaping (LogEntry) -> Void
    ) {
        self.settings = settings
        self.links = links
        let global =
            settings.isVisible
            ? GlobalMember(
                name: settings.name, creation: creation, preventsOverlap: settings.preventsOverlap, links: links,
                others: services, on: loop
            ) {
                report(.global($0))
            } : nil
        let services: any PeerServices = global ?? services
        self.global = global
        self.services = services
        self.tracer = tracer
        self.loop = loop
        self.report = report
        let flags: DistributionFlags = settings.isVisible ? .visibleNode : .hiddenInitiator
        var identity = AcceptorSettings(
            name: settings.name, creation: creation, flags: flags, cookie: settings.cookie)
        identity.setupTime = Self.setupTime
        identity.tickTime = settings.tickTime
        identity.limits = .daemon
        self.identity = identity
        keeper = LinkKeeper(links, tracer: tracer, on: loop) { name, recorder in
            var peer = settings.peer(name, tracedBy: recorder)
            peer.setupTime = Self.setupTime
            peer.identity = .fixed(settings.name, creation: creation)
            peer.flags = flags
            peer.services = services
            return peer
        } report: {
            report(.notLinked($0))
        }
        links.onUp = { [weak self] in self?.cameUp($0, replacesLink: $1) }
        links.onDown = { [weak self] in self?.wentDown($0, $1) }
        links.onDisconnect = { tracer.cuts($0) }
        links.onFree = { [weak self] in self?.becameFree($0) }
        global?.connect = { [weak self] in self?.keeper.connect($0) ?? false }
    }

    /// The peers that are to have a link at all times.
    func keep(_ peers: [NodeName]) { keeper.keep(peers) }

    func stop() {
        keeper.stop()
        global?.stop()
        links.closeAll()
    }

    /// A peer dials us.
    func accept(_ stream: TCPStream) {
        if arriving.count >= Self.arrivalsLimit { displaceOldest() }
        var identity = identity
        // The certificate may be a new one.
        let recorder = tracer.accepts(
            from: stream.peerAddress.map { Endpoint(host: $0.host, port: $0.port) },
            at: stream.localAddress.map { Endpoint(host: $0.host, port: $0.port) })
        identity.security = settings.security?.accepting(tracedBy: recorder)
        let attempt = links.begin { [weak self] in
            self?.arriving.removeValue(forKey: $0)?.acceptor.cancel()
            recorder?.gaveWay()
        }
        let acceptor = NodeAcceptor(
            stream, settings: identity, services: services, on: loop, observer: recorder
        ) { [links] peer in
            links.decision(on: peer, as: attempt)
        } completion: { [weak self, links] outcome in
            self?.arrived(attempt)
            switch outcome {
            case .connected(let link, let leftover, _):
                links.cameUp(link, as: attempt, leftover: leftover, tracedBy: recorder)
            case .failed(let failure, let peer):
                recorder?.failed(failure)
                links.failed(attempt)
                self?.refused(failure, peer)
            }
        }
        arriving[attempt] = (acceptor, recorder)
    }

    private func arrived(_ attempt: NodeLinks.Attempt) {
        arriving[attempt] = nil
        // What goes up and down about the limit is one crowd.
        if arriving.count <= Self.arrivalsLimit / 2 { isCrowded = false }
    }

    private func displaceOldest() {
        guard let oldest = arriving.keys.min(), let arrival = arriving.removeValue(forKey: oldest) else { return }
        arrival.acceptor.cancel()
        arrival.recorder?.gaveUp()
        links.failed(oldest)
        onDisplaced()
        guard !isCrowded else { return }
        isCrowded = true
        report(.crowded(limit: Self.arrivalsLimit))
    }

    private func refused(_ failure: NodeFailure, _ peer: String?) {
        // It dials us while we dial it, or a second time: one of the attempts stays.
        guard failure.code != .nok, failure.code != .alive else { return }
        onRefused(failure)
        report(.refused(failure, peer: peer))
    }

    private func cameUp(_ link: NodeConnection, replacesLink: Bool) {
        tracer.nodeUp(link)
        keeper.cameUp(link.peer.name)
        if !link.hasGivenName {
            report(.up(link.peer.name, isHidden: !link.peer.isPublished, replacesLink: replacesLink))
        }
        global?.cameUp(link)
    }

    private func wentDown(_ link: NodeConnection, _ failure: NodeFailure?) {
        tracer.nodeDown(link.peer.name, failure)
        global?.wentDown(link)
        guard let failure else { return }
        keeper.wentDown(link.peer.name)
        if !link.hasGivenName || failure.code == .protocolViolation { report(.down(link.peer.name, failure)) }
    }

    private func becameFree(_ name: String) {
        keeper.becameFree(name)
        // An attempt of the peer has ended, and ours is still to come.
        if !keeper.isToDial(name) { global?.becameFree(name) }
    }
}
