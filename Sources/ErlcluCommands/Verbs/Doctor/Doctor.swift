import ByteTransport
import ClusterAdmin
import ErlangNode
import HandshakeTrace
import Presentation
import ReleaseFiles

extension VerbSpec {
    static let doctor = VerbSpec(
        name: "doctor",
        summary: "where the connection to a node breaks, rung by rung, and what may break it next",
        operands: [
            OperandSpec("NODE", .optional, .nodeName, help: "the node to look at; the target when it is left out")
        ],
        options: [
            OptionSpec(
                .from, value: OptionValue("NODE2", .nodeName),
                help: "have this node connect to NODE, and look at that from both sides"),
            OptionSpec(
                .all,
                help: "ask every member, through one of them, which others it is connected to and how it reaches them"),
            OptionSpec(.connect, help: "with --all: have those that are not connected dial each other, and trace that"),
            OptionSpec(.summary, help: "a line for each node, or for --all one, instead of rungs and checks"),
        ],
        details: [
            "Climbs DNS, epmd, TCP, TLS (hello, certificate, finished), name, status, challenge, flags, cookie, up, rpc "
                + "and applications, on one connection. The first broken rung is reported with its code, how sure "
                + "that is, and the remedy; its code gives the exit status. Where one sign has several causes, a second, "
                + "short connection separates them.",
            "Beside the rungs it looks at the certificates of both sides and the days that they have left, the names in "
                + "them, trust in both directions, the clocks, the cookie's hash and source, the release and its "
                + "distribution flags, the name type, what epmd says of the node, and published weaknesses of OTP's ssh "
                + "and TLS. Warnings do not change the exit status.",
            "An erlclud evaluates nothing, on purpose: its rungs hold once it says so, and it is looked at from outside only.",
            "Over SSH the rungs are TCP, banner, key exchange, host key, authentication, exec, bridge, applications and "
                + "distribution. For the last one the node itself says how it is distributed: its listener, what its epmd "
                + "knows, its certificate. What of that keeps other nodes out breaks the rung, and its code gives the exit "
                + "status. Where a cookie and a name are known, the rungs of distribution follow, as seen from here; a "
                + "context that has both ways begins with those, and looks over SSH where one is broken.",
            "A weakness is reported once for each release among the nodes, and without a warning where the context accepts "
                + "it. With -q only what is wrong is printed, and nothing about a healthy node.",
            "Several nodes, such as those of a context, are looked at one after the other, each with its share of --timeout; "
                + "the exit status is 2 where theirs differ. With --all the named nodes are ways into the cluster, and "
                + "the result of each is reported: a node that is connected to no member counts as a member, and where a "
                + "node that --node names refuses us the exit status is 2. A timeout of a context or of ERLCLU_TIMEOUT "
                + "does not shorten the 20 s that a diagnosis has.",
            "With --from the options of the target are those of NODE2; NODE is reached from there by its name, and the "
                + "connection that is made stays.",
            "--all shows which members are connected, and exits 1 when a pair is not. It makes no connection between them: "
                + "each member resolves the others' names, asks epmd, and looks whether their ports are open; their "
                + "settings are compared. This disturbs no cluster. Where it does not give the reason, --connect has the "
                + "members of such pairs dial each other. From OTP 25 on global may then disconnect others (E-OVERLAP), "
                + "and a connection that is made stays.",
            "With -o jsonl each line has an event: started, rung, second_look, check and ended; with --all pair. Each rung "
                + "has one line. Errors, and what traces saw, are lines of their own.",
        ],
        examples: [
            VerbExample("erlclu-ctl doctor app@10.0.0.7", "why do we not connect"),
            VerbExample("erlclu-ctl doctor app@10.0.0.7 --from shop@10.0.0.8", "why do these two not connect"),
            VerbExample("erlclu-ctl doctor --all -n app@10.0.0.7", "which pairs of the cluster are not connected"),
        ],
        statuses: [
            .done, .negative, .partial, .noHost, .unavailable, .timeout, .protocolMismatch, .authentication,
            .configuration,
        ],
        defaultTimeout: .seconds(20),
        leastTimeout: .seconds(20),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            if run.options.contains(.summary), run.format != .table, run.format != .raw {
                throw .usage(.exclusive("--summary", "-o \(run.format.rawValue)"))
            }
            if run.options.contains(.all) {
                if run.options.contains(.from) { throw .usage(.exclusive("--all", "--from")) }
                return try await MeshReport(run).report()
            }
            if run.options.contains(.connect) { throw .usage(.settings("--connect goes with --all")) }
            if let from = run.options.value(.from) { return try await run.examinePair(from: from) }
            let settings = try run.settings(of: run.operands)
            let nodes = settings.nodes.value
            guard !nodes.isEmpty else { throw run.noNode(settings) }
            var statuses: [ExitStatus] = []
            var reported = ReportedWeaknesses()
            for (index, node) in nodes.enumerated() {
                if index > 0, !run.saysLittle { run.results.add(text: "\n") }
                statuses.append(
                    try await DoctorWays(run, settings, nodesBehind: nodes.count - index - 1).examine(node, &reported))
            }
            return statuses.allSatisfy { $0 == statuses[0] } ? statuses[0] : .partial
        })
}

