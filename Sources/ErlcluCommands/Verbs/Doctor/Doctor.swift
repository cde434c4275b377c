import ErlangNode
import ReleaseFiles

extension VerbSpec {
    static let doctor = VerbSpec(
        name: "doctor",
        summary: "where the connection to a node breaks, rung by rung, and what may break it next",
        operands: [
            OperandSpec("NODE", .optional, .nodeName, help: "the node to look at; the target when it is left out")
        ],
        details: [
            "Climbs DNS, epmd, TCP, TLS (hello, certificate, finished), name, status, challenge, flags, cookie, up, rpc "
                + "and applications, on one connection. The first broken rung is told with its code, how sure that is, and "
                + "the remedy; its code makes the exit status. Where one sign has several causes a second, short connection "
                + "tells them apart.",
            "Beside the rungs it looks at the certificates of both sides and the days that they have left, the names in "
                + "them, trust in both directions, the clocks, the cookie's hash and source, the release and its "
                + "distribution flags, the name type, what epmd says of the node, and published weaknesses of OTP's ssh and "
                + "TLS. Warnings do not change the exit status.",
        ],
        examples: [VerbExample("erlclu-ctl doctor app@10.0.0.7", "why do we not connect")],
        statuses: [.done, .noHost, .unavailable, .timeout, .protocolMismatch, .authentication, .configuration],
        defaultTimeout: .seconds(15),
        run: { (run: CommandRun) throws(CommandFailure) -> ExitStatus in
            let settings = try run.settings(of: run.operands)
            let nodes = settings.nodes.value
            guard !nodes.isEmpty else { throw run.noNode(settings) }
            var statuses: [ExitStatus] = []
            for (index, node) in nodes.enumerated() {
                if index > 0 { run.results.add(text: [0x0A]) }
                let visit = DoctorVisit(run, node: node, settings: settings)
                try visit.examine()
                statuses.append(visit.report())
            }
            return statuses.allSatisfy { $0 == statuses[0] } ? statuses[0] : .partial
        })
}
