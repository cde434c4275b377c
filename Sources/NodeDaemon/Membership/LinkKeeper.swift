import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace

/// Dials peers: those that are to have a link at all times, again and again, and others once.
final class LinkKeeper {
    /// A fleet that starts at once does not dial at once.
    private static let firstPause = Duration.milliseconds(500)

    private struct Kept {
        var name: NodeName
        var pause = RedialPause()
        /// When its link came up, where one is.
        var upSince: Instant?
        var timer: TimerHandle?
    }

    private let links: NodeLinks
    private let loop: EventLoop
    private let settings: (NodeName, NodeTraceRecorder?) -> PeerSettings
    private let tracer: HandshakeTracer
    private let report: (NodeFailure) -> Void
    private var kept: [String: Kept] = [:]
    private var queue = DialQueue()

    /// - Parameters:
    ///   - settings: how a peer is dialled, and who traces that.
    ///   - report: is told each time that a peer that is to have a link cannot be reached.
    init(
        _ links: NodeLinks, tracer: HandshakeTracer, on loop: EventLoop,
        settings: @escaping (NodeName, NodeTraceRecorder?) -> PeerSettings,
        report: @escaping (NodeFailure) -> Void
    ) {
        self.links = links
        self.tracer = tracer
        self.loop = loop
        self.settings = settings
        self.report = report
    }

    /// Those that are to have a link from now on. What is not among them any more keeps the link that it has.
    func keep(_ names: [NodeName]) {
        let wanted = Set(names.map(\.name))
        for (name, peer) in kept where !wanted.contains(name) {
            peer.timer?.cancel()
            kept[name] = nil
        }
        for name in names where kept[name.name] == nil {
            kept[name.name] = Kept(name: name)
            look(at: name.name, in: Self.firstPause * Double.random(in: 0...1))
        }
    }

    func stop() {
        keep([])
        queue = DialQueue()
    }

    /// Dials once, unless there is a link or an attempt already. Where many are to be dialled it may have to wait.
    /// - Returns: false where too many wait already: it is not going to be dialled.
    func connect(_ name: NodeName) -> Bool {
        guard links.isFree(name.name) else { return true }
        switch queue.add(name) {
        case .dial: dialQueued(name)
        case .wait: break
        case .refuse: return false
        }
        return true
    }

    /// Whether `connect` was asked for it, and its turn has not come yet.
    func isToDial(_ name: String) -> Bool { queue.waits(name) }

    private func dialQueued(_ name: NodeName) {
        var next: NodeName? = name
        while let name = next {
            // Since it was queued it may have got a link or an attempt.
            if dial(name, ended: { [weak self] in self?.dialEnded() }) { return }
            next = queue.ended()
        }
    }

    private func dialEnded() {
        if let next = queue.ended() { loop.enqueue { [weak self] in self?.dialQueued(next) } }
    }

    /// A link to this peer is up.
    func cameUp(_ name: String) {
        kept[name]?.timer?.cancel()
        kept[name]?.upSince = .now
    }

    /// The link to this peer is over.
    func wentDown(_ name: String) {
        guard let upSince = kept[name]?.upSince else { return }
        kept[name]?.upSince = nil
        kept[name]?.pause.linkEnded(after: upSince.duration(to: .now))
    }

    /// Neither a link nor an attempt has this name any more.
    func becameFree(_ name: String) {
        guard let pause = kept[name]?.pause.next() else { return }
        // Two nodes that have lost each other do not dial in step.
        look(at: name, in: pause * Double.random(in: 0.5...1.5))
    }

    private func look(at name: String, in pause: Duration) {
        kept[name]?.timer?.cancel()
        kept[name]?.timer = loop.schedule(at: .now + pause) { [weak self] in
            guard let self, let peer = kept[name], links.isFree(name) else { return }
            dial(peer.name) {}
        }
    }

    /// - Parameter ended: is called once the dial is over, in whatever way.
    /// - Returns: false where there is a link or an attempt already.
    @discardableResult
    private func dial(_ name: NodeName, ended: @escaping () -> Void) -> Bool {
        let recorder = tracer.dials(name)
        let target = settings(name, recorder)
        let connector = NodeConnector(target: target, on: loop, observer: recorder)
        var wait: TimerHandle?
        var isOver = false
        let end = {
            if !isOver { ended() }
            isOver = true
        }
        let attempt = links.begin { _ in
            connector.cancel()
            recorder?.gaveWay()
            wait?.cancel()
            end()
        }
        guard links.dials(name, as: attempt) else { return false }
        connector.start { [weak self, links, loop] outcome in
            end()
            if case .failed(let failure) = outcome { recorder?.failed(failure) }
            switch outcome {
            case .connected(let link): links.cameUp(link, as: attempt, tracedBy: recorder)
            case .failed(let failure) where failure.code == .nok:
                // It dials us at the same time, and its attempt stays: the name is not free until that has had its time
                // (`dist_util:recv_status/1` waits to be killed).
                wait = loop.schedule(at: .now + target.setupTime) { links.failed(attempt) }
            case .failed(let failure):
                if let self, kept[name.name] != nil { report(failure) }
                links.failed(attempt)
            }
        }
        return true
    }
}
