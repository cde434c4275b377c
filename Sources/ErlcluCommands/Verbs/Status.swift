package import ClusterAdmin
import ErlangNode
package import Presentation

extension VerbSpec {
    static let status = VerbSpec(
        name: "status",
        summary: "whether the node is up, and how it is doing",
        operands: [.nodes],
        options: [.allMembers],
        examples: [VerbExample("erlclu-ctl status -n app@10.0.0.7", "version, uptime, load, applications")],
        statuses: [.done, .unavailable, .timeout, .authentication],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
            try run.forEachNodeOrMember { (status, _) throws(CommandFailure) in
                if let failure = status.rpcFailure { throw .node(failure) }
                let facts = Column<NodeStatus>.status
                if run.format == .table {
                    run.results.add(text: Self.sheet(status, facts, width: run.width))
                } else {
                    run.results.add(rows: [status], columns: facts)
                }
            }
        })

    private static func sheet(_ status: NodeStatus, _ facts: [Column<NodeStatus>], width: Int?) -> TerminalText {
        let column = (facts.map(\.heading.count).max() ?? 0) + 2
        return facts.map { fact in
            let value = TerminalText.escaped(fact.cell(status).shown, keepingLines: false)
            let lines = Table.broken(value, width.map { max(20, $0 - column) } ?? .max)
            let margin = "\n" + String(repeating: " ", count: column)
            let gap = String(repeating: " ", count: column - fact.heading.count)
            return TerminalText(lines: "\(fact.heading)\(gap)\(lines.joined(separator: margin))\n")
        }.joined()
    }
}

extension Column where Row == NodeStatus {
    package static var status: [Column<NodeStatus>] {
        [
            Column("node", "node") { .atom($0.node) },
            Column("state", "state") { .atom($0.progress) },
            Column("release", "release") { status in
                Cell(text: status.product.map { [$0.name, $0.version].compactMap { $0 }.joined(separator: " ") })
            },
            Column("pid", "pid") { .text($0.processID) },
            Column("otp_release", "OTP release") { .text($0.otpRelease) },
            Column("erts_version", "erts") { .text($0.ertsVersion) },
            Column("uptime_seconds", "uptime") { .seconds($0.uptimeSeconds) },
            Column("processes", "processes") { .integer($0.processes) },
            Column("process_limit", "process limit") { Cell(integer: $0.processLimit) },
            Column("run_queue", "run queue") { .integer($0.runQueue) },
            Column("memory_bytes", "memory") { .bytes($0.memoryBytes) },
            Column("applications", "applications") { .texts($0.applications.map { "\($0.name) \($0.version)" }) },
        ]
    }
}
