import ClusterAdmin
import ErlangNode
import ErlangTerm

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
        details: [
            "One line: the release's name and version where the node runs one, then OTP and erts. "
                + "The version of erlclu-ctl itself is told by --version."
        ],
        statuses: [.done, .unavailable, .timeout, .authentication],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
            try run.forEachNode { (node, isOneOfSeveral) throws(CommandFailure) in
                let version = try run.asking { () throws(NodeFailure) in try node.version(deadline: run.deadline) }
                var line = "OTP \(version.otpRelease) erts \(version.ertsVersion)"
                if let name = version.ownRelease { line = "\(name) \(version.releaseVersion ?? "-") " + line }
                if run.format == .table || run.format == .raw {
                    run.results.add(text: "\(isOneOfSeveral ? "\(node.node): " : "")\(line)\n")
                    return
                }
                let name = node.node
                run.results.add(
                    rows: [version],
                    columns: [
                        Column("node", "") { _ in .atom(name) },
                        Column("release", "") { Cell(text: $0.ownRelease) },
                        Column("release_version", "") { Cell(text: $0.ownRelease == nil ? nil : $0.releaseVersion) },
                        Column("otp_release", "") { .text($0.otpRelease) },
                        Column("erts_version", "") { .text($0.ertsVersion) },
                    ])
            }
        })
}

extension NodeVersion {
    /// The release's name, unless the node runs none: the boot scripts of OTP itself are of a release `Erlang/OTP`.
    var ownRelease: String? { releaseName == "Erlang/OTP" ? nil : releaseName }
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
