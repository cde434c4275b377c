import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import HandshakeTrace
import Presentation
import ReleaseFiles

/// Every pair of members: who is connected to whom, and why not.
///
/// By default nobody dials. A link that is made, or one that fails, is news for `global`, which from OTP 25 on cuts
/// links of third nodes to keep partitions from overlapping: a look at a cluster must not do that to it.
final class MeshVisit {
    private let run: CommandRun
    /// Whether those that are not connected are to try.
    private let connects: Bool
    /// What the members may take to tell who they are; the rest of the time is for how they come to each other.
    private static let patience = Duration.seconds(5)
    private var members: [String] = []
    /// Members that are connected, and do not answer.
    private var hung: [String: NodeFailure] = [:]
    private var pairs: [MeshPair] = []
    private var notes: [String] = []
    /// Nodes that were named, let us in, and are connected to no member: they are asked directly.
    private var outsiders: [String: any Administration] = [:]
    /// Nodes that were named and do not let us in.
    private var leftOut: [NodeFailure] = []
    /// Whether each named node was named for itself, and not as a way into the cluster.
    private var isEachMeant = true

    init(_ run: CommandRun) {
        self.run = run
        connects = run.options.contains(.connect)
    }

    @LoopActor
    func report() async throws(CommandFailure) -> ExitStatus {
        let settings = try run.settings(of: run.operands)
        let named = settings.nodes.value
        guard let entry = named.first else { throw run.noNode(settings) }
        guard !connects || settings.mode.value != .readOnly else {
            throw .configuration(
                message:
                    "\(entry) is read-only (\(settings.mode.origin)), and --connect has its members dial",
                remedy: "leave --connect out: then they are only asked; or use another context")
        }
        if case .context = settings.nodes.origin { isEachMeant = false }
        if named.count > 1 {
            try await run.withEntryNode { (node) async throws(CommandFailure) in try await ask(node, named, settings) }
            return conclude()
        }
        let visit = DoctorVisit(run, node: entry, settings: settings)
        try await visit.examine()
        // Once it answers, what it has not yet started keeps nobody from asking it.
        guard let target = visit.target else { return visit.diagnosis.report(run) }
        remark(visit)
        try await ask(target, [], settings)
        return conclude()
    }

    private func conclude() -> ExitStatus {
        write()
        if pairs.contains(where: \.isBroken) { return .negative }
        return leftOut.isEmpty || !isEachMeant ? .done : .partial
    }

    /// That it has not come up as a whole.
    private func remark(_ visit: DoctorVisit) {
        if let (_, failure) = visit.ladder.broken { notes.append(failure.message) }
        for check in visit.checks where check.topic == .applications && check.isWarning {
            notes.append("\(visit.node): \(check.facts)")
        }
    }

    /// - Parameter named: nodes of which it is to be said what became of them.
    @LoopActor
    private func ask(
        _ entry: any Administration, _ named: [String], _ settings: NodeSettings
    ) async throws(CommandFailure) {
        run.showProgress("asking the members who they are", on: run.context.loop)
        defer { run.endProgress() }
        let known = try await run.asking { () async throws(NodeFailure) in try await entry.members(deadline: askingEnd)
        }
        let visible = known.filter { $0.kind == .visible }
        members = visible.map(\.node).sorted()
        for member in visible {
            if let silence = member.silence, silence.code == .timeout { hung[member.node] = silence }
        }
        note(visible)
        note(leftOut: known.filter { $0.kind == nil })
        let strangers = Set(named).subtracting(known.map(\.node) + [entry.node]).sorted()
        if !strangers.isEmpty { await visit(strangers, settings) }
        for hidden in known where hidden.kind == .hidden && named.contains(hidden.node) {
            notes.append("\(hidden.node) is a hidden node, and none of the mesh")
        }
        var (reports, silent) = try await reach(entry, .look)
        let watch = HandshakeWatch()
        if connects, reports.contains(where: { !$0.isConnected }) {
            let traced = [(node: entry, members: Array(Set(reports.map(\.from)).subtracting(outsiders.keys)))]
            let again = try await watch.during(traced + outsiders.values.map { ($0, []) }) {
                () async throws(CommandFailure) in
                let first = try await reach(entry, .dial)
                // The first node asks those that it is connected to: by now there may be more of them.
                if Set(members).isSubset(of: first.reports.map(\.from)) { return first }
                let last = try await reach(entry, .dial)
                return (first.reports + last.reports, last.silent)
            }
            silent = again.silent
            for lost in Set(members).subtracting(again.reports.map(\.from)) where silent[lost] == nil {
                silent[lost] = Self.lost(lost, to: entry.node)
            }
            // Who was up before is told as it was; so is who was lost before it could dial.
            reports = reports.filter(\.isConnected) + again.reports + reports.filter { !$0.isConnected }
        }
        pairs = members.flatMap { from in
            members.filter { $0 != from }.map { to in
                pair(from, to, reports, watch.failure(from: from, to: to), silent[from])
            }
        }
    }

