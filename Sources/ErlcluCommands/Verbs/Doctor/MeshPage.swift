import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation

/// Shows what was found out of every pair of members.
struct MeshPage {
    let run: CommandRun
    let found: MeshFindings

    func write() {
        switch run.format {
        case .table, .raw: run.results.add(text: text)
        case .json, .jsonl, .term:
            for note in found.notes + found.leftOut.map(words(leftOut:)) { run.warn(note) }
            run.results.add(rows: found.pairs, columns: Column<MeshPair>.pairs { $0.text }, event: "pair")
        }
        run.emitForScripts(
            found.pairs.compactMap { pair in pair.failure.map { .node($0) } } + found.leftOut.map { .node($0) })
    }

    private func words(leftOut failure: NodeFailure) -> String {
        "\(failure.node) is left out: \(failure.code.rawValue) at \(failure.stage.rawValue): \(failure.message)"
    }

    /// The whole in a line.
    private var summary: TerminalText {
        let missing = found.leftOut.isEmpty ? "" : "; left out: \(found.leftOut.map(\.node).joined(separator: ", "))"
        return line(verdict + " (\(found.members.count) members)" + missing)
    }

    private var verdict: String {
        let broken = found.pairs.filter(\.isBroken)
        guard !found.pairs.isEmpty else { return "it is alone: there is no pair" }
        guard !broken.isEmpty else {
            return found.leftOut.isEmpty ? "every pair is connected" : "every pair of the others is connected"
        }
        let isUncertain = broken.contains { $0.state == .unknown }
        return
            "\(broken.count) of \(found.pairs.count) pairs \(found.connects ? "do not connect" : "are not connected")"
            + (isUncertain ? ", or nobody can tell" : "")
    }

    private var text: TerminalText {
        if run.options.contains(.summary) { return summary }
        let broken = found.pairs.filter(\.isBroken)
        if run.isQuiet, broken.isEmpty, found.leftOut.isEmpty { return "" }
        var text: TerminalText = ""
        if !run.isQuiet {
            text += matrix.text(style: run.resultStyle)
            for note in found.notes { text += "\n" + line(note) }
        }
        for failure in found.leftOut {
            text += (text.isEmpty ? "" : "\n") + line(words(leftOut: failure))
            if !run.isQuiet, !failure.remedy.isEmpty { text += line("  remedy: \(failure.remedy.text)") }
        }
        var reportedOn: Set<String> = []
        for pair in broken {
            // Who hangs does so for all.
            if pair.state == .unknown, found.hung[pair.from] != nil, !reportedOn.insert(pair.from).inserted { continue }
            let target = pair.state == .unknown && found.hung[pair.from] != nil ? "all" : pair.to
            text +=
                "\n" + line("\(pair.from) -> \(target): \(pair.word)\(pair.failure.map { ": \($0.message)" } ?? "")")
            guard !run.isQuiet, let failure = pair.failure else { continue }
            if !failure.remedy.isEmpty { text += line("  remedy: \(failure.remedy.text)") }
            if case .likely(let other) = failure.certainty { text += line("  or maybe: \(other)") }
        }
        let made = found.pairs.count { $0.state == .made }
        if made > 0 { text += "\n" + line("\(made) of \(found.pairs.count) connections were not there, and are now") }
        text += "\n" + line(verdict)
        if !run.isQuiet, broken.contains(where: { $0.state == .down && $0.failure == nil }) {
            text += line(
                "  the nodes see nothing that keeps them apart, and nobody was asked to dial: erlclu-ctl doctor NODE "
                    + "--from NODE2 has one pair try, --connect all; `global` may cut other links when one fails "
                    + "(E-OVERLAP)")
        }
        return text
    }

    private func line(_ text: String) -> TerminalText { "\(text)\n" }

    private var matrix: MemberMatrix {
        let known = Dictionary(found.pairs.map { ([$0.from, $0.to], $0) }) { first, _ in first }
        return MemberMatrix(found.members, heading: "FROM") { [members = found.members] from, to in
            if from == to { return ("-", .plain) }
            let pair = known[[members[from], members[to]]]
            return (pair?.word ?? "?", pair?.role ?? .plain)
        }
    }
}
