import ByteTransport
import ClusterAdmin
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace
import Presentation
import ReleaseFiles
import TerminalCanvas

/// Two nodes: one is asked to connect to the other, and both sides of that are looked at.
final class PairVisit {
    private let run: CommandRun
    private let initiator: DoctorVisit
    /// The other node, as far as we come to it ourselves.
    private let acceptor: DoctorVisit
    private var ladder: Ladder
    private var checks: [HealthCheck] = []
    private var attempt: ConnectionAttempt?
    private let to: String
    /// What the first node says when it begins to dial, and what has been told since.
    private var lines: LadderLines?

    private var from: String { initiator.node }
    private var usesTLS: Bool { initiator.facts?.usesTLS ?? false }

    /// Whether nobody has said on which host the other node is.
    private let isHostAssumed: Bool

    /// - Parameters:
    ///   - initiator: has been examined, and answers.
    ///   - isHostAssumed: of `target`.
    init(_ run: CommandRun, from initiator: DoctorVisit, to target: String, isHostAssumed: Bool) {
        self.isHostAssumed = isHostAssumed
        self.run = run
        self.initiator = initiator
        to = target
        acceptor = DoctorVisit(run, node: target, settings: Self.settings(initiator.settings))
        ladder = Ladder(usesTLS: initiator.facts?.usesTLS ?? false, to: .up, start: run.context.time())
    }

    @LoopActor
    func examine() async throws(CommandFailure) {
        guard let node = initiator.target else { return }
        var unseen: String?
        do throws(CommandFailure) { try await acceptor.examine() } catch { unseen = error.items.first?.message ?? "" }
        var report = try await reach(node, .report)
        if !report.isConnected {
            let watch = HandshakeWatch(clocks: clocks) { [weak self] in self?.take($0) }
            let nodes = [node] + (acceptor.target.map { [$0] } ?? [])
            report = try await watch.during(nodes.map { ($0, []) }) { () async throws(CommandFailure) in
                try await reach(node, .dial)
            }
            attempt = watch.attempt(from: from, to: to)
            for (name, reason) in watch.refusals.sorted(by: { $0.key < $1.key }) {
                run.warn("\(name) is not traced: \(reason)")
            }
        }
        climb(report)
        if isHostAssumed, let (rung, failure) = ladder.broken {
            ladder.fail(failure.onAssumedHost, at: report.ended, rung: rung)
        }
        checks = compare(report, unseen)
    }

    @LoopActor
    private func reach(_ node: any Administration, _ way: ReachMethod) async throws(CommandFailure) -> ReachReport {
        let reports = try await run.asking { () async throws(NodeFailure) in
            try await node.reach([to], way, deadline: run.deadline) { [weak self] in self?.begin($0) }
        }
        guard let report = reports.first else {
            throw .unavailable(node: from, message: "\(from) does not say how it comes to \(to)")
        }
        return report
    }

    /// How far the acceptor's clock is ahead of the initiator's, by which all is told, where that is more than a
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
        lines = LadderLines(run, title: title, fields: fields, ladder)
    }

    /// The others, as its trace tells them.
    private func take(_ event: TraceEvent) {
        guard let lines, event.vantage == .node(from), event.acceptor.name == to, ladder.broken == nil else { return }
        if case .ended = event.what { return }
        ladder.add(event)
        lines.show(ladder)
    }

    /// Writes what is not yet written.
    func report() -> ExitStatus { diagnosis.report(run, after: lines) }

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
            own.code != .cookie || report.cookieHash == initiator.cookieHash
        {
            failure.certainty = .certain
            if let known = report.carrierFailure, known.code == failure.code {
                (failure.message, failure.remedy) = (known.message, known.remedy)
            }
        }
        return failure
    }

    // MARK: both sides

    private var transport: String { usesTLS ? "tls" : "tcp" }
    private var title: String {
        "\(to) as \(from) comes to it, over \(transport)" + (isHostAssumed ? DoctorVisit.assumption(of: to) : "")
    }
    private var fields: [(key: String, value: String)] { [("node", to), ("from", from), ("transport", transport)] }

    private var diagnosis: DoctorReport {
        var diagnosis = DoctorReport(title: title, fields: fields, ladder: ladder, checks: checks)
        diagnosis.events = attempt?.story ?? []
        diagnosis.story = story
        return diagnosis
    }

    /// Who did what, by time.
    private var story: [String] {
        guard let attempt else { return [] }
        let names = [from, to].map(\.cellWidth).max() ?? 0
        return attempt.story.map { event in
            let tenths = (event.time &- attempt.start) / 100
            let time = "\(tenths / 10).\(tenths % 10) ms"
            var who = ""
            if case .node(let name) = event.vantage { who = name }
            let arrow = event.sender.map { $0 == .initiator ? "->" : "<-" } ?? "  "
            return String(repeating: " ", count: max(0, 10 - time.count)) + time + "  "
                + who + String(repeating: " ", count: max(0, names - who.cellWidth)) + "  "
                + event.stage.rawValue + String(repeating: " ", count: max(1, 10 - event.stage.rawValue.count))
                + arrow + " " + EventWords.of(event)
        }
    }

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
                remedy: "see what `erlclu-ctl doctor \(to)` says, with the options that it takes to come to it")
        ]
    }

    /// It is reached by its name: what was given is the way to the other one.
    private static func settings(_ settings: NodeSettings) -> NodeSettings {
        var settings = settings
        settings.address = nil
        settings.distributionPort = nil
        return settings
    }
}
