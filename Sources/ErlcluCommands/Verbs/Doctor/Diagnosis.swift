import ClusterAdmin
import ErlangNode
import ErlangTerm
import HandshakeTrace
import ReleaseFiles

/// What was found on the way to a node: a ladder, and what may break it next.
struct Diagnosis {
    /// For people: which way it is.
    var title: String
    /// The same for scripts.
    var fields: [(key: String, value: String)]
    var ladder: Ladder
    var checks: [HealthCheck]
    /// What traces saw of both sides, where there were any.
    var events: [TraceEvent] = []
    /// The same, a line each.
    var story: [String] = []

    /// Writes it.
    /// - Returns: the status of the first broken rung.
    func report(_ run: CommandRun) -> ExitStatus {
        let broken = ladder.broken
        if run.format == .jsonl {
            for step in ladder.steps { run.add { $0.write(fields, step) } }
            for check in checks { run.add { $0.write(fields, check) } }
        } else {
            run.results.add(
                json: { write(to: &$0) }, term: { TermOutput.line(term) }, text: { Array(text(run).utf8) })
        }
        guard let broken else { return .done }
        run.tellScripts([.node(broken.failure)])
        return ExitStatus(rawValue: broken.failure.code.exitStatus)
    }

    // MARK: for people

    private func text(_ run: CommandRun) -> String {
        var text = "\(TerminalText.escaped(title, keepingLines: false))\n"
        let width = run.width
        text += Table.text(ladder.steps, Column<Ladder.Step>.rungs, escape: true, width: width)
        if !checks.isEmpty {
            let lines = HealthLine.lines(checks, withRemedies: !run.isQuiet)
            text += "\n" + Table.text(lines, Column<HealthLine>.health, escape: true, width: width)
        }
        if !story.isEmpty {
            text += "\n" + story.map { TerminalText.escaped($0, keepingLines: false) + "\n" }.joined()
        }
        return text + "\n" + conclusion(run)
    }

    private func conclusion(_ run: CommandRun) -> String {
        let warnings = checks.count { $0.isWarning }
        guard let (_, failure) = ladder.broken else {
            let words = warnings == 0 ? "no warnings" : warnings == 1 ? "1 warning" : "\(warnings) warnings"
            return "all rungs hold; \(words)\n"
        }
        let missing = ladder.steps.filter { $0.verdict == .unreached }.map(\.rung.title).joined(separator: ", ")
        let certainty = failure.certainty == .certain ? "certain" : "likely"
        var lines = [
            "\(failure.code.rawValue) at \(failure.stage.rawValue), \(certainty)"
                + (missing.isEmpty ? "" : "; not reached: \(missing)")
        ]
        if !run.isQuiet {
            if !failure.remedy.isEmpty { lines.append("  remedy: \(failure.remedy)") }
            if case .likely(let alternative) = failure.certainty { lines.append("  or maybe: \(alternative)") }
            lines.append("  more: erlclu-ctl explain \(failure.code.rawValue)")
        }
        return lines.map { TerminalText.escaped($0, keepingLines: false) + "\n" }.joined()
    }

    // MARK: for scripts

    private func write(to json: inout JSONWriter) {
        json.beginObject()
        for field in fields {
            json.key(field.key)
            json.string(field.value)
        }
        json.key("result")
        json.string(ladder.broken == nil ? "ok" : "broken")
        json.key("broken")
        if let (rung, failure) = ladder.broken { json.write(rung, failure) } else { json.null() }
        json.key("rungs")
        json.beginArray()
        for step in ladder.steps { json.write([], step) }
        json.endArray()
        json.key("checks")
        json.beginArray()
        for check in checks { json.write([], check) }
        json.endArray()
        if !events.isEmpty {
            json.key("events")
            json.beginArray()
            for event in events { json.value(event.json) }
            json.endArray()
        }
        json.endObject()
    }

    private var term: Term {
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
                                ("remedy", check.remedy.map(text) ?? .atom("undefined")),
                            ])
                        })
                ),
            ])
    }
}

extension JSONWriter {
    /// A rung, with the names of the way where it stands by itself.
    fileprivate mutating func write(_ fields: [(key: String, value: String)], _ step: Ladder.Step) {
        beginObject()
        write(fields)
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
        endObject()
    }

    fileprivate mutating func write(_ fields: [(key: String, value: String)], _ check: HealthCheck) {
        beginObject()
        write(fields)
        key("check")
        string(check.topic.rawValue)
        key("result")
        string(check.isWarning ? "warning" : "ok")
        key("facts")
        string(check.facts)
        if let remedy = check.remedy {
            key("remedy")
            string(remedy)
        }
        if let code = check.code {
            key("code")
            string(code.rawValue)
        }
        endObject()
    }

    fileprivate mutating func write(_ rung: Rung, _ failure: NodeFailure) {
        beginObject()
        var fields = [
            ("rung", rung.rawValue), ("code", failure.code.rawValue), ("stage", failure.stage.rawValue),
            ("message", failure.message), ("remedy", failure.remedy),
        ]
        switch failure.certainty {
        case .certain: fields.append(("certainty", "certain"))
        case .likely(let alternative): fields += [("certainty", "likely"), ("alternative", alternative)]
        }
        for (name, value) in fields {
            key(name)
            string(value)
        }
        endObject()
    }

    private mutating func write(_ fields: [(key: String, value: String)]) {
        for field in fields {
            key(field.key)
            string(field.value)
        }
    }
}

extension CommandRun {
    /// One document of several, for `jsonl`.
    func add(_ json: (inout JSONWriter) -> Void) { results.add(json: json, term: { [] }, text: { [] }) }
}
