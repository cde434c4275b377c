import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm

@testable import ClusterAdmin
@testable import ErlcluCommands
@testable import HandshakeTrace

/// Nodes whose names, answers, failures and certificates are made to be misread by a terminal.
enum HostileCluster {
    /// The clipboard, a colour in one byte, and what hides and reorders.
    static let text =
        "\u{1B}]52;c;ZXZpbA==\u{7}\u{9B}31m\u{8}\r\u{202E}\u{200B}\u{2060}\u{FEFF}\u{E0041}\u{180E}\u{85}\u{2028}\u{AD}\u{FE0F}"
    /// The begin of a line that nobody wrote.
    static let forgery = "forged"
    /// What has no business to begin a line.
    static let field = "evil\(text)\n\(forgery) \(text)"
    static let node = "\(field)@here"
    /// What may have lines, and is not UTF-8.
    static let output = Array("line \(text)\nline ".utf8) + [0x9B, 0x90, 0xED, 0xA0, 0x80, 0xFF, 0x0A]

    static let certificate = CertificateFacts(
        subject: "CN=\(field)", issuer: "CN=\(field)", serial: field, notBefore: 1_700_000_000,
        notAfter: 1_800_000_000, dnsNames: [field], ipAddresses: [field], extendedKeyUsage: [field], fingerprint: field,
        keyType: field)

    static func failure(_ code: FailureCode) -> NodeFailure {
        NodeFailure(
            code, stage: .tls, node: node, message: field, remedy: Remedy(field),
            certainty: .likely(alternative: Alternative(field)))
    }

    /// A term that says it in every way.
    static let value: Term = .tuple([
        .atom(Atom(text)), .binary(Array(text.utf8)), .binary(output),
        .list(text.unicodeScalars.map { .integer(Int($0.value)) }),
        .map([MapPair(.atom(Atom(text)), .binary(Array(text.utf8)))]), .list([.integer(27), .integer(93)]),
    ])

    static func view(_ term: Term) -> TermView {
        do { return try DecodedTerm(packet: term.encoded).root } catch { preconditionFailure("\(error)") }
    }

    static let outcomes: [EvaluationOutcome] = [
        .value(view(value)), .value(view(.binary(output))), .text(text), .exception(text: "line \(text)\nline"),
        .syntaxError(line: 1, column: 1, message: text), .unavailable(language: field),
        .value(view(.tuple([.atom("rpc_error"), .integer(3), value]))), .value(view(.tuple([.atom("badrpc"), value]))),
    ]

    static let members: [Member] =
        [Member.State.up, .unreachable, .pending, .down].map { state in
            Member(
                node: "\(state) \(node)", state: state, kind: .visible, isEntry: state == .up, address: field,
                transport: field, otpRelease: field, remark: field, silence: failure(.timeout))
        } + [
            Member(node: "last \(node)", state: .up, kind: .visible, lists: ["first \(node)"]),
            Member(node: "first \(node)", state: .up, kind: .visible, lists: []),
            Member(node: "alone \(node)", state: .up, kind: .visible, lists: []),
        ]

    static let certificates = [
        NodeCertificate(
            node: node, chain: [certificate, certificate], source: .handshake, successor: certificate,
            time: 1_750_000_000), NodeCertificate(node: node, chain: [certificate], source: .link, time: 1),
        NodeCertificate(node: node, chain: [certificate], source: .options, time: 1_900_000_000),
        NodeCertificate(node: node, chain: [], source: nil, time: 1),
        NodeCertificate(node: node, chain: [], source: nil, time: 1, failure: failure(.timeout)),
    ]

    static let links = [
        NodeLinks(
            node: node,
            links: [
                DistributionLink(
                    node: node, peer: node, transport: field, address: field, isBusy: true, tlsVersion: field,
                    cipher: field)
            ]), NodeLinks(node: node, links: [], failure: failure(.timeout)),
    ]

