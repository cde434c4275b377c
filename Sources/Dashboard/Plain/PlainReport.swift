import ClusterAdmin
package import Diagnosis
import HandshakeTrace
import Presentation

/// The dashboard as sentences, for screen readers and logs: what is there at first, and then what changes.
package struct PlainReport: Sendable {
    private var hasListed = false
    private var tracker = AttemptTracker(
        filter: AttemptFilter(), wantsEvents: false, explain: AttemptExplanation.failure)
    private enum Fate {
        case unsettled, registered, stopped
    }

    /// More who are gone are not followed.
    private static let mostGone = 4_096
    /// What became of those who are gone, by name.
    private var gone: [String: Fate] = [:]
    /// Who is registered and has not joined, as far as that was said.
    private var strangers: [String: Stranger.Acquaintance] = [:]
    private let means: @Sendable (Remedy.Means) -> String

    package init(means: @escaping @Sendable (Remedy.Means) -> String) { self.means = means }

    /// - Parameter now: microseconds since the epoch.
    /// - Returns: sentences, one a line; text of nodes is not yet fit for a terminal.
    package mutating func sentences(for message: DashboardMessage, at now: Int) -> [String] {
        switch message {
        case .members(let members):
            guard !hasListed else { return [] }
            hasListed = true
            return ["\(members.count == 1 ? "1 member" : "\(members.count) members")."]
                + members.map { "\($0.node) is \(Self.state($0))\(Self.facts($0))." }
        case .changes(let changes):
            for change in changes {
                gone[change.member.node] = change.what == .left && gone.count < Self.mostGone ? .unsettled : nil
            }
            return changes.compactMap { change in
                Self.words(change).map { "\(Self.time(now)) \(change.member.node) \($0)." }
            }
        case .registrations(let host, .success(let names)): return sentences(of: host, names, at: now)
        case .registrations(_, .failure): return []
        case .interrupted(let failure):
            return [
                "\(Self.time(now)) \(failure.node) gives no answer. \(failure.code.rawValue): \(failure.message). "
                    + "Remedy: \(failure.remedy.text(means))."
            ]
        case .detour(let failure?):
            return [
                "\(Self.time(now)) \(failure.node) is \(DetourWords.sentence(insteadOf: "distribution")). "
                    + "\(failure.code.rawValue): \(failure.message). Remedy: \(failure.remedy.text(means))."
            ]
        case .detour(nil): return ["\(Self.time(now)) Distribution has come up, and is used again."]
        case .resumed(let node): return ["\(Self.time(now)) \(node) answers."]
        case .traceBegan(let node): return ["\(Self.time(now)) Handshakes of \(node) are traced."]
        case .untraced(let node, let reason): return ["\(Self.time(now)) \(node) is not traced: \(reason)."]
        case .traceEnded(let why): return why.map { ["\(Self.time(now)) The trace has ended: \($0)."] } ?? []
        case .traced(let event):
            tracker.add(event, at: now)
            return []
        case .clock(let now):
            tracker.settle(at: now)
            return tracker.takeReports().flatMap { sentences(of: $0) }
        case .notice(let sentence), .logged(let sentence): return ["\(Self.time(now)) \(sentence)."]
        case .replayEnded(let problem): return problem.map { ["\($0)."] } ?? ["The recording ends here."]
        case .key, .burst, .awaitsRegistrations, .familiar, .choices, .connected, .notConnected, .resized, .suspended,
            .cost,
            .awaiting, .examined, .notExamined,
            .status,
            .certificates, .evaluated, .show,
            .replayPaused:
            return []
        }
    }

    /// - Parameters:
    ///   - strangers: those that an epmd has and no member lists, as they are now.
    ///   - listed: all that are listed.
    package mutating func sentences(
        of strangers: [Stranger], listed: @autoclosure () -> [String], at now: Int
    ) -> [String] {
        // Of those that the entry is still asked for more is known in a moment.
        let news = strangers.filter { $0.acquaintance != .asked && self.strangers[$0.node] != $0.acquaintance }
        let missing = Set(self.strangers.keys).subtracting(strangers.lazy.map(\.node))
        let gone = missing.isEmpty ? [] : missing.subtracting(listed()).sorted()
        for node in missing { self.strangers[node] = nil }
        for stranger in news { self.strangers[stranger.node] = stranger.acquaintance }
        return gone.map { "\(Self.time(now)) \($0) is not registered with the epmd of its host any more." }
            + news.map {
                "\(Self.time(now)) \($0.node) is registered with the epmd of its host, and no member lists it: \(Self.words($0.acquaintance))."
            }
    }

    private static func words(_ acquaintance: Stranger.Acquaintance) -> String {
        switch acquaintance {
        case .familiar: "the node that is asked knows its name, so it is cut off, refused, or was never reached"
        case .unheard:
            "the node that is asked has not heard of it, so it has never joined, or belongs to another cluster"
        case .asked, .undecided: "it is cut off, or has never joined"
        }
    }

    /// What became of those who are gone from this host, as its epmd has it.
    private mutating func sentences(of host: String, _ names: [RegisteredNode], at now: Int) -> [String] {
        gone.keys.filter { RegistrationRounds.host(of: $0) == host }.sorted().compactMap { node in
            let fate = names.contains { $0.name == node.prefix { $0 != "@" } } ? Fate.registered : .stopped
            guard gone[node] != fate else { return nil }
            gone[node] = fate
            let words =
                fate == .registered
                ? "still registered with the epmd of its host: up there, not connected"
                : "not registered any more: it has stopped"
            return "\(Self.time(now)) \(node) is \(words)."
        }
    }

    private static func time(_ now: Int) -> String { ClockTime.second(now) }

    private static func state(_ member: Member) -> String {
        switch member.state {
        case .up: member.kind == .hidden ? "up, a hidden node" : "up"
        case .pending: "being connected"
        case .down: "down"
        case .unreachable: "unreachable"
        case .unknown: "not known to anybody who was asked"
        }
    }

    private static func facts(_ member: Member) -> String {
        var words = ""
        if let links = member.links, let expected = member.linksExpected {
            words += ", with \(links) of \(expected) links"
        }
        if let days = member.certificateDays {
            words +=
                days < 0 ? ", its certificate expired \(-days) days ago" : ", its certificate has \(days) days left"
        }
        if let silence = member.silence { words += ": \(silence.code.rawValue), \(silence.message)" }
        return words
    }

    /// - Returns: nil for what was there at the beginning.
    private static func words(_ change: MemberChange) -> String? {
        let others = change.others.isEmpty ? "" : " (and so are \(change.others.joined(separator: ", ")))"
        switch change.what {
        case .found: return nil
        case .joined: return "has joined: it is \(state(change.member))\(facts(change.member))"
        case .left: return "is gone"
        case .changed: return "is now \(state(change.member))\(facts(change.member))\(others)"
        }
    }

    private func sentences(of report: AttemptTracker.Report) -> [String] {
        switch report {
        case .event, .joined: return []
        case .ended(let attempt, let failure, _): return [sentence(of: attempt, failure, "")]
        case .repeated(let attempt, let failure, let run): return [sentence(of: attempt, failure, ", \(run.words)")]
        }
    }

    private func sentence(of attempt: ConnectionAttempt, _ failure: NodeFailure?, _ again: String) -> String {
        let start = "\(Self.time(attempt.end)) \(attempt.initiator) to \(attempt.acceptor): "
        guard let failure else { return start + "connected." }
        let remedy = failure.remedy.isEmpty || !again.isEmpty ? "" : " Remedy: \(failure.remedy.text(means))."
        return start + "\(failure.code.rawValue)\(again). \(failure.message).\(remedy)"
    }
}
