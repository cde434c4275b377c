import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation

extension VerbSpec {
    static let pid = VerbSpec(
        name: "pid",
        aliases: ["getpid"],
        summary: "the number of the node's operating system process",
        operands: [.nodes],
        statuses: [.done, .unavailable, .timeout, .authentication],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            try await run.forEachNode { (node, isOneOfSeveral) async throws(CommandFailure) in
                let pid = try await run.asking { () async throws(NodeFailure) in
                    try await node.ask(ProcessIDQuestion(), until: run.deadline)
                }
                await run.order?.awaitTurn(of: node.node)
                run.add(fact: "pid", Int(pid).map { .integer($0) } ?? .text(pid), of: node.node, isOneOfSeveral)
            }
        })

    static let version = VerbSpec(
        name: "version",
        aliases: ["versions"],
        summary: "the node's release, OTP and runtime versions",
        operands: [.nodes],
        options: [.allMembers],
        details: [
            "One line: the release's name and version, then OTP and erts. Where the node was not started as a release, the "
                + "application that the node is named after stands for it, as rabbit for rabbit@host. "
                + "--version prints that of erlclu-ctl itself."
        ],
        statuses: [.done, .unavailable, .timeout, .authentication],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            try await run.forEachNodeOrMember { (status, isOneOfSeveral) throws(CommandFailure) in
                run.results.add([status], as: .version, label: isOneOfSeveral ? status.node : nil)
            }
        })
}

extension ResultForm where Row == NodeStatus {
    fileprivate static var version: ResultForm<NodeStatus> {
        ResultForm(
            [
                Column("node", "NODE") { .atom($0.node) },
                Column("release", "RELEASE") { Cell(text: $0.product?.name) },
                Column("release_version", "VERSION") { Cell(text: $0.product?.version) },
                Column("otp_release", "OTP") { Cell(word: $0.otpRelease) },
                Column("erts_version", "ERTS") { Cell(word: $0.ertsVersion) },
            ],
            shown: .line { status in
                let product = status.product.map { "\($0.name) \($0.version ?? "-")" }
                // An erlclud has none.
                let runtime = status.otpRelease.isEmpty ? nil : "OTP \(status.otpRelease) erts \(status.ertsVersion)"
                return [product, runtime].compactMap { $0 }.joined(separator: " ")
            })
    }
}

extension CommandRun {
    /// One word about a node.
    func add(fact key: String, _ cell: Cell, of node: String, _ isOneOfSeveral: Bool) {
        let form = ResultForm<Cell>(
            [Column("node", "NODE") { _ in .atom(node) }, Column(key, key.uppercased()) { $0 }],
            shown: .line(\.shown), term: .tuple(["node", key]))
        results.add([cell], as: form, label: isOneOfSeveral ? node : nil)
    }
}
