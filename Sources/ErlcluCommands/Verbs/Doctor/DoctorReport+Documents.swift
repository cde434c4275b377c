import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import HandshakeTrace
import Presentation

/// For scripts.
extension DoctorReport {
    func write(to json: inout JSONWriter) {
        json.beginObject()
        for field in fields {
            json.key(field.key)
            json.string(field.value)
        }
        json.result(of: ladder)
        json.key("rungs")
        json.beginArray()
        for step in ladder.steps { json.write(step) }
        json.endArray()
        json.key("checks")
        json.beginArray()
        for check in checks { json.write(check) }
        json.endArray()
        if !events.isEmpty {
            json.key("events")
            json.beginArray()
            for event in events { json.value(event.document) }
            json.endArray()
        }
        json.endObject()
    }

    var term: Term {
        func text(_ text: String) -> Term { .binary(Array(text.utf8)) }
        func map(_ pairs: [(String, Term)]) -> Term { .map(pairs.map { MapPair(.atom(Atom($0.0)), $0.1) }) }
        let named = fields.map { ($0.key, Term.atom(Atom($0.value))) }
        return map(
            named + [
                ("result", .atom(ladder.broken == nil ? "ok" : "broken")),
                (
                    "rungs",
                    .list(
                        ladder.steps.map { step in
                            map([
                                ("rung", .atom(Atom(step.rung.rawValue))), ("result", .atom(Atom(step.verdictWord))),
                                ("microseconds", step.time.map { .integer($0) } ?? .atom("undefined")),
                                ("facts", .list(step.facts.map(text))),
                            ])
                        })
                ),
                (
                    "checks",
                    .list(
                        checks.map { check in
                            map([
                                ("check", .atom(Atom(check.topic.rawValue))),
                                ("result", .atom(check.isWarning ? "warning" : "ok")), ("facts", text(check.facts)),
                                ("remedy", check.remedy.map { text($0.text) } ?? .atom("undefined")),
                            ])
                        })
                ),
            ])
    }
}

extension JSONWriter {
    /// How the climb ended.
    mutating func result(of ladder: Ladder) {
        key("result")
        string(ladder.broken == nil ? "ok" : "broken")
        key("broken")
        if let (rung, failure) = ladder.broken { write(rung, failure) } else { null() }
    }

    mutating func members(of step: Ladder.Step) {
        key("rung")
        string(step.rung.rawValue)
        key("result")
        string(step.verdictWord)
        key("microseconds")
        if let time = step.time { integer(time) } else { null() }
        key("facts")
        beginArray()
        for fact in step.facts { string(fact) }
        endArray()
        if case .broken(let failure) = step.verdict {
            key("failure")
            write(step.rung, failure)
        }
    }

    mutating func members(of check: HealthCheck) {
        key("check")
        string(check.topic.rawValue)
        key("result")
        string(check.isWarning ? "warning" : "ok")
        key("facts")
        string(check.facts)
        if let remedy = check.remedy {
            key("remedy")
            string(remedy.text)
        }
        if let code = check.code {
            key("code")
            string(code.rawValue)
        }
    }

    fileprivate mutating func write(_ step: Ladder.Step) {
        beginObject()
        members(of: step)
        endObject()
    }

    fileprivate mutating func write(_ check: HealthCheck) {
        beginObject()
        members(of: check)
        endObject()
    }

    fileprivate mutating func write(_ rung: Rung, _ failure: NodeFailure) {
        beginObject()
        var fields = [
            ("rung", rung.rawValue), ("code", failure.code.rawValue), ("stage", failure.stage.rawValue),
            ("message", failure.message), ("remedy", failure.remedy.text),
        ]
        switch failure.certainty {
        case .certain: fields.append(("certainty", "certain"))
        case .likely(let alternative): fields += [("certainty", "likely"), ("alternative", alternative.words)]
        }
        for (name, value) in fields {
            key(name)
            string(value)
        }
        endObject()
    }
}
