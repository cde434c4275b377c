package import Diagnosis
import HandshakeTrace
package import Presentation

/// What one vantage saw of a fault.
package struct RecordedSight: Hashable, Sendable {
    package enum Seen: Hashable, Sendable {
        /// Of a trace or a capture: events of one connection.
        case events([TraceEvent])
        /// Of our own handshake.
        case facts(AttemptFacts)
        /// `doctor` looks twice: what it made of both.
        case verdict(Verdict)
    }

    package var vantage: String
    /// "TLS 1.2", "TLS 1.3".
    package var version: String
    /// The OTP releases that were seen so, in ascending order.
    package var releases: [Int]
    package var seen: Seen

    package init(_ vantage: String, _ version: String, releases: [Int], _ seen: Seen) {
        self.vantage = vantage
        self.version = version
        self.releases = releases
        self.seen = seen
    }

    /// What the rules take in; nil where the verdict itself is kept.
    package var facts: AttemptFacts? {
        switch seen {
        case .verdict: nil
        case .facts(let facts): facts
        case .events(let events): Self.facts(of: events)
        }
    }

    /// What the rules make of it.
    package var verdict: Verdict? {
        if case .verdict(let verdict) = seen { return verdict }
        return facts.flatMap { AttemptRules.finding(for: $0) }.map { Verdict($0) }
    }

    /// The events of one connection, as the ledger folds them.
    package static func facts(of events: [TraceEvent]) -> AttemptFacts? {
        // The ledger calls it on this thread, and only while this function runs.
        nonisolated(unsafe) var facts: AttemptFacts?
        var ledger = AttemptLedger { attempt, history in
            let seen = AttemptExplanation.facts(of: attempt, after: history)
            facts = seen
            return seen.failure
        }
        for event in events { ledger.add(event) }
        return facts
    }

    /// The events of the first attempt that failed.
    package static func firstFailure(in events: [TraceEvent]) -> [TraceEvent] {
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        for event in events { ledger.add(event) }
        let failed = ledger.attempts.first { if case .failed = $0.result { true } else { false } }
        return failed?.events ?? []
    }
}

// MARK: its line of a recording

extension RecordedSight {
    package var json: JSONValue {
        var members = [
            JSONMember("vantage", .string(vantage)), JSONMember("version", .string(version)),
            JSONMember("releases", .array(releases.map { .integer($0) })),
        ]
        switch seen {
        case .events(let events): members.append(JSONMember("events", .array(events.map(\.json))))
        case .facts(let facts): members.append(JSONMember("own", facts.ownJSON))
        case .verdict(let verdict):
            members.append(
                JSONMember(
                    "verdict",
                    .object([
                        JSONMember("code", .string(verdict.code)), JSONMember("stage", .string(verdict.stage)),
                        JSONMember("certain", .boolean(verdict.isCertain)),
                        JSONMember("alternatives", .array(verdict.alternatives.map { .string($0) })),
                    ])))
        }
        return .object(members)
    }

    package init(json: JSONValue) throws {
        guard let vantage = json["vantage"]?.text, let version = json["version"]?.text,
            let releases = json["releases"]?.elements?.compactMap(\.integer)
        else { throw RecordingFault.member("vantage") }
        let seen: Seen
        if let events = json["events"]?.elements {
            seen = .events(try events.map { try TraceEvent(json: $0) })
        } else if let own = json["own"] {
            seen = .facts(try AttemptFacts(ownJSON: own))
        } else if let verdict = json["verdict"], let code = verdict["code"]?.text, let stage = verdict["stage"]?.text {
            seen = .verdict(
                Verdict(
                    code, at: stage, isCertain: verdict["certain"] == .boolean(true),
                    unless: verdict["alternatives"]?.elements?.compactMap(\.text) ?? []))
        } else {
            throw RecordingFault.member("events")
        }
        self.init(vantage, version, releases: releases, seen)
    }
}
