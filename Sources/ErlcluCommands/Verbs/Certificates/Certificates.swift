import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Presentation
import ReleaseFiles

extension VerbSpec {
    static let certificates = VerbSpec(
        name: "cert", summary: "certificates of the members", subverbs: [.list, .show, .check])

    private static let sources =
        "SEEN BY says how it was seen: handshake, by us just now; options, what the node's own options name, and new "
        + "connections are shown within two minutes; link, by a member when it connected to the node."

    private static let list = VerbSpec(
        name: "list",
        summary: "the certificate that each member serves, the one that ends first on top",
        operands: [.nodes],
        options: [.watch("a line for each certificate that is new")],
        details: [
            "NAMES is ok where the certificate names the host of the node's name as OTP compares it; else it is what is "
                + "missing. A wildcard is taken only by those who set the match fun of https.",
            sources,
            "One connection to one node is enough, which asks the others. Where a member gives no answer, or what it serves "
                + "is not known, REMARK says so, and the status is 2. Members that distribute without TLS have no "
                + "certificate, and the status is 0.",
        ],
        examples: [VerbExample("erlclu-ctl cert list -n app@10.0.0.7", "what is to be renewed next")],
        statuses: [.done, .partial, .unavailable, .timeout, .authentication, .interrupted],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            if run.options.contains(.watch) { return try await CertificateWatchReport(run).attend() }
            return try await run.withCertificates { certificates in
                run.results.add(rows: certificates, columns: Column<NodeCertificate>.certificates)
                return .done
            }
        })

    private static let show = VerbSpec(
        name: "show",
        summary: "everything about the certificate of one node",
        operands: [
            OperandSpec(
                "NODE", .optional, .nodeName,
                help: "a member, asked through the node behind --node, or by itself where there is none")
        ],
        details: [
            "Subject, issuer, names, times, serial, key, SHA-256 fingerprint, and the issuers' certificates that the node "
                + "serves with it. The status is 1 where it has none, or none that is known.",
            sources,
        ],
        examples: [
            VerbExample("erlclu-ctl cert show app@10.0.0.9", "of that node"),
            VerbExample("erlclu-ctl cert show -n app@10.0.0.7 app@10.0.0.9", "the same, asked through another one"),
        ],
        statuses: [.done, .negative, .unavailable, .timeout, .authentication],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let settings = try run.settings()
            // The operand stands behind what is named by an option.
            let wanted = run.operands.isEmpty ? nil : settings.nodes.value.last
            return try await run.withEntryNode { (entry) async throws(CommandFailure) in
                let found = try await run.certificates(through: entry)
                let name = wanted ?? entry.node
                guard let certificate = found.first(where: { $0.node == name }) else {
                    throw .unavailable(node: name, message: "\(entry.node) knows no member \(name)")
                }
                if let failure = certificate.failure { throw .node(failure) }
                guard certificate.facts != nil else {
                    throw .unavailable(node: name, message: "\(name): \(certificate.remark ?? "no certificate")")
                }
                run.results.add([certificate], as: ResultForm(Column<NodeCertificate>.certificate, shown: .sheet))
                return .done
            }
        })

    private static let check = VerbSpec(
        name: "check",
        summary: "exit 1 where a certificate ends soon, is not valid, or does not name its node",
        operands: [.nodes],
        options: [
            OptionSpec(
                .within, value: OptionValue("SPAN", .text),
                help: "how soon none may end: 30d (default), 12h, 2w")
        ],
        details: [
            "FINDINGS is expired, ending (within that time), not_yet_valid, and name where the certificate does not name "
                + "the host of its node's name. With -q people see only those that something is wrong with.",
            "The status is 1 where anything is found, and where nobody distributes over TLS, as nothing could be checked; "
                + "else 2 where a member gave no answer or what it serves is not known; else 0.",
        ],
        examples: [
            VerbExample("erlclu-ctl cert check --within 30d -n app@10.0.0.7 || page", "a check for a timer"),
            VerbExample(
                "erlclu-ctl cert check -o json | jq -r '.items[] | select(.findings != []) | .node'",
                "the nodes that something is wrong with"),
        ],
        statuses: [.done, .negative, .partial, .unavailable, .timeout, .authentication],
        defaultTimeout: .seconds(10),
        run: { (run: CommandRun) async throws(CommandFailure) -> ExitStatus in
            let typed = run.options.value(.within) ?? "30d"
            guard let seconds = SpanSyntax.seconds(typed) else {
                throw .usage(
                    .invalidValue(
                        place: "--within", value: typed, expected: SpanSyntax.expectation, suggestion: nil))
            }
            return try await run.withCertificates { certificates in
                // Nobody serves one: what was to be checked is not there.
                if certificates.isEmpty { return .negative }
                let wrong = certificates.filter { !$0.findings(within: seconds).isEmpty }
                let isBrief = run.isQuiet && run.format == .table
                if !isBrief || !wrong.isEmpty {
                    run.results.add(
                        rows: isBrief ? wrong : certificates, columns: Column<NodeCertificate>.checks(within: seconds))
                }
                return wrong.isEmpty ? .done : .negative
            }
        })
}

