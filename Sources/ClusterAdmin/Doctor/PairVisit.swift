package import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
package import HandshakeTrace

/// Two nodes: one is asked to connect to the other, and both sides of that are looked at.
@LoopActor
package final class PairVisit {
    package enum Event {
        /// The first node dials.
        case began(Ladder)
        /// Its trace reports something.
        case climbed(Ladder)
        /// A node is not traced, so that less is known.
        case untraced(node: String, reason: String)
    }

    package let initiator: DoctorVisit
    /// The other node, as far as we come to it ourselves.
    package let acceptor: DoctorVisit
    /// Whether nobody has said on which host the other node is.
    package let isHostAssumed: Bool
    private let deadline: Instant?
    private let readCertificate: NodeTraceReader.CertificateReading
    private let onEvent: (Event) -> Void

    package private(set) var ladder: Ladder
    package private(set) var checks: [HealthCheck] = []
    /// What traces saw of both sides; nil where the two were connected before, or nothing was seen.
    package private(set) var attempt: ConnectionAttempt?
    private var hasBegun = false

    package var from: String { initiator.node }
    package var to: String { acceptor.approach.node }
    package var usesTLS: Bool { initiator.facts?.usesTLS ?? false }

    /// - Parameters:
    ///   - initiator: has been examined, and answers.
    ///   - acceptor: is examined by `examine`. It is come to by its name, as the initiator does.
    ///   - isHostAssumed: of the acceptor's name.
    ///   - deadline: for the initiator's dialling.
    ///   - readCertificate: reads a certificate that a trace shows, in DER.
    ///   - onEvent: called for what happens while `examine` runs.
    package init(
        from initiator: DoctorVisit, to acceptor: DoctorVisit, isHostAssumed: Bool, until deadline: Instant?,
        readCertificate: @escaping NodeTraceReader.CertificateReading, onEvent: @escaping (Event) -> Void
    ) {
        self.initiator = initiator
        self.acceptor = acceptor
        self.isHostAssumed = isHostAssumed
        self.deadline = deadline
        self.readCertificate = readCertificate
        self.onEvent = onEvent
        ladder = Ladder(
            usesTLS: initiator.facts?.usesTLS ?? false, to: .up, start: SystemTime.microseconds)
    }

    package func examine() async throws(VisitFailure) {
        guard let node = initiator.target else { return }
        var unseen: String?
        do throws(VisitFailure) { try await acceptor.examine() } catch { unseen = error.message }
        var report = try await reach(node, .report)
        if !report.isConnected {
            let watch = HandshakeWatch(readCertificate: readCertificate, clocks: clocks) { [weak self] in
                self?.take($0)
            }
            let nodes = [node] + (acceptor.target.map { [$0] } ?? [])
            report = try await watch.during(nodes.map { ($0, []) }) { () async throws(VisitFailure) in
                try await reach(node, .dial)
            }
            attempt = watch.attempt(from: from, to: to)
            for (name, reason) in watch.refusals.sorted(by: { $0.key < $1.key }) {
                onEvent(.untraced(node: name, reason: reason))
            }
        }
        climb(report)
        if isHostAssumed, let (rung, failure) = ladder.broken {
            ladder.fail(failure.onAssumedHost, at: report.ended, rung: rung)
        }
        checks = compare(report, unseen)
    }

    private func reach(_ node: any Administration, _ way: ReachMethod) async throws(VisitFailure) -> ReachReport {
        let reports = try await VisitFailure.asking { () async throws(NodeFailure) in
            try await node.ask(ReachQuestion([to], way) { [weak self] in self?.begin($0) }, until: deadline)
        }
        guard let report = reports.first else {
            throw .noAnswer(node: from, message: "\(from) does not say how it comes to \(to)")
        }
        return report
    }

    /// How far the acceptor's clock is ahead of the initiator's, by which all times are given, where that is more than a
    /// measurement's error.
    private var clocks: [String: Int] {
        guard let one = initiator.clock, let two = acceptor.clock else { return [:] }
        let ahead = two.difference - one.difference
        return abs(ahead) > one.margin + two.margin + 1_000_000 ? [to: ahead] : [:]
    }

    /// The rungs that the node climbs by itself, before distribution does.
    private func begin(_ report: ReachReport) {
        ladder = Ladder(usesTLS: usesTLS, to: .up, start: report.began)
        for event in report.events { ladder.add(event) }
        hasBegun = true
        onEvent(.began(ladder))
    }

    /// The others, as its trace reports them.
    private func take(_ event: TraceEvent) {
        guard hasBegun, event.vantage == .node(from), event.acceptor.name == to, ladder.broken == nil else { return }
        if case .ended = event.what { return }
        ladder.add(event)
        onEvent(.climbed(ladder))
    }

    /// What a trace saw of the handshake, above what the node saw on the way to it.
    private func climb(_ report: ReachReport) {
        ladder = Ladder(usesTLS: usesTLS, to: .up, start: report.began)
        guard let attempt, attempt.sources.contains(where: { $0.vantage == .node(from) }) else {
            for event in report.events { ladder.add(event) }
            if report.state == .up { ladder.note(["they were connected before"], of: .up) }
            return
        }
        for event in report.events where event.stage <= .epmd {
            if case .ended = event.what { continue }
            ladder.add(event)
        }
        for event in attempt.events(from: .node(from)) { ladder.add(event) }
        if let failure = explained(report) { ladder.fail(failure, at: attempt.end) }
        if report.isConnected { ladder.pass(.up, at: report.ended) }
    }

    private func explained(_ report: ReachReport) -> NodeFailure? {
        guard case .failed(var failure)? = attempt?.result else { return report.failure }
        // What we found out ourselves with the same cookie, and were sure of, holds for the other node too.
        if let own = acceptor.ladder.broken?.failure, own.code == failure.code, own.certainty == .certain,
            own.code != .cookie || report.cookieHash == initiator.approach.cookie?.hash
        {
            failure.certainty = .certain
            if let known = report.carrierFailure, known.code == failure.code {
                (failure.message, failure.remedy) = (known.message, known.remedy)
            }
        }
        return failure
    }

    // MARK: both sides

    private func compare(_ report: ReachReport, _ unseen: String?) -> [HealthCheck] {
        guard let facts = initiator.facts else { return [] }
        var clocks: (difference: Int, margin: Int)?
        if let one = initiator.clock, let two = acceptor.clock {
            clocks = (two.difference - one.difference, two.margin + one.margin)
        }
        var flags: (initiator: DistributionFlags, acceptor: DistributionFlags)?
        if let one = initiator.flags, let two = acceptor.flags { flags = (one, two) }
        let examiner = PairExaminer(
            initiator: facts, acceptor: acceptor.facts, report: report, clocks: clocks, flags: flags)
        let remarks = [initiator, acceptor].flatMap { visit in
            visit.checks.filter { $0.topic == .applications && $0.isWarning }.map { check in
                var check = check
                check.facts = "\(visit.node): \(check.facts)"
                return check
            }
        }
        var reason = unseen
        if let (rung, failure) = acceptor.ladder.broken {
            reason = "\(failure.code.rawValue) at \(rung.title): \(failure.message)"
        }
        guard acceptor.facts == nil, let reason else { return examiner.checks + remarks }
        return examiner.checks + remarks + [
            .warning(
                .acceptor, "\(to) cannot be compared, as we do not come to it ourselves: \(reason)",
                remedy: "see what `\(.examination(of: to))` says, with the options that it takes to come to it")
        ]
    }
}
