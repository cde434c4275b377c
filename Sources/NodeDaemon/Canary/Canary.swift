import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace

/// Proves again and again that this host reaches the peers: a handshake with each, spread over the interval, and never
/// two with one peer at a time.
final class Canary {
    /// How a peer is dialled.
    private let settings: (NodeName, NodeTraceRecorder?) -> PeerSettings
    private let tracer: HandshakeTracer
    private let interval: Duration
    private let loop: EventLoop
    private let report: (ProbeResult) -> Void
    private let take: (ProbedLink) -> Bool
    private var peers: [NodeName: Peer] = [:]

    private struct Peer {
        var probe: Probe?
        var timer: TimerHandle
    }

    /// So many peers are probed; a list that is longer is cut, and the daemon says so.
    static let peersLimit = 1000

    /// - Parameters:
    ///   - settings: how a peer is dialled, and who traces that.
    ///   - take: is offered each link that is up; false: it is closed at once.
    init(
        interval: Duration, tracer: HandshakeTracer, on loop: EventLoop,
        settings: @escaping (NodeName, NodeTraceRecorder?) -> PeerSettings, take: @escaping (ProbedLink) -> Bool,
        report: @escaping (ProbeResult) -> Void
    ) {
        self.interval = interval
        self.tracer = tracer
        self.loop = loop
        self.settings = settings
        self.take = take
        self.report = report
    }

    /// The peers from now on. Those that are new are probed soon, one after the other.
    func watch(_ names: [NodeName]) {
        let wanted = Set(names.prefix(Self.peersLimit))
        for (name, peer) in peers where !wanted.contains(name) {
            peer.timer.cancel()
            peer.probe?.cancel()
            peers[name] = nil
        }
        // A fleet that starts at once does not dial at once.
        let first = min(interval / 10, .seconds(1))
        for name in names.prefix(Self.peersLimit) where peers[name] == nil {
            peers[name] = Peer(probe: nil, timer: schedule(name, in: first * Double.random(in: 0...1)))
        }
    }

    func stop() { watch([]) }

    private func schedule(_ name: NodeName, in pause: Duration) -> TimerHandle {
        loop.schedule(at: .now + pause) { [weak self] in self?.probe(name) }
    }

    private func probe(_ name: NodeName) {
        guard peers[name] != nil else { return }
        let recorder = tracer.dials(name, isProbe: true)
        peers[name]?.probe = Probe(settings(name, recorder), tracedBy: recorder, on: loop, take: take) {
            [weak self] result in
            guard let self, peers[name] != nil else { return }
            peers[name]?.probe = nil
            // A tenth more or less, so that peers do not stay in step.
            peers[name]?.timer = schedule(name, in: interval * Double.random(in: 0.9...1.1))
            report(result)
        }
    }
}
