package import ClusterAdmin
package import Diagnosis
import ErlangNode
package import HandshakeTrace

extension Column where Row == Ladder.Step {
    /// A rung a line.
    package static var rungs: [Column<Ladder.Step>] {
        [
            Column("rung", "RUNG") { .text($0.rung.title) },
            Column("result", "RESULT") { .text($0.result) }.meaning(\.role),
            Column("time", "TIME", .right) { step in step.time.map { .text(Self.milliseconds($0)) } ?? .blank },
            Column("facts", "FACTS") { step in
                if case .broken(let failure) = step.verdict { return .text(failure.message) }
                return step.verdict == .unreached ? .blank : .text(step.facts.joined(separator: "; "))
            },
        ]
    }

    private static func milliseconds(_ microseconds: Int) -> String {
        let tenths = (microseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}

extension Ladder.Step {
    /// In a word: the code of what broke it, for people.
    package var result: String {
        switch verdict {
        case .passed: "ok"
        case .skipped: "skipped"
        case .unseen: "not seen"
        case .broken(let failure): failure.code.rawValue
        case .unreached: "not reached"
        }
    }

    package var role: CellRole {
        switch verdict {
        case .passed: .good
        case .broken: .failure
        case .skipped, .unseen, .unreached: .plain
        }
    }

    /// For scripts.
    package var verdictWord: String {
        switch verdict {
        case .passed: "ok"
        case .skipped: "skipped"
        case .unseen: "unseen"
        case .broken: "broken"
        case .unreached: "unreached"
        }
    }
}

/// A line of the list of checks: a check, or the remedy below it.
package struct HealthLine {
    package var topic: String
    package var result: String
    package var text: String
    package var role = CellRole.plain

    /// - Parameter remedy: the words for a remedy, which may name options; nil leaves remedies out.
    package static func lines(_ checks: [HealthCheck], remedy: ((Remedy) -> String)?) -> [HealthLine] {
        checks.flatMap { check in
            let words = check.topic.rawValue.split(separator: "_").joined(separator: " ")
            let line = HealthLine(
                topic: words, result: check.isWarning ? "WARNING" : "ok", text: check.facts,
                role: check.isWarning ? .warning : .good)
            guard let remedy, let known = check.remedy else { return [line] }
            return [line, HealthLine(topic: "", result: "", text: "remedy: \(remedy(known))")]
        }
    }
}

extension Column where Row == HealthLine {
    package static var health: [Column<HealthLine>] {
        [
            Column("check", "CHECK") { .text($0.topic) },
            Column("result", "RESULT") { .text($0.result) }.meaning(\.role),
            Column("facts", "FACTS") { .text($0.text) },
        ]
    }
}
