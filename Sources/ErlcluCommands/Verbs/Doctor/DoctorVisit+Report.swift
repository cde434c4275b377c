import ClusterAdmin
import ErlangNode
import ErlangTerm
import HandshakeTrace
import ReleaseFiles

extension DoctorVisit {
    /// Writes what was found.
    /// - Returns: the status of the first broken rung.
    func report() -> ExitStatus {
        let broken = ladder.broken
        if run.format == .jsonl {
            for step in ladder.steps { add { $0.write(node: self.node, step) } }
            for check in checks { add { $0.write(node: self.node, check) } }
        } else {
            run.results.add(json: { write(to: &$0) }, term: { TermOutput.line(term) }, text: { Array(text.utf8) })
        }
        guard let broken else { return .done }
        run.tellScripts([.node(broken.failure)])
        return ExitStatus(rawValue: broken.failure.code.exitStatus)
    }

    private func add(_ json: (inout JSONWriter) -> Void) {
        run.results.add(json: json, term: { [] }, text: { [] })
    }

    // MARK: for people

    private var text: String {
        var text = "\(node) over \(settings.transport.value)\n"
        let width = run.width
        text += Table.text(ladder.steps, Column<Ladder.Step>.rungs, escape: true, width: width)
        if !checks.isEmpty {
            let lines = HealthLine.lines(checks, withRemedies: !run.isQuiet)
            text += "\n" + Table.text(lines, Column<HealthLine>.health, escape: true, width: width)
        }
        return text + "\n" + conclusion
    }

    private var conclusion: String {
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
        json.key("node")
        json.string(node)
        json.key("transport")
        json.string("\(settings.transport.value)")
        json.key("result")
        json.string(ladder.broken == nil ? "ok" : "broken")
        json.key("broken")
        if let (rung, failure) = ladder.broken { json.write(rung, failure) } else { json.null() }
        json.key("rungs")
        json.beginArray()
        for step in ladder.steps { json.write(node: nil, step) }
        json.endArray()
        json.key("checks")
        json.beginArray()
        for check in checks { json.write(node: nil, check) }
        json.endArray()
        json.endObject()
    }

    private var term: Term {
        func text(_ text: String) -> Term { .binary(Array(text.utf8)) }
        func map(_ pairs: [(String, Term)]) -> Term { .map(pairs.map { MapPair(.atom(Atom($0.0)), $0.1) }) }
        return map([
            ("node", .atom(Atom(node))), ("transport", .atom(Atom("\(settings.transport.value)"))),
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
    /// A rung, with the node's name where it stands by itself.
    fileprivate mutating func write(node: String?, _ step: Ladder.Step) {
        beginObject()
        name(node)
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

    fileprivate mutating func write(node: String?, _ check: HealthCheck) {
        beginObject()
        name(node)
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

    private mutating func name(_ node: String?) {
        guard let node else { return }
        key("node")
        string(node)
    }
}
