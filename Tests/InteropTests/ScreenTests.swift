import ByteTransport
import ClusterAdmin
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlcluTestSupport
import HandshakeTrace
import Presentation
import Testing

/// A screen needs no commands: it is given ways to nodes, and gets values, events and the columns that show them.
@Suite(.waiting) struct ScreenTests {
    /// What the values were at the end, and what came before.
    private struct Seen {
        var climbed = 0
        var rungs: [String] = []
        var checks = 0
        var members: [[String]] = []
        var pairs: [String] = []
        var reached = 0
        var joined: [String] = []
        var waitedFor: Set<String> = []
        var faults: [String] = []
    }

    @Test func visitsAndTheWatchKnowNoCommandLine() throws {
        let nodes = try (0..<3).map { _ in try ErlangNodeFixture() }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        let link = NodeLink(node: nodes[0])
        // Safe: only the task uses it, and this thread waits for that.
        nonisolated(unsafe) let target = try link.target()
        let seen = try link.withAdministrator { entry async throws(NodeFailure) in
            let deadline = Instant.now + .seconds(Deadline.patience)
            var seen = Seen()
            let watch = MemberWatch(entry, ways: []) { _, _ in
                entry
            } onEvent: { event in
                switch event {
                case .changed(let changes):
                    for change in changes {
                        if change.what == .joined { seen.joined.append(change.member.node) }
                        if change.what == .found {
                            seen.members.append(Column<Member>.members.map { $0.cell(change.member).shown })
                        }
                    }
                case .waits(let names): seen.waitedFor.formUnion(names)
                case .members, .cost, .looked, .interrupted, .resumed: break
                }
            }
            try await watch.begin(until: deadline)
            do throws(VisitFailure) {
                let visit = DoctorVisit(Self.approach(target), until: deadline) { event in
                    if case .climbed = event { seen.climbed += 1 }
                }
                try await visit.examine()
                seen.rungs = visit.ladder.steps.compactMap { Column<Ladder.Step>.rungs.first?.cell($0).shown }
                if let (_, failure) = visit.ladder.broken { seen.faults.append(failure.message) }
                seen.checks = visit.checks.count
                visit.target?.close()

                let mesh = MeshVisit(
                    connects: false, takeTurn: { _ in deadline },
                    makeVisit: { _, deadline in DoctorVisit(Self.approach(target), until: deadline) },
                    readCertificate: { _ in nil }
                ) { event in
                    if case .reached = event { seen.reached += 1 }
                }
                try await mesh.examine(through: entry, named: [], until: deadline)
                seen.pairs = mesh.findings.pairs.map { "\($0.from) \($0.to) \($0.word)" }

                _ = try? nodes[0].evaluate("net_kernel:connect_node('\(nodes[2].name)')")
                try await watch.run { seen.joined.isEmpty && .now < deadline }
            } catch {
                seen.faults.append(error.message)
            }
            return seen
        }
        #expect(seen.faults.isEmpty)
        #expect(seen.members.count == 2 && seen.members.allSatisfy { $0.contains("up") }, "\(seen.members)")
        #expect(seen.waitedFor.contains(nodes[0].name))
        #expect(seen.climbed > 3 && seen.rungs.count > 8 && seen.checks > 3, "\(seen)")
        let names = nodes[..<2].map(\.name).sorted()
        #expect(seen.pairs == ["\(names[0]) \(names[1]) ok", "\(names[1]) \(names[0]) ok"])
        #expect(seen.reached > 0)
        #expect(seen.joined == [nodes[2].name])
    }

    /// The way that a screen is given for a node.
    @LoopActor
    private static func approach(_ target: PeerSettings) -> NodeApproach {
        let name = target.name.description
        return NodeApproach(node: name, usesTLS: false, portOrigin: "the test", cookie: nil) {
            (recorder, _) throws(VisitFailure) in
            NodeAdministrator(node: name) { completion in
                let connector = NodeConnector(target: target, on: LoopActor.loop, observer: recorder)
                connector.start { completion(SessionOutcome($0)) }
                return { connector.cancel() }
            }
        } speaksTLS: { _, _ in
            false
        }
    }
}