    /// No member knows them: they are dialled by us, to say of each what becomes of it.
    @LoopActor
    private func visit(_ strangers: [String], _ settings: NodeSettings) async {
        for (index, name) in strangers.enumerated() {
            // What is left after them is for the pairs.
            run.beginTurn(before: strangers.count - index)
            let visit = DoctorVisit(run, node: name, settings: settings)
            do throws(CommandFailure) { try await visit.examine() } catch {
                leftOut.append(Self.refused(name, error))
                continue
            }
            guard let node = visit.target, let facts = visit.facts else {
                if let (_, failure) = visit.ladder.broken { leftOut.append(failure) }
                continue
            }
            remark(visit)
            guard !facts.isHidden else {
                notes.append("\(visit.node) is a hidden node, and none of the mesh")
                continue
            }
            outsiders[visit.node] = node
            members = (members + [visit.node]).sorted()
        }
        run.beginTurn(before: 0)
    }

    private static func refused(_ node: String, _ failure: CommandFailure) -> NodeFailure {
        if case .node(let failure) = failure { return failure }
        return NodeFailure(
            .configuration, stage: .dns, node: node, message: failure.items.first?.message ?? "it cannot be dialled",
            remedy: Remedy(failure.items.first?.remedy ?? ""))
    }

    @LoopActor
    private func reach(
        _ entry: any Administration, _ way: ReachMethod
    ) async throws(CommandFailure) -> (reports: [ReachReport], silent: [String: NodeFailure]) {
        var reports: [ReachReport] = []
        var silent: [String: NodeFailure] = [:]
        var answered: Set<String> = []
        let count = members.count - hung.count
        let show = { [run] (node: String?) in
            if let node { answered.insert(node) }
            let what = way == .dial ? "have dialled the others" : "have looked at their ways to the others"
            run.showProgress("\(answered.count) of \(count) members \(what)", on: run.context.loop)
        }
        show(nil)
        try await run.asking { () async throws(NodeFailure) in
            try await entry.reachAmongMembers(
                members, hung: Set(hung.keys).union(outsiders.keys), way, deadline: run.deadline,
                onReport: {
                    reports.append($0)
                    show($0.from)
                },
                onFailure: {
                    silent[$0] = $1
                    show($0)
                })
        }
        for (name, node) in outsiders {
            do throws(NodeFailure) {
                reports += try await node.reach(members, way, deadline: run.deadline) { _ in }
            } catch {
                silent[name] = error
            }
            show(name)
        }
        return (reports, silent.merging(hung) { $1 })
    }

    private var askingEnd: Instant {
        let now = Instant.now
        // Of a time that was made short, half.
        let limit = run.deadline.map { max(.zero, now.duration(to: $0)) / 2 } ?? Self.patience
        return now + min(limit, Self.patience)
    }

    private static func lost(_ node: String, to entry: String) -> NodeFailure {
        NodeFailure(
            .closed, stage: .down, node: node,
            message: "\(entry) lost its connection to \(node) while the pairs were tried",
            remedy: "see the logs of both: from OTP 25 on global cuts links when others cannot be made (E-OVERLAP)")
    }

    /// - Parameters:
    ///   - traced: what the trace says of the attempt, which is more than the node itself can.
    ///   - silence: why the first node gave no report.
    private func pair(
        _ from: String, _ to: String, _ reports: [ReachReport], _ traced: NodeFailure?, _ silence: NodeFailure?
    ) -> MeshPair {
        let back = reports.first { $0.from == to && $0.target == from }
        guard let report = reports.first(where: { $0.from == from && $0.target == to }) else {
            // What the other end says of their connection holds for both, unless this one hangs.
            if traced == nil, hung[from] == nil, let back, back.isConnected {
                return MeshPair(from: from, to: to, state: back.state == .up ? .up : .made)
            }
            return MeshPair(from: from, to: to, state: traced == nil ? .unknown : .failed, failure: traced ?? silence)
        }
        let found = report.failure ?? back.flatMap { report.mismatch(with: $0) }
        switch report.state {
        // The other end may have made it just before this one was asked.
        case .up where back?.state == .made: return MeshPair(from: from, to: to, state: .made)
        case .up: return MeshPair(from: from, to: to, state: .up)
        case .made: return MeshPair(from: from, to: to, state: .made)
        case .down, .trying:
            return MeshPair(
                from: from, to: to, state: traced == nil ? .down : .failed, failure: traced ?? silence ?? found)
        case .failed:
            return MeshPair(from: from, to: to, state: .failed, failure: traced ?? found)
        }
    }