/// Spans of time up to some years: `30d`, `12h`, `2w`.
enum SpanSyntax {
    static let expectation = "30d, 12h, 90m, 2w or 3600s, at most 3650d"

    static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), text.dropLast().allSatisfy({ $0.isASCII && $0.isNumber }),
            let count = Int(text.dropLast()), count <= 3_650 * 86_400 / unit
        else { return nil }
        return count * unit
    }
}

extension CommandRun {
    /// A terminal shows which of the members are waited for.
    @LoopActor
    fileprivate func certificates(through entry: any Administration) async throws(CommandFailure) -> [NodeCertificate] {
        defer { endProgress() }
        let deadline = self.deadline
        let question = CertificatesQuestion(read: Self.certificateWithKey) { [self] silent in
            showProgress(waitingFor: silent.isEmpty ? [entry.node] : silent)
        }
        return try await asking { () async throws(NodeFailure) in try await entry.ask(question, until: deadline) }
    }

    fileprivate static func withoutTLS(_ node: String) -> String {
        "\(node) distributes without TLS, and so do the members that it knows: no certificate is served"
    }

    /// - Parameter show: shows those of TLS nodes, and says what they come to.
    @LoopActor
    fileprivate func withCertificates(
        _ show: @escaping ([NodeCertificate]) -> ExitStatus
    ) async throws(CommandFailure) -> ExitStatus {
        try await withEntryNode { (entry) async throws(CommandFailure) in
            let found = try await certificates(through: entry)
            let secured = found.filter { $0.usesTLS || $0.failure != nil }
            if secured.isEmpty { warn(Self.withoutTLS(entry.node)) }
            let status = show(found.contains { $0.usesTLS && $0.facts != nil } ? found : secured)
            emitForScripts(secured.compactMap { $0.failure.map { .node($0) } })
            return status == .done && secured.contains { $0.facts == nil } ? .partial : status
        }
    }
}

/// `cert list --watch`.
private final class CertificateWatchReport {
    private struct Change {
        var certificate: NodeCertificate
        var what: String
    }

    private let run: CommandRun
    private let lines: WatchLines<Change>
    /// By node: what was known of each.
    private var known: [String: String] = [:]
    private var hasLooked = false

    init(_ run: CommandRun) throws(CommandFailure) {
        try run.checkWatch()
        self.run = run
        let change = Column<Change>("change", "CHANGE") { .text($0.what) }.meaning { _ in .changed }
        lines = WatchLines(
            run, [change] + Column<NodeCertificate>.certificates.map { $0.inside(\.certificate) },
            room: ["change": "renewed".count])
    }

    @LoopActor
    func attend() async throws(CommandFailure) -> ExitStatus {
        try await run.watch { (node, deadline) async throws(NodeFailure) in
            try await node.ask(CertificatesQuestion(read: CommandRun.certificateWithKey), until: deadline)
        } take: { [self] in
            take($0)
        }
    }

    private func take(_ certificates: [NodeCertificate]) {
        var changes: [Change] = []
        if !hasLooked, !certificates.contains(where: { $0.usesTLS || $0.failure != nil }),
            let first = certificates.first
        {
            run.warn(CommandRun.withoutTLS(first.node))
        }
        for certificate in certificates {
            // Of who gives no answer nothing is known; at first its line says so.
            guard let facts = certificate.facts else {
                if !hasLooked, certificate.usesTLS || certificate.failure != nil {
                    changes.append(Change(certificate: certificate, what: "unknown"))
                }
                continue
            }
            let newest = certificate.successor?.fingerprint ?? facts.fingerprint
            let old = known.updateValue(newest, forKey: certificate.node)
            if old == newest { continue }
            changes.append(
                Change(certificate: certificate, what: !hasLooked ? "found" : old == nil ? "joined" : "renewed"))
        }
        hasLooked = true
        lines.write(changes)
    }
}
