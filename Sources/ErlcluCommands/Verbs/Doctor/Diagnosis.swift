import ClusterAdmin
import ErlangNode
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

    /// Writes what is not yet written.
    /// - Parameter lines: have told the rungs so far; nil when nothing was told.
    /// - Returns: the status of the first broken rung.
    func report(_ run: CommandRun, after lines: LadderLines? = nil) -> ExitStatus {
        let broken = ladder.broken
        let lines = lines ?? LadderLines(run, title: title, fields: fields, ladder)
        lines.finish(ladder)
        if run.format == .jsonl {
            for check in checks { lines.event("check") { $0.members(of: check) } }
            for event in events { run.add { $0.value(event.json) } }
            lines.event("ended") { $0.result(of: ladder) }
        } else {
            run.results.add(
                json: { write(to: &$0) }, term: { TermOutput.line(term) }, text: { text(run) })
        }
        guard let broken else { return .done }
        run.tellScripts([.node(broken.failure)])
        return ExitStatus(rawValue: broken.failure.code.exitStatus)
    }

    // MARK: for people

    private func text(_ run: CommandRun) -> TerminalText {
        var text: TerminalText = ""
        if !checks.isEmpty {
            let lines = HealthLine.lines(checks, withRemedies: !run.isQuiet)
            text += "\n" + Table.text(lines, Column<HealthLine>.health, style: run.resultStyle, width: run.width)
        }
        if !story.isEmpty {
            text += "\n" + story.map { "\($0)\n" }.joined()
        }
        return text + "\n" + conclusion(run)
    }

    private func conclusion(_ run: CommandRun) -> TerminalText {
        let warnings = checks.count { $0.isWarning }
        guard let (_, failure) = ladder.broken else {
            guard warnings > 0 else { return "all rungs hold; no warnings\n" }
            return "all rungs hold; \(run.resultStyle.warning(warnings == 1 ? "1 warning" : "\(warnings) warnings"))\n"
        }
        let missing = ladder.steps.filter { $0.verdict == .unreached }.map(\.rung.title).joined(separator: ", ")
        let certainty = failure.certainty == .certain ? "certain" : "likely"
        let code = run.resultStyle.failure("\(failure.code.rawValue) at \(failure.stage.rawValue)")
        let headline = ", \(certainty)" + (missing.isEmpty ? "" : "; not reached: \(missing)")
        var lines: [String] = []
        if !run.isQuiet {
            if !failure.remedy.isEmpty { lines.append("  remedy: \(failure.remedy)") }
            if case .likely(let alternative) = failure.certainty { lines.append("  or maybe: \(alternative)") }
            lines.append("  more: erlclu-ctl explain \(failure.code.rawValue)")
        }
        return "\(code)\(headline)\n" + lines.map { "\($0)\n" }.joined()
    }
}

extension CommandRun {
    /// One document of several, for `jsonl`.
    func add(_ json: (inout JSONWriter) -> Void) { results.add(json: json, term: { [] }, text: { "" }) }
}
