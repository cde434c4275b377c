import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation

extension VerbSpec {
    static let members = VerbSpec(
        name: "members",
        summary: "every node that any member sees, with its state and load",
        operands: [.nodes],
        options: [.watch("a line for each node that comes, goes or changes")],
        details: [
            "One connection to one node is enough: that node, marked with *, asks the others. Every node is listed that "
                + "any member is connected to, visible or hidden. A node that only some members know is asked through these, over "
                + "existing links, so that the list is the same through each node. No connection is made for it.",
            "A node is up when it answers. A hidden node that cannot be asked, such as a C node, is up as long as a member "
                + "has a link to it, and REMARK says why the rest is empty; the names that nodes gave to shells and tools are "
                + "not listed.",
            "ADDRESS is where a node listens: the host of its name, and its port. LINKS counts the visible members that a node "
                + "is connected to, out of how many other visible ones are listed: a full mesh has both numbers equal. "
                + "CERT is the number of days left of the certificate that the node serves to those who connect to it; "
                + "the one that it shows where it connects may be another. A - stands for what could not be found out.",
            "A member that has not answered two seconds after the others have is unreachable: it is not waited for any "
                + "longer, and the status is 2. Meanwhile a terminal shows which members are waited for.",
            "With --watch the nodes are asked once a second, and what they carry is left out, since that changes all the "
                + "time. CHANGE is joined, left, or the columns that are new. Nodes that left or do not answer come first, "
                + "and the same change of several nodes, such as a link more to one that joined, is one line. Where the "
                + "node that is asked hangs or goes, a line says so, and another node that is named is asked then; members "
                + "that it does not know are unknown, and not down. "
                + "-o jsonl has a line for each node that changes, with a list of changes.",
            "A terminal that is too narrow for all columns shows the more important ones; a pipe, a file and -o json get "
                + "all of them.",
        ],
        examples: [
            VerbExample("erlclu-ctl members -n app@10.0.0.7", "the cluster as it is now"),
            VerbExample("erlclu-ctl members -w -n app@10.0.0.7", "what becomes of it"),
            VerbExample(
                "erlclu-ctl members -o json | jq -r '.items[] | select(.state != \"up\") | .node'",
                "the names of those that something is wrong with"),
        ],
        statuses: [.done, .partial, .unavailable, .timeout, .authentication, .interrupted],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let watch = run.options.contains(.watch) ? try MemberWatchReport(run) : nil
            return try await run.withEntryNode { (entry) async throws(CommandFailure) in
                if let watch { return try await run.watchMembers(through: entry) { watch.take($0) } }
                let members = try await run.members(of: entry)
                run.results.add(rows: members.sorted { $0.node < $1.node }, columns: Column<Member>.members)
                let silent = members.filter { $0.silence?.code == .timeout }.map(\.node)
                if silent.isEmpty { return .done }
                run.warn("not heard of in time: \(silent.sorted().joined(separator: ", "))")
                return .partial
            }
        })
}

extension CommandRun {
    /// The members; a terminal shows which of them are waited for.
    @LoopActor
    fileprivate func members(of entry: any Administration) async throws(CommandFailure) -> [Member] {
        defer { endProgress() }
        let deadline = self.deadline
        let question = MembersQuestion { [self] silent in
            showProgress(waitingFor: silent.isEmpty ? [entry.node] : silent)
        }
        return try await asking { () async throws(NodeFailure) in try await entry.ask(question, until: deadline) }
    }

    func showProgress(waitingFor names: [String]) {
        let others = names.count > 3 ? " and \(names.count - 3) others" : ""
        showProgress("waiting for \(names.prefix(3).joined(separator: ", "))\(others)", on: context.loop)
    }
}
