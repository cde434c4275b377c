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

    /// Visits, and has what keeps it from being tried be the failure of the command.
    @LoopActor
    func visiting<Answer>(
        _ body: () async throws(VisitFailure) -> Answer
    ) async throws(CommandFailure) -> Answer {
        do throws(VisitFailure) { return try await body() } catch { throw CommandFailure(error) }
    }

    @LoopActor
    func approach(_ node: String, _ settings: NodeSettings) -> NodeApproach {
        let targets = context.targets
        return NodeApproach(
            node: node, usesTLS: settings.transport.value == .tls,
            portOrigin: (settings.address?.origin ?? settings.distributionPort?.origin)?.description,
            cookie: settings.cookie.map { ("from \($0.origin)", ErlangHash.of(cookie: $0.value)) },
            isHostAssumed: settings.assumedHosts.contains(node),
            accepted: settings.accepted.map { ($0.value, $0.origin.description) } ?? ([], "")
        ) { [self] (recorder, deadline) throws(VisitFailure) in
            try openForVisit(node, settings, until: deadline, recorder: recorder)
        } speaksTLS: {
            await targets.speaksTLS(at: $0, deadline: $1)
        }
    }

    @LoopActor
    func openForVisit(
        _ node: String, _ settings: NodeSettings, until deadline: Instant?, recorder: OwnConnectionRecorder? = nil
    ) throws(VisitFailure) -> any Administration {
        do throws(CommandFailure) {
            return try open(node, settings, until: deadline, recorder: recorder)
        } catch {
            if case .node(let failure) = error { throw .failed(failure) }
            let item = error.items.first
            throw .notDialled(
                cause: error, message: item?.message ?? "it cannot be dialled", remedy: item?.remedy ?? "")
        }
    }

    /// Reads a certificate in DER that a trace shows.
    static func certificate(_ der: [UInt8]) -> CertificateFacts? { (try? Certificate(der: der))?.facts }
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
    var transport: String { usesTLS ? "tls" : "tcp" }

    /// For people: which way it is.
    var title: String { "\(node) over \(transport)" + (isHostAssumed ? Self.assumption(of: node) : "") }

    /// The same for scripts.
    var fields: [(key: String, value: String)] {
        [("node", node), ("transport", transport)] + (isHostAssumed ? [("assumed_host", Self.host(of: node))] : [])
    }

    /// What is said of a node that was named without its host, behind its name.
    static func assumption(of node: String) -> String {
        "; the host \(host(of: node)) is an assumption, as none was given"
    }

    private static func host(of node: String) -> String { String(node.drop { $0 != "@" }.dropFirst()) }
}
