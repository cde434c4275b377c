import ByteTransport
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
        details: [
            "Asks the Erlang port mapper daemon; no cookie and no node is needed for that.",
            "Over SSH, without HOST and --epmd, the node is asked what the epmd on its own host knows.",
        ],
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
            let place = typed.flatMap { HostAndPort($0) }
            let host = place?.host ?? typed ?? given ?? nodeHost ?? "localhost"
            let port = place?.port ?? usualPort
            let isOfTarget = typed == nil && given == nil
            let names: [RegisteredNode]
            if settings.transport.value == .ssh, isOfTarget {
                names = try await run.namesByTheNode(settings)
            } else {
                let other = isOfTarget && settings.goesOnOverSSH ? settings.overSSH : nil
                do throws(NodeFailure) {
                    names = try await run.context.targets.names(
                        host: host, port: port, via: settings.via?.value,
                        deadline: other == nil ? run.deadline : run.deadlineOfFirstWay)
                } catch {
                    guard let other, let ssh = other.ssh, let node = settings.namedNodes.first, run.hasTime else {
                        throw .node(error)
                    }
                    let detour = DialPlan.Detour(failure: error, ssh: ssh.value.description)
                    run.warn(of: detour, to: node)
                    do throws(CommandFailure) { names = try await run.namesByTheNode(other) } catch {
                        guard case .node(let failure) = error else { throw error }
                        throw .node(detour.failure(after: failure))
                    }
                }
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

extension CommandRun {
    /// Of two ways the first has half of the time.
    fileprivate var deadlineOfFirstWay: Instant? {
        let now = context.now()
        return deadline.map { now + max(.zero, now.duration(to: $0)) / 2 }
    }

    /// What the epmd on the host of the node that is named knows, by that node.
    @LoopActor
    fileprivate func namesByTheNode(_ settings: NodeSettings) async throws(CommandFailure) -> [RegisteredNode] {
        guard let name = settings.nodes.value.first else { throw noNode(settings) }
        let node = try open(name, settings)
        return try await asking { () async throws(NodeFailure) in
            try await node.ask(RegisteredNamesQuestion(), until: deadline)
        }
    }
}
