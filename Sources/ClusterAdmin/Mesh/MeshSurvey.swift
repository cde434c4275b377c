package import ByteTransport
package import Diagnosis
import ErlangNode

/// Looks at the mesh through one node, and through each further one that was named and that no member lists: the other
/// side of a partition is seen from there only. No node connects to another one for it.
@LoopActor
package final class MeshSurvey {
    /// Between two looks: a link that comes up is there by then.
    private static let pause = Duration.milliseconds(500)
    /// Links may come and go all the time: after so many looks the last one counts.
    private static let mostLooks = 3
    /// What a further node may take.
    private static let patience = Duration.seconds(5)

    private let entry: any Administration
    private let open: (_ node: String, _ deadline: Instant) throws(VisitFailure) -> any Administration
    private let onWaiting: ([String]) -> Void
    /// Named nodes that have not failed.
    private var named: [String]
    private var ways: [String: any Administration] = [:]
    /// Why nodes that were named were not asked.
    package private(set) var failures: [VisitFailure] = []
    /// Whether there was no time to look again at what is abnormal.
    package private(set) var isCutShort = false

    /// - Parameters:
    ///   - entry: is asked first.
    ///   - named: asked as well, where no member has answered by that name.
    ///   - open: makes the way to one of them.
    ///   - onWaiting: given those that are waited for, whenever that changes.
    package init(
        _ entry: any Administration, named: [String],
        open: @escaping (_ node: String, _ deadline: Instant) throws(VisitFailure) -> any Administration,
        onWaiting: @escaping ([String]) -> Void
    ) {
        self.entry = entry
        self.named = named
        self.open = open
        self.onWaiting = onWaiting
    }

    /// Looks until two looks agree on what is abnormal.
    package func examine(until deadline: Instant?) async throws(NodeFailure) -> ClusterMesh {
        defer { for way in ways.values { way.close() } }
        var mesh = ClusterMesh(try await members(until: deadline))
        for _ in 1..<Self.mostLooks where mesh.isChanging {
            await sleep(for: Self.pause)
            do throws(NodeFailure) {
                mesh = ClusterMesh(try await members(until: deadline)).confirmed(by: mesh)
            } catch {
                // What was seen once is still something.
                guard error.code == .timeout, !Task.isCancelled else { throw error }
                isCutShort = true
                return mesh
            }
        }
        return mesh
    }

    private func members(until deadline: Instant?) async throws(NodeFailure) -> [Member] {
        var found = try await ask(entry, until: deadline)
        for name in named where name != entry.node {
            guard !found.contains(where: { $0.node == name && $0.lists != nil }) else { continue }
            let end = min(deadline ?? .now + Self.patience, .now + Self.patience)
            do throws(VisitFailure) {
                let way: any Administration
                if let known = ways[name] { way = known } else { way = try open(name, end) }
                ways[name] = way
                let others = try await VisitFailure.asking { () async throws(NodeFailure) in
                    try await ask(way, until: end)
                }
                found = Member.merged(found, others)
            } catch {
                failures.append(error)
                named.removeAll { $0 == name }
            }
        }
        return found
    }

    private func ask(_ node: any Administration, until deadline: Instant?) async throws(NodeFailure) -> [Member] {
        let question = MembersQuestion { [onWaiting] silent in onWaiting(silent.isEmpty ? [node.node] : silent) }
        return try await node.ask(question, until: deadline)
    }
}

extension Member {
    /// What two nodes say of the members: of each, what somebody knows who has asked it.
    static func merged(_ first: [Member], _ second: [Member]) -> [Member] {
        var merged = Dictionary(first.map { ($0.node, $0) }) { first, _ in first }
        for member in second {
            guard let known = merged[member.node] else {
                merged[member.node] = member
                continue
            }
            if known.lists == nil, member.lists != nil || known.state == .pending { merged[member.node] = member }
        }
        return merged.values.sorted { $0.node < $1.node }
    }
}
