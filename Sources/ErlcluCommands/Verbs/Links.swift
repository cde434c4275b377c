import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation

extension VerbSpec {
    static let links = VerbSpec(
        name: "links",
        summary: "the node's distribution links: what they carry, and what waits",
        operands: [.nodes],
        options: [
            OptionSpec(.all, help: "of every member of the cluster, asked through the node that is named"),
            .watch("a line for each link that is made, goes, changes, or is busy"),
        ],
        details: [
            "A line a link, as the node sees it. ADDRESS is the peer's end of it; only where DIALLED says yes the peer "
                + "listens there. IN and OUT are bytes of the socket, TLS included, and PKTS messages, since the link is up.",
            "BUFFER is what waits in the node's own buffer for the link, QUEUE what waits behind that, in the socket's "
                + "driver. What the kernel holds is not known to the node. A link is busy from a limit of BUFFER on (+zdbbl, "
                + "1 MiB by default), and while both are above 0: processes that send to the peer are suspended, then or "
                + "soon. One that stays busy has a peer, or a network, that takes nothing.",
            "With --all both ends of each link are listed, hidden nodes' links as well; the status is 2 where a member gave "
                + "no answer. The names that nodes gave to shells and tools are not listed.",
            "With --watch the nodes are asked once a second. CHANGE is made, gone, or the columns that are new; what links "
                + "carry is no change.",
        ],
        examples: [
            VerbExample("erlclu-ctl links -n app@10.0.0.7", "the links of one node"),
            VerbExample(
                "erlclu-ctl links --all -o json | jq -r '.items[] | select(.busy) | .node + \" to \" + .peer'",
                "the links of the cluster that keep senders waiting"),
        ],
        statuses: [.done, .partial, .unavailable, .timeout, .authentication, .interrupted],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let ofAll = run.options.contains(.all)
            guard !run.options.contains(.watch) else { return try await LinkWatchReport(run, ofAll: ofAll).attend() }
            guard ofAll else {
                return try await run.forEachNode { (node, _) async throws(CommandFailure) in
                    let answers = try await run.links(of: node, ofAll: false)
                    await run.order?.awaitTurn(of: node.node)
                    run.results.add(rows: answers.flatMap(\.links), columns: Column<DistributionLink>.links)
                }
            }
            return try await run.withEntryNode { (entry) async throws(CommandFailure) in
                let answers = try await run.links(of: entry, ofAll: true)
                run.results.add(rows: answers.flatMap(\.links), columns: Column<DistributionLink>.links)
                return run.report(silent: answers.compactMap(\.failure))
            }
        })
}

extension CommandRun {
    /// A terminal shows which of the members are waited for.
    @LoopActor
    fileprivate func links(of node: any Administration, ofAll: Bool) async throws(CommandFailure) -> [NodeLinks] {
        defer { endProgress() }
        let deadline = self.deadline
        let question = LinksQuestion(ofAllMembers: ofAll) { [self] silent in
            showProgress(waitingFor: silent.isEmpty ? [node.node] : silent)
        }
        return try await asking { () async throws(NodeFailure) in try await node.ask(question, until: deadline) }
    }

    /// Members that gave no answer.
    func report(silent failures: [NodeFailure]) -> ExitStatus {
        for failure in failures { report(.node(failure), isOneOfSeveral: true) }
        return failures.isEmpty ? .done : .partial
    }
}

/// `links --watch`.
private final class LinkWatchReport {
    private let run: CommandRun
    private let ofAll: Bool
    private let lines: WatchLines<LinkChange>
    private var ledger = LinkLedger()

    init(_ run: CommandRun, ofAll: Bool) throws(CommandFailure) {
        try run.checkWatch()
        self.run = run
        self.ofAll = ofAll
        lines = WatchLines(
            run, LinkChange.columns(forPeople: run.format == .table),
            room: ["changes": "address".count, "bytes_in": 5, "bytes_out": 5, "buffered_bytes": 6, "queued_bytes": 5])
    }

    @LoopActor
    func attend() async throws(CommandFailure) -> ExitStatus {
        let ofAll = ofAll
        return try await run.watch { (node, deadline) async throws(NodeFailure) in
            try await node.ask(LinksQuestion(ofAllMembers: ofAll), until: deadline)
        } take: { [self] in
            lines.write(ledger.take($0))
        }
    }
}
