package import ByteTransport
import Diagnosis
import ErlangNode
package import HandshakeTrace

/// Every pair of members: who is connected to whom, and why not.
///
/// By default nobody dials. A link that is made, or one that fails, is news for `global`, which from OTP 25 on cuts
/// links of third nodes to keep partitions from overlapping: a look at a cluster must not do that to it.
@LoopActor
package final class MeshVisit {
    package enum Event {
        case asksMembers
        /// So many of so many members have reported how they come to the others.
        case reached(Int, of: Int, ReachMethod)
        case ended
    }

    /// What the members may take to say who they are; the rest of the time is for how they come to each other.
    private static let patience = Duration.seconds(5)

    /// Whether those that are not connected are to try.
    private let connects: Bool
    private let readCertificate: NodeTraceReader.CertificateReading
    private let takeTurn: (_ others: Int) -> Instant?
    private let makeVisit: (_ node: String, _ deadline: Instant?) -> DoctorVisit
    private let onEvent: (Event) -> Void
    private var deadline: Instant?

    package private(set) var findings: MeshFindings
    /// Nodes that were named, let us in, and are connected to no member: they are asked directly.
    private var outsiders: [String: any Administration] = [:]

    private var members: [String] { findings.members }

    /// - Parameters:
    ///   - connects: whether members that are not connected are to dial each other.
    ///   - takeTurn: gives the deadline of what comes next, as others are to come after it; nil: none.
    ///   - makeVisit: a visit to a node that was named and that no member knows.
    ///   - readCertificate: reads a certificate that a trace shows, in DER.
    ///   - onEvent: called for what happens while `examine` runs.
    package init(
        connects: Bool, takeTurn: @escaping (_ others: Int) -> Instant?,
        makeVisit: @escaping (_ node: String, _ deadline: Instant?) -> DoctorVisit,
        readCertificate: @escaping NodeTraceReader.CertificateReading, onEvent: @escaping (Event) -> Void
    ) {
        self.connects = connects
        self.takeTurn = takeTurn
        self.makeVisit = makeVisit
        self.readCertificate = readCertificate
        self.onEvent = onEvent
        findings = MeshFindings(connects: connects)
    }

    /// Notes what is wrong with a node that has been visited: that it has not come up as a whole.
    package func remark(_ visit: DoctorVisit) {
        if let (_, failure) = visit.ladder.broken { findings.notes.append(failure.message) }
        for check in visit.checks where check.topic == .applications && check.isWarning {
            findings.notes.append("\(visit.node): \(check.facts)")
        }
    }

    /// - Parameters:
    ///   - entry: the members are asked through it.
    ///   - named: nodes of which it is to be said what became of them.
    ///   - deadline: nil: as long as it takes.
    package func examine(
        through entry: any Administration, named: [String], until deadline: Instant?
    ) async throws(VisitFailure) {
        self.deadline = deadline
        onEvent(.asksMembers)
        defer { onEvent(.ended) }
        let known = try await VisitFailure.asking { () async throws(NodeFailure) in
            try await entry.ask(MembersQuestion(), until: askingEnd)
        }
        let visible = known.filter { $0.kind == .visible }
        findings.members = visible.map(\.node).sorted()
        for member in visible {
            if let silence = member.silence, silence.code == .timeout { findings.hung[member.node] = silence }
        }
        findings.note(visible)
        findings.note(leftOut: known.filter { $0.kind == nil })
        let strangers = Set(named).subtracting(known.map(\.node) + [entry.node]).sorted()
        if !strangers.isEmpty { await visit(strangers) }
        for hidden in known where hidden.kind == .hidden && named.contains(hidden.node) {
            findings.notes.append("\(hidden.node) is a hidden node, and none of the mesh")
        }
        var (reports, silent) = try await reach(entry, .look)
        let watch = HandshakeWatch(readCertificate: readCertificate)
        if connects, reports.contains(where: { !$0.isConnected }) {
            let traced = [(node: entry, members: Array(Set(reports.map(\.from)).subtracting(outsiders.keys)))]
            let again = try await watch.during(traced + outsiders.values.map { ($0, []) }) {
                () async throws(VisitFailure) in
                let first = try await reach(entry, .dial)
                // The first node asks those that it is connected to: by now there may be more of them.
                if Set(members).isSubset(of: first.reports.map(\.from)) { return first }
                let last = try await reach(entry, .dial)
                return (first.reports + last.reports, last.silent)
            }
            silent = again.silent
            for lost in Set(members).subtracting(again.reports.map(\.from)) where silent[lost] == nil {
                silent[lost] = Self.lost(lost, to: entry.node)
            }
            // Who was up before is reported as it was; so is who was lost before it could dial.
            reports = reports.filter(\.isConnected) + again.reports + reports.filter { !$0.isConnected }
        }
        findings.pairs = members.flatMap { from in
            members.filter { $0 != from }.map { to in
                findings.pair(from, to, reports, watch.failure(from: from, to: to), silent[from])
            }
        }
    }

    /// No member knows them: they are dialled by us, to say of each what becomes of it.
    private func visit(_ strangers: [String]) async {
        for (index, name) in strangers.enumerated() {
            // What is left after them is for the pairs.
            let visit = makeVisit(name, takeTurn(strangers.count - index))
            do throws(VisitFailure) { try await visit.examine() } catch {
                findings.leftOut.append(Self.refused(name, error))
                continue
            }
            guard let node = visit.target, let facts = visit.facts else {
                if let failure = visit.noEvaluation ?? visit.ladder.broken?.failure { findings.leftOut.append(failure) }
                continue
            }
            remark(visit)
            guard !facts.isHidden else {
                findings.notes.append("\(visit.node) is a hidden node, and none of the mesh")
                continue
            }
            outsiders[visit.node] = node
            findings.members = (members + [visit.node]).sorted()
        }
        deadline = takeTurn(0)
    }

    private static func refused(_ node: String, _ failure: VisitFailure) -> NodeFailure {
        switch failure {
        case .failed(let failure): return failure
        case .notDialled(_, let message, let remedy):
            return NodeFailure(.configuration, stage: .dns, node: node, message: message, remedy: Remedy(remedy))
        case .noAnswer(_, let message):
            return NodeFailure(.configuration, stage: .dns, node: node, message: message, remedy: "")
        }
    }

    private func reach(
        _ entry: any Administration, _ way: ReachMethod
    ) async throws(VisitFailure) -> (reports: [ReachReport], silent: [String: NodeFailure]) {
        var reports: [ReachReport] = []
        var silent: [String: NodeFailure] = [:]
        var answered: Set<String> = []
        let hung = findings.hung
        let count = members.count - hung.count
        let show = { [onEvent] (node: String?) in
            if let node { answered.insert(node) }
            onEvent(.reached(answered.count, of: count, way))
        }
        show(nil)
        try await VisitFailure.asking { () async throws(NodeFailure) in
            let question = MeshReachQuestion(
                members, hung: Set(hung.keys).union(outsiders.keys), way,
                onReport: {
                    reports.append($0)
                    show($0.from)
                },
                onFailure: {
                    silent[$0] = $1
                    show($0)
                })
            try await entry.ask(question, until: deadline)
        }
        for (name, node) in outsiders {
            do throws(NodeFailure) {
                reports += try await node.ask(ReachQuestion(members, way), until: deadline)
            } catch {
                silent[name] = error
            }
            show(name)
        }
        return (reports, silent.merging(hung) { $1 })
    }

    private var askingEnd: Instant {
        let now = Instant.now
        // Spend at most half of a time that was made short.
        let limit = deadline.map { max(.zero, now.duration(to: $0)) / 2 } ?? Self.patience
        return now + min(limit, Self.patience)
    }

    private static func lost(_ node: String, to entry: String) -> NodeFailure {
        NodeFailure(
            .closed, stage: .down, node: node,
            message: "\(entry) lost its connection to \(node) while the pairs were tried",
            remedy: "see the logs of both: from OTP 25 on global cuts links when others cannot be made (E-OVERLAP)")
    }
}
