import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import HandshakeTrace
import ReleaseFiles
import TLSTransport

/// What `doctor` visits nodes with: ways that the settings describe, and lines that show how far a visit is.
extension CommandRun {
    /// A visit that only leads to what is asked for: nothing stays of its rungs.
    @LoopActor
    func visit(_ node: String, _ settings: NodeSettings, until deadline: Instant?) -> DoctorVisit {
        let approach = approach(node, settings)
        let follower = LadderFollower(self, approach, isPassing: true)
        return DoctorVisit(approach, until: deadline) { follower.take($0) }
    }

    /// Visits a node that others are looked at through, over SSH where distribution does not come up and both ways are
    /// known.
    @LoopActor
    func examined(_ node: String, _ settings: NodeSettings) async throws(CommandFailure) -> DoctorVisit {
        let first = visit(node, settings, until: deadline)
        try await visiting { () async throws(VisitFailure) in try await first.examine() }
        // All is well with it, and nothing can be looked at through it.
        if let failure = first.noEvaluation { throw .node(failure) }
        guard first.target == nil, settings.goesOnOverSSH, let other = settings.overSSH, let ssh = other.ssh,
            let failure = first.ladder.broken?.failure
        else { return first }
        let detour = DialPlan.Detour(failure: failure, ssh: ssh.value.description)
        warn(of: detour, to: node)
        let second = visit(node, other, until: deadline)
        try await visiting { () async throws(VisitFailure) in try await second.examine() }
        guard second.target == nil else { return second }
        // The ladder shows one way; the other may be easier to mend.
        if let other = second.ladder.broken?.failure {
            warn(detour.words(of: other) + (other.remedy.isEmpty ? "" : "; \(other.remedy)"))
        }
        return first
    }

    /// Visits, and has what keeps it from being tried be the failure of the command.
    @LoopActor
    func visiting<Answer>(
        _ body: () async throws(VisitFailure) -> Answer
    ) async throws(CommandFailure) -> Answer {
        do throws(VisitFailure) { return try await body() } catch { throw CommandFailure(error) }
    }

    /// One way, and no other: what it fails with is what is looked at.
    @LoopActor
    func approach(_ node: String, _ given: NodeSettings) -> NodeApproach {
        let targets = context.targets
        var settings = given
        if settings.transport.value != .ssh { settings.ssh = nil }
        var approach = NodeApproach(
            node: node, usesTLS: settings.transport.value == .tls,
            portOrigin: (settings.address?.origin ?? settings.distributionPort?.origin)?.description,
            cookie: settings.cookie.map { ("from \($0.origin)", ErlangHash.of(cookie: $0.value)) },
            tunnel: settings.via?.value.description, isHostAssumed: settings.assumedHosts.contains(node),
            accepted: settings.accepted.map { ($0.value, $0.origin.description) } ?? ([], "")
        ) { [self, settings] (recorder, deadline) throws(VisitFailure) in
            try openForVisit(node, settings, until: deadline, recorder: recorder)
        } speaksTLS: { [settings] in
            await targets.speaksTLS(at: $0, via: settings.via?.value, deadline: $1)
        }
        if settings.transport.value == .ssh, let ssh = settings.ssh?.value {
            approach.secureShell = SecureShellApproach(name: ssh.description, readCertificate: Self.certificate) {
                [self, settings] (onStep, deadline) throws(VisitFailure) in
                try openForVisit(node, settings, until: deadline, onStep: onStep)
            }
        }
        return approach
    }

    @LoopActor
    func openForVisit(
        _ node: String, _ settings: NodeSettings, until deadline: Instant?, recorder: OwnConnectionRecorder? = nil,
        onStep: SecureShellProgress.Observer? = nil
    ) throws(VisitFailure) -> any Administration {
        do throws(CommandFailure) {
            return try open(node, settings, until: deadline, recorder: recorder, onStep: onStep)
        } catch {
            if case .node(let failure) = error { throw .failed(failure) }
            let item = error.items.first
            throw .notDialled(
                cause: error, message: item?.message ?? "it cannot be dialled", remedy: item?.remedy ?? "")
        }
    }

    /// Reads a certificate in DER that a trace shows.
    static func certificate(_ der: [UInt8]) -> CertificateFacts? { (try? Certificate(der: der))?.facts }

    /// The same, and what its key is.
    static func certificateWithKey(_ der: [UInt8]) -> CertificateFacts? { (try? Certificate(der: der))?.factsWithKey }
}

extension CommandFailure {
    init(_ failure: VisitFailure) {
        switch failure {
        case .failed(let failure): self = .node(failure)
        case .noAnswer(let node, let message): self = .unavailable(node: node, message: message)
        case .notDialled(let cause, let message, let remedy):
            self = cause as? CommandFailure ?? .configuration(message: message, remedy: remedy)
        }
    }
}

/// Has the rungs of a visit written, or shown while they stall.
final class LadderFollower {
    private let run: CommandRun
    private let approach: NodeApproach
    private let isPassing: Bool
    /// There are none before the node is dialled.
    private(set) var lines: LadderLines?

    /// - Parameter isPassing: whether nothing stays of the rungs.
    init(_ run: CommandRun, _ approach: NodeApproach, isPassing: Bool) {
        self.run = run
        self.approach = approach
        self.isPassing = isPassing
    }

    func take(_ event: DoctorVisit.Event) {
        switch event {
        case .began(let ladder):
            lines = LadderLines(
                run, title: approach.title, fields: approach.fields, ladder,
                passing: isPassing ? approach.node : nil)
        case .climbed(let ladder): lines?.show(ladder)
        case .looksAgain(let failure): lines?.lookAgain(failure)
        case .ended: if isPassing { lines?.pass() }
        }
    }
}

extension NodeApproach {
    var transport: String { secureShell != nil ? "ssh" : usesTLS ? "tls" : "tcp" }

    /// For people: which way it is.
    var title: String {
        if let secureShell { return "\(node) over ssh" + (node == secureShell.name ? "" : " (\(secureShell.name))") }
        return "\(node) over \(transport)" + (isHostAssumed ? Self.assumption(of: node) : "")
    }

    /// The same for scripts.
    var fields: [(key: String, value: String)] {
        [("node", node), ("transport", transport)] + (secureShell.map { [("ssh", $0.name)] } ?? [])
            + (isHostAssumed ? [("assumed_host", Self.host(of: node))] : [])
    }

    /// What is said of a node that was named without its host, behind its name.
    static func assumption(of node: String) -> String {
        "; the host \(host(of: node)) is an assumption, as none was given"
    }

    private static func host(of node: String) -> String { String(node.drop { $0 != "@" }.dropFirst()) }
}
