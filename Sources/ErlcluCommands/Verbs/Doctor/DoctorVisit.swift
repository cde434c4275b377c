import ClusterAdmin
import DistributionProtocol
import ErlangNode
import ErlangTerm
import HandshakeTrace
import ReleaseFiles

/// One node that is looked at: the way to it, and what it says of itself.
final class DoctorVisit {
    let run: CommandRun
    private(set) var node: String
    let settings: TargetSettings
    private(set) var ladder: Ladder
    private(set) var checks: [HealthCheck] = []
    private var flags: DistributionFlags?
    private var security: SecurityAccount?

    init(_ run: CommandRun, node: String, settings: TargetSettings) {
        self.run = run
        self.node = node
        self.settings = settings
        ladder = Ladder(usesTLS: settings.transport.value == .tls, start: run.context.time())
    }

    /// Connects and asks.
    /// - Throws: what keeps a connection from being tried at all.
    func examine() throws(CommandFailure) {
        let recorder = OwnConnectionRecorder(node: node, now: run.context.time) { [weak self] in self?.take($0) }
        let target = try run.open(node, settings, recorder: recorder)
        prepare()
        do throws(NodeFailure) {
            let (facts, timing) = try target.checkup(deadline: run.deadline)
            node = target.node
            security = recorder.security?()
            facts.climb(&ladder, node: node, at: run.context.time())
            checks = examiner(facts, timing).checks
        } catch {
            recorder.failed(error)
        }
    }

    private func take(_ event: TraceEvent) {
        ladder.add(event)
        if case .handshake(let detail) = event.what, detail.message == .challenge { flags = detail.flags }
    }

    /// What is known beforehand.
    private func prepare() {
        ladder = Ladder(usesTLS: settings.transport.value == .tls, start: run.context.time())
        if settings.address != nil || settings.distributionPort != nil {
            let origin = settings.address?.origin ?? settings.distributionPort?.origin
            ladder.skip(.epmd, "not asked: the port is known\(origin.map { " (\($0))" } ?? "")")
        }
        if let cookie { ladder.tell(["\(cookie.origin), hash \(cookie.hash)"], of: .cookie) }
    }

    private var cookie: (origin: String, hash: Int)? {
        settings.cookie.map { ("from \($0.origin)", Int(ErlangHash.phash2(atom: $0.value.bytes))) }
    }

    private func examiner(_ facts: NodeCheckup, _ timing: CheckupTiming) -> HealthExaminer {
        HealthExaminer(
            node: node, now: run.context.time() / 1_000_000, checkup: facts, timing: timing, security: security,
            flags: flags, cookieOrigin: cookie?.origin ?? "", cookieHash: cookie?.hash ?? 0)
    }
}
