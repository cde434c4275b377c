import ByteTransport
import ClusterAdmin
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import HandshakeTrace
import ReleaseFiles

/// One node that is looked at: the way to it, and what it says of itself.
final class DoctorVisit {
    let run: CommandRun
    private(set) var node: String
    let settings: NodeSettings
    private(set) var ladder: Ladder
    /// Writes the rungs as they are passed.
    private(set) var lines: LadderLines?
    private let reports: Bool
    /// Whether this is the second attempt: its rungs are told when it is known which of the two counts.
    private var looksAgain = false
    private(set) var checks: [HealthCheck] = []
    /// The connection, while it answers.
    private(set) var target: (any Administration)?
    private(set) var facts: NodeCheckup?
    private var timing: CheckupTiming?
    private var events: [TraceEvent] = []
    /// Those that the node said.
    private(set) var flags: DistributionFlags?
    private var security: TLSConnectionFacts?

    /// - Parameter reports: whether its rungs are written while they are climbed, and not only shown where they stall.
    init(_ run: CommandRun, node: String, settings: NodeSettings, reports: Bool = false) {
        self.reports = reports
        self.run = run
        self.node = node
        self.settings = settings
        ladder = Ladder(usesTLS: settings.transport.value == .tls, start: run.context.time())
    }

    /// Connects and asks.
    /// - Throws: what keeps a connection from being tried at all.
    @LoopActor
    func examine() async throws(CommandFailure) {
        defer { if !reports { lines?.pass() } }
        guard let first = try await attempt() else { return }
        let story = events
        let hasStatus = story.contains { event in
            if case .handshake(let detail) = event.what { detail.message == .status } else { false }
        }
        guard first.deservesSecondAttempt(hasStatus: hasStatus) else {
            // Closed before the status, and without the alert that would say it: who else may it be?
            if first.code == .tcpToTLS, first.certainty != .certain, let endpoint = dialled,
                await run.context.targets.speaksTLS(at: endpoint, deadline: run.deadline)
            {
                conclude(first.answeredByTLS)
            }
            return
        }
        let ladder = ladder
        lines?.lookAgain(first)
        looksAgain = true
        guard let second = try await attempt() else {
            return checks.append(
                .warning(
                    .cookie, "a first attempt failed: \(first.message)",
                    remedy: "see the node's log for the time of it", code: first.code))
        }
        let wait = max(Self.lastWait(story), Self.lastWait(events))
        self.ladder = ladder
        if second.code == first.code {
            conclude(first.repeated(after: wait / 1000, isAgreedOnCertificates: security?.version != "TLS 1.3"))
        } else if [.tcpRefused, .epmdNotRegistered, .epmdRefused].contains(second.code) {
            conclude(first.overtaken(by: second))
        }
    }

    /// One connection.
    /// - Returns: what it failed with.
    @LoopActor
    private func attempt() async throws(CommandFailure) -> NodeFailure? {
        events = []
        let recorder = OwnConnectionRecorder(node: node, now: run.context.time) { [weak self] in self?.take($0) }
        let target = try run.open(node, settings, recorder: recorder)
        let account = recorder.security
        recorder.security = { [weak self] in
            self?.security = account?()
            return self?.security
        }
        prepare()
        do throws(NodeFailure) {
            let (facts, timing) = try await target.checkup(deadline: run.deadline)
            node = target.node
            (self.target, self.facts, self.timing) = (target, facts, timing)
            facts.climb(&ladder, node: node, at: run.context.time())
            if !looksAgain { lines?.show(ladder) }
            checks = examiner(facts, timing).checks
            return nil
        } catch {
            recorder.failed(error)
            return error
        }
    }

    /// The failure is known better now.
    private func conclude(_ failure: NodeFailure) {
        let failure = isHostAssumed ? failure.onAssumedHost : failure
        ladder.fail(failure, at: run.context.time(), rung: ladder.broken?.rung)
    }

    /// Where the node was dialled.
    private var dialled: Endpoint? {
        events.lazy.compactMap { event in
            if case .connected = event.what { event.acceptor.address } else { nil }
        }.first
    }

    /// Microseconds between the last two events: from our last words to the end.
    private static func lastWait(_ events: [TraceEvent]) -> Int {
        guard events.count >= 2 else { return .max }
        return events[events.count - 1].time - events[events.count - 2].time
    }

    private func take(_ event: TraceEvent) {
        events.append(event)
        ladder.add(event)
        if !looksAgain { lines?.show(ladder) }
        if case .handshake(let detail) = event.what, detail.message == .challenge { flags = detail.flags }
    }

    /// What is known beforehand.
    private func prepare() {
        ladder = Ladder(usesTLS: settings.transport.value == .tls, start: run.context.time())
        if settings.address != nil || settings.distributionPort != nil {
            let origin = settings.address?.origin ?? settings.distributionPort?.origin
            ladder.skip(.epmd, "not asked: the port is known\(origin.map { " (\($0))" } ?? "")")
        }
        if let cookie { ladder.note(["\(cookie.origin), hash \(cookie.hash)"], of: .cookie) }
        if lines == nil {
            lines = LadderLines(run, title: title, fields: fields, ladder, passing: reports ? nil : node)
        }
    }

    private var cookie: (origin: String, hash: Int)? {
        settings.cookie.map { ("from \($0.origin)", ErlangHash.of(cookie: $0.value)) }
    }

    /// Of our own.
    var cookieHash: Int? { cookie?.hash }

    /// By how many microseconds the node's clock is ahead of ours, and how sure that is.
    var clock: (difference: Int, margin: Int)? {
        guard let timing, let time = facts?.clock else { return nil }
        return (time - (timing.asked + timing.took / 2), timing.took / 2)
    }

    var diagnosis: DoctorReport {
        DoctorReport(title: title, fields: fields, ladder: ladder, checks: checks)
    }

    /// Whether nobody has said on which host it is.
    private var isHostAssumed: Bool { settings.assumedHosts.contains(node) }

    private var title: String {
        "\(node) over \(settings.transport.value)" + (isHostAssumed ? Self.assumption(of: node) : "")
    }
    private var fields: [(key: String, value: String)] {
        [("node", node), ("transport", "\(settings.transport.value)")]
            + (isHostAssumed ? [("assumed_host", Self.host(of: node))] : [])
    }

    /// What is said of a node that was named without its host, behind its name.
    static func assumption(of node: String) -> String {
        "; the host \(host(of: node)) is an assumption, as none was given"
    }

    private static func host(of node: String) -> String { String(node.drop { $0 != "@" }.dropFirst()) }

    private func examiner(_ facts: NodeCheckup, _ timing: CheckupTiming) -> HealthExaminer {
        HealthExaminer(
            node: node, now: run.context.time() / 1_000_000, checkup: facts, timing: timing, security: security,
            flags: flags, cookieOrigin: cookie?.origin ?? "", cookieHash: cookie?.hash ?? 0,
            accepted: settings.accepted.map { ($0.value, $0.origin.description) } ?? ([], ""))
    }
}
