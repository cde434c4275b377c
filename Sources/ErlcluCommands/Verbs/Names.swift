import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation
import ReleaseFiles

extension VerbSpec {
    static let names = VerbSpec(
        name: "names",
        summary: "the nodes that an epmd knows",
        operands: [
            OperandSpec(
                "HOST[:PORT]", .optional, .host,
                help: "whose epmd to ask; the target's, or this host's, when it is left out")
        ],
        details: ["Asks the Erlang port mapper daemon; no cookie and no node is needed for that."],
        examples: [VerbExample("erlclu-ctl names 10.0.0.7", "the nodes on that host, with their ports")],
        statuses: [.done, .noHost, .unavailable, .timeout],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let settings = try run.settings()
            guard case .lookup(let given, let usualPort) = settings.epmd.value else {
                throw .configuration(
                    message: "the target does without epmd (\(settings.epmd.origin))",
                    remedy: "give --epmd HOST:PORT to ask one all the same")
            }
            let nodeHost = settings.namedNodes.first.flatMap { $0.split(separator: "@").last.map(String.init) }
            let typed = run.operands.first
            if settings.transport.value == .ssh, typed == nil, given == nil {
                throw .configuration(
                    message: "names asks epmd, which is not reached over SSH yet",
                    remedy: "say which one with a HOST behind names, or with --epmd HOST:PORT")
            }
            let place = typed.flatMap { HostAndPort($0) }
            let host = place?.host ?? typed ?? given ?? nodeHost ?? "localhost"
            let port = place?.port ?? usualPort
            let names = try await run.asking { () async throws(NodeFailure) in
                try await run.context.targets.names(
                    host: host, port: port, via: settings.via?.value, deadline: run.deadline)
            }
            run.results.add(
                rows: names,
                columns: [
                    Column("name", "NAME") { .text($0.name) },
                    Column("port", "PORT", .right) { .integer(Int($0.port)) },
                ])
            return .done
        })
}
