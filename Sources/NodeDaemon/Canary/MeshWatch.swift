import ByteTransport
import ClusterAdmin
import Diagnosis
import DistributionProtocol
import ErlangNode
import Glibc

/// Looks at the mesh of the cluster through one member: over the link of a handshake that came up, so that no member has
/// more than one open link of the canary.
final class MeshWatch {
    /// What a look found.
    struct Finding {
        /// Pairs of members of which neither lists the other, at two looks.
        var missing: Int
        /// Parts that reach each other over links that both ends list; 1 is a whole cluster.
        var partitions: Int
        /// When the look ended: seconds since 1970.
        var time: Int
    }

    private let interval: Duration
    private let report: (Finding?) -> Void
    private var next = Instant.now
    private var link: ProbedLink?
    private var task: Task<Void, Never>?

    /// What a look may take, at most: it ends before the next handshake with that member.
    private static let patience = Duration.seconds(10)

    /// - Parameter report: is told what each look found; nil where it failed: what was found before may be so no more.
    init(interval: Duration, report: @escaping (Finding?) -> Void) {
        self.interval = interval
        self.report = report
    }

    func stop() {
        task?.cancel()
        link?.close()
        link = nil
    }

    /// Takes the link over where it is time for a look, and closes it then.
    /// - Returns: whether it was taken.
    func take(_ link: ProbedLink) -> Bool {
        guard self.link == nil, next <= .now else { return false }
        next = .now + interval
        self.link = link
        let own = LoopReference(self)
        LoopActor.assumeIsolated {
            own.object?.task = LoopActor.begin { await own.object?.look() }
        }
        return true
    }

    @LoopActor
    private func look() async {
        guard let link else { return }
        let deadline = Instant.now + min(Self.patience, interval * 0.8)
        let node = NodeAdministrator(node: link.connection.peer.name) { completion in
            completion(.opened(link.connection))
            return {}
        }
        let survey = MeshSurvey(node, named: []) { (name, _) throws(VisitFailure) in
            preconditionFailure("no other node is asked, \(name) neither")
        } onWaiting: { _ in
        }
        let mesh = try? await survey.examine(until: deadline)
        node.close()
        // It may have been stopped meanwhile, and the link closed.
        self.link?.close()
        self.link = nil
        guard !Task.isCancelled else { return }
        report(
            mesh.map {
                Finding(
                    missing: $0.troubles.count { $0.state == .missing }, partitions: $0.components.count,
                    time: time(nil))
            })
    }
}
