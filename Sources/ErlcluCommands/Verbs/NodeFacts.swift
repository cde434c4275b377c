import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import Presentation

extension VerbSpec {
    static let pid = VerbSpec(
        name: "pid",
        aliases: ["getpid"],
        summary: "the number of the node's operating system process",
        operands: [.nodes],
        statuses: [.done, .unavailable, .timeout, .authentication],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
            try run.forEachNode { (node, isOneOfSeveral) throws(CommandFailure) in
                let pid = try run.asking { () throws(NodeFailure) in try node.processID(deadline: run.deadline) }
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
        run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
            try run.forEachNodeOrMember { (status, isOneOfSeveral) throws(CommandFailure) in
                var line = "OTP \(status.otpRelease) erts \(status.ertsVersion)"
                if let product = status.product { line = "\(product.name) \(product.version ?? "-") " + line }
                if run.format == .table || run.format == .raw {
                    return run.results.add(text: "\(isOneOfSeveral ? "\(status.node): " : "")\(line)\n")
                }
                run.results.add(
                    rows: [status],
                    columns: [
                        Column("node", "") { .atom($0.node) },
                        Column("release", "") { Cell(text: $0.product?.name) },
                        Column("release_version", "") { Cell(text: $0.product?.version) },
                        Column("otp_release", "") { .text($0.otpRelease) },
                        Column("erts_version", "") { .text($0.ertsVersion) },
                    ])
            }
        })
}

extension CommandRun {
    /// One word about a node.
    func add(fact key: String, _ cell: Cell, of node: String, _ isOneOfSeveral: Bool) {
        results.add(
            json: { json in
                json.beginObject()
                json.key("node")
                json.string(node)
                json.key(key)
                cell.write(to: &json)
                json.endObject()
            },
            term: { TermOutput.line(.tuple([.atom(Atom(node)), cell.term])) },
            text: { "\(isOneOfSeveral ? "\(node): " : "")\(cell.shown)\n" })
    }
}