    /// What differs among them.
    private func note(_ members: [Member]) {
        let releases = Dictionary(grouping: members.compactMap(\.otpRelease)) { $0 }
        if releases.count > 1 {
            let words = releases.sorted { $0.key < $1.key }.map { "OTP \($0.key) (\($0.value.count))" }
            notes.append("they run different releases: \(words.joined(separator: ", "))")
        }
        let carriers = Set(members.compactMap(\.transport))
        if carriers.count > 1 { notes.append("some distribute over TLS, others over TCP") }
    }

    /// Whom no visible node is connected to: that is not for us to judge.
    private func note(leftOut others: [Member]) {
        guard !others.isEmpty else { return }
        let words = others.map { "\($0.node) (\($0.remark ?? $0.state.rawValue))" }
        notes.append("left out, as nobody tells whether they are hidden nodes: \(words.joined(separator: "; "))")
    }

    // MARK: writing

    private func write() {
        switch run.format {
        case .table, .raw: run.results.add(text: text)
        case .json, .jsonl, .term:
            for note in notes + leftOut.map(words(leftOut:)) { run.warn(note) }
            run.results.add(rows: pairs, columns: Column<MeshPair>.pairs, event: "pair")
        }
        run.emitForScripts(pairs.compactMap { pair in pair.failure.map { .node($0) } } + leftOut.map { .node($0) })
    }

    private func words(leftOut failure: NodeFailure) -> String {
        "\(failure.node) is left out: \(failure.code.rawValue) at \(failure.stage.rawValue): \(failure.message)"
    }

    /// The whole in a line.
    private var summary: TerminalText {
        let missing = leftOut.isEmpty ? "" : "; left out: \(leftOut.map(\.node).joined(separator: ", "))"
        return line(verdict + " (\(members.count) members)" + missing)
    }

    private var verdict: String {
        let broken = pairs.filter(\.isBroken)
        guard !pairs.isEmpty else { return "it is alone: there is no pair" }
        guard !broken.isEmpty else {
            return leftOut.isEmpty ? "every pair is connected" : "every pair of the others is connected"
        }
        let isUncertain = broken.contains { $0.state == .unknown }
        return "\(broken.count) of \(pairs.count) pairs \(connects ? "do not connect" : "are not connected")"
            + (isUncertain ? ", or nobody can tell" : "")
    }

    private var text: TerminalText {
        if run.options.contains(.summary) { return summary }
        let broken = pairs.filter(\.isBroken)
        if run.isQuiet, broken.isEmpty, leftOut.isEmpty { return "" }
        var text: TerminalText = ""
        if !run.isQuiet {
            text += Table.text(Array(members.enumerated()), columns, style: run.resultStyle, width: nil)
            for note in notes { text += "\n" + line(note) }
        }
        for failure in leftOut {
            text += (text.isEmpty ? "" : "\n") + line(words(leftOut: failure))
            if !run.isQuiet, !failure.remedy.isEmpty { text += line("  remedy: \(failure.remedy.text)") }
        }
        var reportedOn: Set<String> = []
        for pair in broken {
            // Who hangs does so for all.
            if pair.state == .unknown, hung[pair.from] != nil, !reportedOn.insert(pair.from).inserted { continue }
            let target = pair.state == .unknown && hung[pair.from] != nil ? "all" : pair.to
            text +=
                "\n" + line("\(pair.from) -> \(target): \(pair.word)\(pair.failure.map { ": \($0.message)" } ?? "")")
            guard !run.isQuiet, let failure = pair.failure else { continue }
            if !failure.remedy.isEmpty { text += line("  remedy: \(failure.remedy.text)") }
            if case .likely(let other) = failure.certainty { text += line("  or maybe: \(other)") }
        }
        let made = pairs.count { $0.state == .made }
        if made > 0 { text += "\n" + line("\(made) of \(pairs.count) connections were not there, and are now") }
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

    private typealias Row = (offset: Int, element: String)

    /// A column a member, named by its number: names would make the matrix too wide.
    private var columns: [Column<Row>] {
        let known = Dictionary(pairs.map { ([$0.from, $0.to], $0) }) { first, _ in first }
        let own = [
            Column<Row>("number", "", .right) { .integer($0.offset + 1) },
            Column<Row>("from", "FROM") { .text($0.element) },
        ]
        return own
            + members.enumerated().map { index, to in
                Column<Row>("to_\(index + 1)", "\(index + 1)") { row in
                    .text(row.element == to ? "-" : known[[row.element, to]]?.word ?? "?")
                }
                .meaning { known[[$0.element, to]]?.role ?? .plain }
            }
    }
}
