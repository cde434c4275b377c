import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import HandshakeTrace
import Presentation
import ReleaseFiles

/// What was found on the way to a node: a ladder, and what may break it next.
struct DoctorReport {
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

    @LoopActor
    init(_ visit: DoctorVisit) {
        title = visit.approach.title
        fields = visit.approach.fields
        ladder = visit.ladder
        checks = visit.checks
    }

    @LoopActor
    init(_ pair: PairVisit, _ way: PairWay) {
        title = way.title
        fields = way.fields
        ladder = pair.ladder
        checks = pair.checks
        events = pair.attempt?.story ?? []
        story = pair.attempt.map { EventWords.story(of: $0, between: [way.from, way.to]) } ?? []
    }

    /// Writes what is not yet written.
    /// - Parameter lines: have printed the rungs so far; nil when nothing was printed.
    /// - Returns: the status of the first broken rung.
    func report(_ run: CommandRun, after lines: LadderLines? = nil) -> ExitStatus {
        let broken = ladder.broken
        if run.format == .table || run.format == .raw, run.saysLittle {
            lines?.pass()
            run.results.add(text: run.options.contains(.summary) ? "\(summary)\n" : faults(run))
            return broken.map { ExitStatus(rawValue: $0.failure.code.exitStatus) } ?? .done
        }
        let lines = lines ?? LadderLines(run, title: title, fields: fields, ladder)
        lines.finish(ladder)
        if run.format == .jsonl {
            for check in checks { lines.event("check") { $0.members(of: check) } }
            for event in events { run.add { $0.value(event.document) } }
            lines.event("ended") { $0.result(of: ladder) }
        } else {
            run.results.add(
                json: { write(to: &$0) }, term: { TermOutput.line(term) }, text: { text(run) })
        }
        guard let broken else { return .done }
        run.emitForScripts([.node(broken.failure)])
        return ExitStatus(rawValue: broken.failure.code.exitStatus)
    }

    // MARK: for people

    /// In a line.
    private var summary: String {
        if let (_, failure) = ladder.broken {
            return "\(title): \(failure.code.rawValue) at \(failure.stage.rawValue): \(failure.message)"
        }
        let topics = checks.filter(\.isWarning).map { $0.topic.rawValue.split(separator: "_").joined(separator: " ") }
        let names = topics.enumerated().filter { !topics[..<$0.offset].contains($0.element) }.map(\.element)
        return "\(title): ok, all \(ladder.steps.count) rungs hold; \(Self.count(of: topics.count))"
            + (names.isEmpty ? "" : ": \(names.joined(separator: ", "))")
    }

    private static func count(of warnings: Int) -> String {
        warnings == 0 ? "no warnings" : warnings == 1 ? "1 warning" : "\(warnings) warnings"
    }

    /// What is wrong and nothing else: nothing at all where all is well.
    private func faults(_ run: CommandRun) -> TerminalText {
        let warnings = checks.filter(\.isWarning)
        guard ladder.broken != nil || !warnings.isEmpty else { return "" }
        var text: TerminalText = "\(title)\n"
        if let (rung, failure) = ladder.broken { text += "\(rung.title): \(failure.message)\n" + conclusion(run) }
        if !warnings.isEmpty {
            let lines = HealthLine.lines(warnings, remedy: nil)
            text += Table.text(lines, Column<HealthLine>.health, style: run.resultStyle, width: run.width)
        }
        return text
    }

    private func text(_ run: CommandRun) -> TerminalText {
        var text: TerminalText = ""
        if !checks.isEmpty {
            let lines = HealthLine.lines(checks, remedy: run.isQuiet ? nil : { $0.text })
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
            return "all rungs hold; \(run.resultStyle.warning(Self.count(of: warnings)))\n"
        }
        let missing = ladder.steps.filter { $0.verdict == .unreached }.map(\.rung.title).joined(separator: ", ")
        let certainty = failure.certainty == .certain ? "certain" : "likely"
        let code = run.resultStyle.failure("\(failure.code.rawValue) at \(failure.stage.rawValue)")
        let headline = ", \(certainty)" + (missing.isEmpty ? "" : "; not reached: \(missing)")
        var lines: [String] = []
        if !run.isQuiet {
            if !failure.remedy.isEmpty { lines.append("  remedy: \(failure.remedy.text)") }
            if case .likely(let alternative) = failure.certainty { lines.append("  or maybe: \(alternative)") }
            lines.append("  more: erlclu-ctl explain \(failure.code.rawValue)")
        }
        return "\(code)\(headline)\n" + lines.map { "\($0)\n" }.joined()
    }
}

extension CommandRun {
    /// Whether a person is to see no rungs: only what is wrong (-q), or a line for each node (--summary).
    var saysLittle: Bool { isQuiet || options.contains(.summary) }

    /// One document of several, for `jsonl`.
    func add(_ json: (inout JSONWriter) -> Void) { results.add(json: json, term: { [] }, text: { "" }) }
}