    static var checkup: (facts: NodeCheckup, timing: CheckupTiming)? {
        let name = Term.atom(Atom(node))
        let bytes = Term.binary(Array(field.utf8))
        let facts: [(Atom, Term)] = [
            ("node", name), ("otp", bytes), ("erts", bytes), ("init", .atom("started")), ("rex", .atom("true")),
            ("long_names", .atom("false")), ("proto_dist", bytes), ("listens", .integer(1)),
            ("epmd", .tuple([.atom("names"), .list([.tuple([bytes, .integer(1)])])])),
            ("versions", .list([.tuple([.atom("ssh"), bytes]), .tuple([.atom("ssl"), bytes])])),
            ("running", .list([.atom("kernel"), name])), ("starting", .list([name])), ("sshd", .integer(1)),
        ]
        let item = Term.tuple([.atom("checkup"), .map(facts.map { MapPair(.atom($0.0), $0.1) })])
        return NodeCheckup(view(item)).map { ($0, CheckupTiming(asked: 0, took: 1)) }
    }

    static let occurrences: [(NodeFailure.Stage, EventKind)] = [
        (.epmd, .started(.epmd)), (.epmd, .epmd(EPMDFacts(.port, isAnswer: false, alive: field))),
        (.epmd, .epmd(EPMDFacts(.names, isAnswer: true, names: [field, field]))), (.tcp, .connected),
        (
            .tls,
            .tlsMessage(
                TLSMessageFacts(type: 1, versions: [field], ciphers: [field], serverName: field, note: field))
        ), (.tls, .tlsMessage(TLSMessageFacts(type: nil, note: field))),
        (.tls, .alert(AlertFacts(level: 2, description: 45, reason: field))),
        (
            .tls,
            .certificates(
                shownBy: .acceptor, [certificate],
                .refused(.name(expected: field, presented: [field]), index: 0))
        ), (.tls, .secured(version: field, cipher: field)),
        (.name, .handshake(HandshakeDetail(.name, name: node))),
        (.status, .handshake(HandshakeDetail(.status, status: .unknown(field)))),
        (.status, .handshake(HandshakeDetail(.status, status: .named(node, creation: 1), name: node, creation: 1))),
        (.up, .note(field)), (.down, .down(reason: field)),
    ]

    static let ends: [EndReason] = [
        .unreachable(field), .unresolved(field), .refusedBy(.unknown(field)), .missingFlags([field]),
        .nameMismatch(dialled: node, actual: node), .notTLS([0x1B]), .notDistribution([0x9B]), .badTLSOptions(field),
        .tls(field), .failed(failure(.name)), .other(field), .wrongCookie,
    ]

    /// An attempt that sees all of it, and one more for each other end.
    static let events: [TraceEvent] = ends.enumerated().flatMap { index, end in
        ((index == 0 ? occurrences : []) + [(.name, .ended(end))]).map { stage, what in
            TraceEvent(
                time: index * 10_000_000, vantage: .node(node), connection: index, side: .acceptor,
                initiator: Party(name: node, address: Endpoint(host: field, port: UInt16(index))),
                acceptor: Party(name: node, address: Endpoint(host: field, port: 1)), stage: stage, sender: .initiator,
                what: what)
        }
    }

    static let traced: [DistributionTrace.Event] =
        [
            .began(NodeTraceFacts(node: node, otpRelease: field, way: .session, processes: 1, patterns: 1)),
            .dropped(node: node, 3), .interrupted(node: node, reason: field), .refused(node: node, reason: field),
        ] + events.map { .happened($0) }

    /// - Parameter failure: what all requests fail with, if they do.
    static func node(_ outcome: EvaluationOutcome, failure: NodeFailure?) -> FakeNode {
        let fake = FakeNode(node, failure: failure)
        fake.outcome = outcome
        fake.outputs = [output]
        fake.memberRows = members
        fake.links = links
        fake.certificates = certificates
        fake.daemons = [
            SecureShellDaemon(address: field, port: 22, systemDirectory: field, keys: [], callback: field)
        ]
        fake.memberOutcomes =
            outcomes.map { (node, .success($0)) } + [(node, .failure(self.failure(.notAllowed)))]
        var state = NodeStatus(
            node: node, product: NodeStatus.Product(name: field, version: field), progress: field, processID: field,
            otpRelease: field, ertsVersion: field, uptimeSeconds: 1,
            processes: 1, processLimit: 1, runQueue: 1, memoryBytes: 1,
            applications: [NodeStatus.Application(name: field, version: field)])
        state.alarms = [NodeStatus.Alarm(id: field, description: field)]
        state.links = links[0].links
        fake.state = state
        fake.memberStatuses = [(node, .success(state)), (node, .failure(self.failure(.notAllowed)))]
        fake.checkupFacts = checkup
        fake.traced = traced
        return fake
    }
}
