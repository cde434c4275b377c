import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode

/// The answers of several members, shown in the order of their names, whatever the order in which they come. A member
/// that is late holds the others back for a second and no longer: what comes behind that is shown as it comes.
final class MemberAnswers {
    private static let patience = Duration.seconds(1)

    private let run: CommandRun
    private var names: [String] = []
    /// Those that are not shown yet, in order.
    private var awaited: ArraySlice<String> = []
    private var arrived: [String: () -> Void] = [:]
    private var answered = 0
    private var loop: EventLoop?
    private var timer: TimerHandle?
    private var isPatient = true
    /// Members that evaluate nothing (erlclud): they have no part in an answer, as hidden nodes have none.
    private var unable: [String] = []

    init(_ run: CommandRun) { self.run = run }

    /// - Parameters:
    ///   - names: who is asked.
    ///   - loop: what the answers are waited for on.
    func expect(_ names: [String], on loop: EventLoop) {
        self.names = names.sorted()
        awaited = self.names[...]
        self.loop = loop
        timer = loop.schedule(at: run.context.now() + Self.patience) { [weak self] in self?.losePatience() }
        showProgress()
    }

    /// An answer has come.
    /// - Parameter show: shows it; called when its turn has come.
    func take(_ node: String, _ show: @escaping () -> Void) {
        answered += 1
        arrived[node] = show
        if isPatient { showInOrder() } else { showAll() }
        showProgress()
    }

    /// - Returns: true for a member that evaluates nothing: that is said at the end, and is no failure.
    func passesOver<Answer>(_ node: String, _ outcome: Result<Answer, NodeFailure>) -> Bool {
        guard case .failure(let failure) = outcome, failure.code == .noEvaluation else { return false }
        unable.append(node)
        take(node) {}
        return true
    }

    /// No more will come.
    func finish() {
        timer?.cancel()
        showAll()
        run.endProgress()
    }

    private func losePatience() {
        isPatient = false
        showAll()
        showProgress()
    }

    private func showInOrder() {
        while let next = awaited.first, let show = arrived.removeValue(forKey: next) {
            awaited.removeFirst()
            show()
        }
    }

    private func showAll() {
        for name in arrived.keys.sorted() { arrived.removeValue(forKey: name)?() }
        run.results.flush()
    }

    private func showProgress() {
        run.showProgress("\(answered) of \(names.count) nodes have answered", on: loop)
    }

    /// Says whom nobody asked: hidden nodes, and members that `entry` is not connected to. For the latter the command
    /// has a part of its answer only.
    @LoopActor
    func reportLeftOut(by entry: any Administration, _ tally: NodeTally) async {
        if !unable.isEmpty {
            run.warn("left out, as an erlclud evaluates nothing: \(unable.sorted().joined(separator: ", "))")
        }
        let now = run.context.now()
        let limit = now + .seconds(2)
        // What has been asked is there; a cluster that cannot say more takes nothing of that away.
        guard let members = try? await entry.ask(MembersQuestion(), until: run.deadline.map { min($0, limit) } ?? limit)
        else {
            return
        }
        let asked = Set(names)
        let others = members.filter { !asked.contains($0.node) }.sorted { $0.node < $1.node }
        let hidden = others.filter { $0.kind == .hidden }.map(\.node)
        if !hidden.isEmpty { run.warn("not asked, as hidden nodes: \(hidden.joined(separator: ", "))") }
        for member in others where member.kind != .hidden {
            tally.add(
                .node(
                    NodeFailure(
                        .rpc, stage: .up, node: member.node,
                        message: "\(member.node) was not asked: \(entry.node) is not connected to it",
                        remedy: "'members' and 'doctor --all' say more; name it with --node to ask it directly")))
        }
    }
}

extension OptionSpec {
    /// Of verbs that ask nodes for what they say of themselves.
    static let allMembers = OptionSpec(
        .all, help: "of every visible member of the cluster, asked through the node that is named")
}

extension CommandRun {
    /// What each node that is named says of itself, or with `--all` every member.
    /// - Parameters:
    ///   - includesLinks: whether a node that is named is asked for its links too.
    ///   - show: shows one answer.
    @LoopActor
    func forEachNodeOrMember(
        includesLinks: Bool = false,
        _ show: @escaping @LoopActor (_ status: NodeStatus, _ isOneOfSeveral: Bool) throws(CommandFailure) -> Void
    ) async throws(CommandFailure) -> ExitStatus {
        if options.contains(.all) {
            return try await forEachMember { (status, _) throws(CommandFailure) in try show(status, true) }
        }
        return try await forEachNode { (node, isOneOfSeveral) async throws(CommandFailure) in
            let deadline = self.deadline
            let status = try await self.asking { () async throws(NodeFailure) in
                try await node.ask(StatusQuestion(includesLinks: includesLinks), until: deadline)
            }
            await self.order?.awaitTurn(of: node.node)
            try show(status, isOneOfSeveral)
        }
    }

    /// `--all`: what every member says of itself, through one of the nodes that are named.
    /// - Parameter show: shows one answer, which came so long after the members had been asked.
    @LoopActor
    func forEachMember(
        _ show: @escaping @LoopActor (_ status: NodeStatus, _ time: Duration) throws(CommandFailure) -> Void
    ) async throws(CommandFailure) -> ExitStatus {
        let answers = MemberAnswers(self)
        let tally = NodeTally(self)
        try await withEntryNode { (entry) async throws(CommandFailure) in
            var start = context.now()
            do {
                // What has come is shown also where the one that asks is lost.
                defer { answers.finish() }
                try await asking { () async throws(NodeFailure) in
                    let question = MemberStatusQuestion(
                        onMembers: { [self] names in
                            start = context.now()
                            answers.expect(names, on: context.loop)
                        },
                        onStatus: { [self] name, result in
                            let time = start.duration(to: context.now())
                            answers.take(name) {
                                do throws(CommandFailure) {
                                    switch result {
                                    case .success(let status): try show(status, time)
                                    case .failure(let failure): throw .node(failure)
                                    }
                                    tally.add(.done)
                                } catch {
                                    tally.add(error)
                                }
                            }
                        })
                    try await entry.ask(question, until: deadline)
                }
            }
            await answers.reportLeftOut(by: entry, tally)
        }
        return tally.finish()
    }
}
