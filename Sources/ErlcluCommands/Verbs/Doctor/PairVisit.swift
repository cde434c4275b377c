import ByteTransport
import ClusterAdmin
import ErlangNode
import HandshakeTrace
import ReleaseFiles

/// Two nodes: one is asked to connect to the other, and both sides of that are looked at.
final class PairVisit {
    private let run: CommandRun
    private let target: String
    private let initiator: DoctorVisit
    private(set) var ladder: Ladder
    private(set) var checks: [HealthCheck] = []
    private(set) var report: ReachReport?

    var from: String { initiator.node }
    var to: String { target }

    /// - Parameter initiator: has been examined, and answers.
    init(_ run: CommandRun, from initiator: DoctorVisit, to target: String) {
        self.run = run
        self.initiator = initiator
        self.target = target
        ladder = Ladder(usesTLS: initiator.facts?.usesTLS ?? false, to: .up, start: run.context.time())
    }

    func examine() throws(CommandFailure) {
        guard let node = initiator.target else { return }
        let reports = try run.asking { () throws(NodeFailure) in
            try node.reach([target], dials: true, deadline: run.deadline)
        }
        guard let report = reports.first else {
            throw .unavailable(node: from, message: "\(from) does not say how it came to \(target)")
        }
        self.report = report
        climb(report)
        checks = compare(report)
    }

    private func climb(_ report: ReachReport) {
        ladder = Ladder(usesTLS: initiator.facts?.usesTLS ?? false, to: .up, start: report.began)
        for event in report.events { ladder.add(event) }
        if report.state == .up { ladder.tell(["they were connected before"], of: .up) }
    }

    var diagnosis: Diagnosis {
        let transport = initiator.facts?.usesTLS == true ? "tls" : "tcp"
        return Diagnosis(
            title: "\(to) as \(from) comes to it, over \(transport)",
            fields: [("node", to), ("from", from), ("transport", transport)], ladder: ladder, checks: checks)
    }

    // MARK: the other node, as far as it can be asked from here

    private func compare(_ report: ReachReport) -> [HealthCheck] {
        guard let facts = initiator.facts else { return [] }
        let other = DoctorVisit(run, node: target, settings: Self.settings(initiator.settings))
        do throws(CommandFailure) { try other.examine() } catch { return [unasked("\(error)")] }
        var clocks: (difference: Int, margin: Int)?
        if let one = initiator.clock, let two = other.clock {
            clocks = (two.difference - one.difference, two.margin + one.margin)
        }
        var checks = PairExaminer(initiator: facts, acceptor: other.facts, report: report, clocks: clocks).checks
        if let (rung, failure) = other.ladder.broken {
            checks.append(unasked("\(failure.code.rawValue) at \(rung.title): \(failure.message)"))
        }
        return checks
    }

    /// It is reached by its name: what was given is the way to the other one.
    private static func settings(_ settings: TargetSettings) -> TargetSettings {
        var settings = settings
        settings.address = nil
        settings.distributionPort = nil
        return settings
    }

    private func unasked(_ reason: String) -> HealthCheck {
        .fine(.trust, "\(target) cannot be compared, as we do not come to it ourselves: \(reason)")
    }
}
