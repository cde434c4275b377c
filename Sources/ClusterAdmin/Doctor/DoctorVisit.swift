package import ByteTransport
package import Diagnosis
package import DistributionProtocol
import ErlangNode
import ErlangTerm
package import HandshakeTrace

/// One node that is looked at: the way to it, and what it says of itself.
@LoopActor
package final class DoctorVisit {
    package enum Event {
        /// The node is about to be dialled.
        case began(Ladder)
        /// Something has happened on the way.
        case climbed(Ladder)
        /// The first attempt failed with this, which leaves more than one cause: another attempt follows. Its rungs are no
        /// events, as it is not yet known which of the two counts.
        case looksAgain(NodeFailure)
        /// Nothing follows.
        case ended
    }

    package let approach: NodeApproach
    private let deadline: Instant?
    private let onEvent: (Event) -> Void

    package private(set) var node: String
    package private(set) var ladder: Ladder
    package private(set) var checks: [HealthCheck] = []
    /// The connection, while it answers.
    package private(set) var target: (any Administration)?
    package private(set) var facts: NodeCheckup?
    /// What a node says that evaluates nothing, and so can be asked for nothing of what an Erlang node does: an erlclud
    /// is meant to. All rungs hold then.
    package private(set) var noEvaluation: NodeFailure?
    /// Those that the node said.
    package private(set) var flags: DistributionFlags?
    private var hasBegun = false
    private var looksAgain = false
    private var timing: CheckupTiming?
    private var events: [TraceEvent] = []
    private var security: TLSConnectionFacts?

    /// - Parameters:
    ///   - deadline: for all of the visit; nil: as long as it takes.
    ///   - onEvent: called for what happens while `examine` runs.
    package init(_ approach: NodeApproach, until deadline: Instant?, onEvent: @escaping (Event) -> Void = { _ in }) {
        self.approach = approach
        self.deadline = deadline
        self.onEvent = onEvent
        node = approach.node
        ladder =
            approach.secureShell == nil
            ? Ladder(usesTLS: approach.usesTLS, through: approach.tunnel, start: SystemTime.microseconds)
            : Ladder(ofSecureShellFrom: SystemTime.microseconds)
    }

    /// Connects and asks.
    /// - Throws: what keeps a connection from being tried at all.
    package func examine() async throws(VisitFailure) {
        defer { onEvent(.ended) }
        if let secureShell = approach.secureShell { return try await climb(secureShell) }
        guard let first = try await attempt() else { return }
        let story = events
        let hasStatus = story.contains { event in
            if case .handshake(let detail) = event.what { detail.message == .status } else { false }
        }
        guard first.deservesSecondAttempt(hasStatus: hasStatus) else {
            // Closed before the status, and without the alert that would say it: who else may it be?
            if first.code == .tcpToTLS, first.certainty != .certain, let endpoint = dialled,
                await approach.speaksTLS(endpoint, deadline)
            {
                conclude(first.answeredByTLS)
            }
            return
        }
        let ladder = ladder
        looksAgain = true
        onEvent(.looksAgain(first))
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
    private func attempt() async throws(VisitFailure) -> NodeFailure? {
        events = []
        let recorder = OwnConnectionRecorder(node: node, now: { SystemTime.microseconds }) { [weak self] in
            self?.take($0)
        }
        let target = try approach.open(recorder, deadline)
        let account = recorder.security
        recorder.security = { [weak self] in
            self?.security = account?()
            return self?.security
        }
        prepare()
        do throws(NodeFailure) {
            let (facts, timing) = try await target.ask(CheckupQuestion(), until: deadline)
            node = target.node
            (self.target, self.facts, self.timing) = (target, facts, timing)
            facts.climb(&ladder, node: node, at: SystemTime.microseconds)
            show()
            checks = examiner(facts, timing).checks
            return nil
        } catch  where error.code == .noEvaluation {
            node = target.node
            noEvaluation = error
            ladder.pass(.rpc, at: SystemTime.microseconds, "an erlclud: it evaluates nothing, on purpose")
            ladder.skip(.applications, "an erlclud has none")
            show()
            checks = examiner(.unknown(of: node), CheckupTiming(asked: 0, took: 0)).checksFromOutside
            return nil
        } catch {
            recorder.failed(error)
            return error
        }
    }

    /// Over SSH: how the daemon is come to, then what the node itself says of its distribution.
    private func climb(_ way: SecureShellApproach) async throws(VisitFailure) {
        var progress = SecureShellProgress()
        var banner = ""
        let target = try way.open(
            { [weak self] step, words in
                progress.pass(step)
                if step == .banner { banner = words }
                self?.ladder.climb(progress, at: SystemTime.microseconds)
                if !words.isEmpty { self?.ladder.note([words], of: Rung(step)) }
                self?.show()
            }, deadline)
        ladder = Ladder(ofSecureShellFrom: SystemTime.microseconds)
        onEvent(.began(ladder))
        do throws(NodeFailure) {
            try await target.connect()
            node = target.node
            progress.pass(.bridge)
            ladder.climb(progress, at: SystemTime.microseconds)
            ladder.note([node], of: .sshBridge)
            show()
            let (facts, timing) = try await target.ask(CheckupQuestion(), until: deadline)
            (self.target, self.facts, self.timing) = (target, facts, timing)
            facts.climb(&ladder, node: node, at: SystemTime.microseconds)
            show()
            checks = await examiner(facts, timing).checksFromInside(
                of: target, way.readCertificate, until: deadline)
            judgeDistribution()
        } catch {
            // From inside it is said better.
            if facts == nil { checks += Advisory.checks(ofBanner: banner, accepted: accepted) }
            if progress.reached != .bridge {
                progress.end(with: error)
                ladder.climb(progress, at: SystemTime.microseconds)
            } else {
                ladder.fail(error, at: SystemTime.microseconds, rung: .applications)
            }
            show()
        }
    }

    /// What keeps other nodes out is the end of this way, too; the first of such checks becomes its failure.
    private func judgeDistribution() {
        guard ladder.broken == nil else { return }
        if let index = checks.firstIndex(where: { $0.obstacle != nil }), let failure = checks[index].failure(of: node) {
            checks.remove(at: index)
            ladder.fail(failure, at: SystemTime.microseconds, rung: .distribution)
        } else {
            ladder.pass(
                .distribution, at: SystemTime.microseconds, "the node sees nothing that keeps other nodes out")
        }
        show()
    }

    /// The failure is known better now.
    private func conclude(_ failure: NodeFailure) {
        let failure = approach.isHostAssumed ? failure.onAssumedHost : failure
        ladder.fail(failure, at: SystemTime.microseconds, rung: ladder.broken?.rung)
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
        show()
        if case .handshake(let detail) = event.what, detail.message == .challenge { flags = detail.flags }
    }

    private func show() {
        if !looksAgain { onEvent(.climbed(ladder)) }
    }

    /// What is known beforehand.
    private func prepare() {
        ladder = Ladder(usesTLS: approach.usesTLS, through: approach.tunnel, start: SystemTime.microseconds)
        if let origin = approach.portOrigin { ladder.skip(.epmd, "not asked: the port is known (\(origin))") }
        if let cookie = approach.cookie { ladder.note(["\(cookie.origin), hash \(cookie.hash)"], of: .cookie) }
        if !hasBegun { onEvent(.began(ladder)) }
        hasBegun = true
    }

    /// By how many microseconds the node's clock is ahead of ours, and how sure that is.
    var clock: (difference: Int, margin: Int)? {
        guard let timing, let time = facts?.clock else { return nil }
        return (time - (timing.asked + timing.took / 2), timing.took / 2)
    }

    private var accepted: (identifiers: [String], origin: String) {
        (approach.accepted.weaknesses, approach.accepted.origin)
    }

    private func examiner(_ facts: NodeCheckup, _ timing: CheckupTiming) -> HealthExaminer {
        HealthExaminer(
            node: node, now: SystemTime.microseconds / 1_000_000, checkup: facts, timing: timing, security: security,
            flags: flags, cookieOrigin: approach.cookie?.origin ?? "", cookieHash: approach.cookie?.hash ?? 0,
            accepted: accepted)
    }
}
