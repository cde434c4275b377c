import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ReleaseFiles

/// Finds the peers, has the canary prove that they can be reached, and reports what comes of it.
final class PeerWatch {
    private let report: (LogEntry) -> Void
    private let onResult: (ProbeResult) -> Void
    private let onPeers: ([NodeName]) -> Void
    private let onSource: (Bool) -> Void
    private let canary: Canary
    private let mesh: MeshWatch
    private var discovery: Discovery?
    /// What was reported last, so that it is reported once.
    private var lastCount: Int?
    private var lastFailure: DiscoveryFailure?
    /// Where peers come from, as the log has it.
    private let source: String

    /// - Parameters:
    ///   - onPeers: is given the peers, at most `Canary.peersLimit`, whenever they were looked up.
    ///   - onSource: is told at each look whether the source said anything.
    ///   - onResult: is given what each handshake came to.
    ///   - onMesh: is given what was seen of the mesh, through one of the peers; nil where a look failed.
    init(
        _ source: Discovery.Source, _ settings: DaemonSettings, tracer: HandshakeTracer, on loop: EventLoop,
        report: @escaping (LogEntry) -> Void, onPeers: @escaping ([NodeName]) -> Void,
        onSource: @escaping (Bool) -> Void,
        onResult: @escaping (ProbeResult) -> Void, onMesh: @escaping (MeshWatch.Finding?) -> Void
    ) {
        self.report = report
        self.onPeers = onPeers
        self.onSource = onSource
        self.source = source.label
        self.onResult = onResult
        let mesh = MeshWatch(interval: settings.probeInterval, report: onMesh)
        self.mesh = mesh
        var take: ((ProbeResult) -> Void)?
        canary = Canary(interval: settings.probeInterval, tracer: tracer, on: loop) { name, recorder in
            var peer = settings.peer(name, tracedBy: recorder)
            peer.ownHost = settings.name.host
            return peer
        } take: {
            mesh.take($0)
        } report: {
            take?($0)
        }
        take = { [weak self] in self?.probed($0) }
        discovery = Discovery(
            source, base: settings.nameBase, own: settings.name, files: SystemFiles(), on: loop,
            passedOver: { report(.noNames($0)) }
        ) { [weak self] in
            self?.discovered($0)
        }
    }

    func stop() {
        discovery?.stop()
        canary.stop()
        mesh.stop()
    }

    /// Where nothing can be found out, those that were known are probed as before.
    private func discovered(_ found: Result<[NodeName], DiscoveryFailure>) {
        switch found {
        case .success(let names):
            onSource(true)
            if lastFailure != nil { report(.discovered(source)) }
            lastFailure = nil
            canary.watch(names)
            let peers = Array(names.prefix(Canary.peersLimit))
            onPeers(peers)
            if lastCount != names.count { report(.peers(names.count)) }
            lastCount = names.count
        case .failure(let failure):
            onSource(false)
            if lastFailure != failure { report(.undiscovered(source, failure)) }
            lastFailure = failure
        }
    }

    private func probed(_ result: ProbeResult) {
        onResult(result)
        if let failure = result.failure { return report(.unreached(failure)) }
        report(.reached(result.peer, total: result.times.reduce(.zero) { $0 + $1.time }))
    }
}