extension CommandRun {
    /// `doctor NODE --from NODE2`
    @LoopActor
    fileprivate func examinePair(from: String) async throws(CommandFailure) -> ExitStatus {
        let named = try settings(of: operands)
        let targets = named.nodes.value
        guard let first = targets.first else { throw noNode(named) }
        let settings = try settings(of: [from])
        guard settings.mode.value != .readOnly else {
            throw .configuration(
                message: "\(from) is read-only (\(settings.mode.origin)), and --from has it connect to \(first)",
                remedy: "use a context that allows it, if it is meant")
        }
        let initiator = try await examined(settings.nodes.value.first ?? from, settings)
        // The nodes of a context may well include it.
        let others = targets.filter { $0 != initiator.node }
        guard !others.isEmpty else {
            throw .usage(.settings("NODE and --from are the same node: \(first)"))
        }
        // As long as we do not come to the one that is to dial, that is what is wrong.
        // Once it answers, what it has not yet started keeps nobody from asking it.
        guard initiator.target != nil else { return DoctorReport(initiator).report(self) }
        var statuses: [ExitStatus] = []
        for (index, target) in others.enumerated() {
            if index > 0, !saysLittle { results.add(text: "\n") }
            beginTurn(before: others.count - index - 1)
            statuses.append(
                try await report(
                    from: initiator, to: visit(target, settings.holding(for: target), until: deadline),
                    isHostAssumed: named.assumedHosts.contains(target)))
        }
        return statuses.allSatisfy { $0 == statuses[0] } ? statuses[0] : .partial
    }

    /// - Parameter isHostAssumed: of the acceptor.
    @LoopActor
    private func report(
        from initiator: DoctorVisit, to acceptor: DoctorVisit, isHostAssumed: Bool
    ) async throws(CommandFailure) -> ExitStatus {
        let way = PairWay(
            from: initiator.node, to: acceptor.node, usesTLS: initiator.facts?.usesTLS ?? false,
            isHostAssumed: isHostAssumed)
        var lines: LadderLines?
        let pair = PairVisit(
            from: initiator, to: acceptor, isHostAssumed: isHostAssumed, until: deadline,
            readCertificate: Self.certificate
        ) { [self] event in
            switch event {
            case .began(let ladder): lines = LadderLines(self, title: way.title, fields: way.fields, ladder)
            case .climbed(let ladder): lines?.show(ladder)
            case .untraced(let node, let reason): warn("\(node) is not traced: \(reason)")
            }
        }
        try await visiting { () async throws(VisitFailure) in try await pair.examine() }
        return DoctorReport(pair, way).report(self, after: lines)
    }
}

/// What a report on two nodes is headed with.
struct PairWay {
    var from: String
    var to: String
    var usesTLS: Bool
    /// Whether nobody has said on which host the second node is.
    var isHostAssumed: Bool

    private var transport: String { usesTLS ? "tls" : "tcp" }

    var title: String {
        "\(to) as \(from) comes to it, over \(transport)" + (isHostAssumed ? NodeApproach.assumption(of: to) : "")
    }

    var fields: [(key: String, value: String)] { [("node", to), ("from", from), ("transport", transport)] }
}
