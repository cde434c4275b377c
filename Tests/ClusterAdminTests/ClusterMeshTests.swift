import Testing

@testable import ClusterAdmin

@Suite struct ClusterMeshTests {
    /// - Parameter lists: each member, and whom it lists; nil: it gave no answer.
    private func members(_ lists: KeyValuePairs<String, [String]?>) -> [Member] {
        lists.map { name, lists in
            Member(
                node: name, state: lists == nil ? .unreachable : .up, kind: .visible, lists: lists.map { Set($0) },
                remark: lists == nil ? "no result" : nil)
        }
    }

    private func relations(_ mesh: ClusterMesh) -> [[ClusterMesh.Relation]] {
        mesh.nodes.indices.map { first in mesh.nodes.indices.map { mesh.relation(first, $0) } }
    }

    @Test func aFullMeshIsInOrder() {
        let mesh = ClusterMesh(members(["b": ["a", "c"], "a": ["b", "c"], "c": ["a", "b"]]))
        #expect(mesh.nodes == ["a", "b", "c"])
        #expect(mesh.okCount == 3 && mesh.pairCount == 3 && mesh.notSampledCount == 0)
        #expect(mesh.abnormal.isEmpty && !mesh.isChanging)
        #expect(mesh.components == [.init(nodes: ["a", "b", "c"])])
        #expect(mesh.links.map(\.state) == [.ok, .ok, .ok])
    }

    @Test func eachKindOfLinkIsSeen() {
        // b and c: c only; a and d: neither; e gave no answer.
        let mesh = ClusterMesh(
            members(["a": ["b", "c"], "b": ["a", "d", "e"], "c": ["a", "b", "d"], "d": ["b", "c"], "e": nil]))
        #expect(
            relations(mesh) == [
                [.itself, .both, .both, .none, .notSampled], [.both, .itself, .secondOnly, .both, .notSampled],
                [.both, .firstOnly, .itself, .both, .notSampled], [.none, .both, .both, .itself, .notSampled],
                [.notSampled, .notSampled, .notSampled, .notSampled, .itself],
            ])
        #expect(
            mesh.abnormal.map { [$0.from, $0.to, $0.state.rawValue] } == [
                ["a", "d", "missing"], ["c", "b", "asymmetric"],
            ])
        #expect(mesh.abnormal.map(\.fromLists) == [false, true] && mesh.abnormal.map(\.toLists) == [false, false])
        #expect([mesh.pairCount, mesh.okCount, mesh.notSampledCount] == [10, 4, 4])
        #expect(mesh.components == [.init(nodes: ["a", "b", "c", "d"], asymmetric: 1, missing: 1)])
        #expect(mesh.silent == [.init(node: "e", reason: "no result")])
        #expect(mesh.links.count == 10 && mesh.links.count { $0.state == .notSampled } == 4)
        let unknown = mesh.links.first { $0.from == "b" && $0.to == "e" }
        #expect(unknown?.fromLists == true && unknown?.toLists == nil)
    }

    @Test func componentsNeedBothEnds() {
        let mesh = ClusterMesh(members(["a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"], "x": [], "y": ["x"]]))
        #expect(mesh.components.map(\.nodes) == [["a", "b"], ["c", "d"], ["x"], ["y"]])
        #expect(mesh.components.allSatisfy { $0.asymmetric == 0 && $0.missing == 0 })
        #expect(mesh.abnormal.count { $0.state == .asymmetric } == 2)
        #expect(mesh.abnormal.count { $0.state == .missing } == 11)
    }

    /// Also what it lists that is none of the mesh, and itself, counts for nothing.
    @Test func whoIsNoneOfTheMeshIsLeftOut() {
        var found = members(["a": ["b", "a", "hidden", "gone"], "b": ["a"]])
        found.append(Member(node: "hidden", state: .up, kind: .hidden, lists: ["a"]))
        found.append(Member(node: "late", state: .pending, kind: .visible))
        let mesh = ClusterMesh(found)
        #expect(mesh.nodes == ["a", "b"] && mesh.okCount == 1 && mesh.silent.isEmpty)
    }

    @Test func whatIsSeenTwiceIsTrouble() {
        let whole = ClusterMesh(members(["a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]]))
        let torn = ClusterMesh(members(["a": ["b", "c"], "b": ["a"], "c": ["a", "b"]]))
        let other = ClusterMesh(members(["a": ["b", "c"], "b": ["a"], "c": ["a"]]))
        #expect(torn.troubles.isEmpty && torn.isChanging)
        #expect(torn.confirmed(by: whole).troubles.isEmpty)
        #expect(torn.confirmed(by: torn).troubles.map { [$0.from, $0.to] } == [["c", "b"]])
        // The link is wrong in another way.
        #expect(other.confirmed(by: torn).troubles.isEmpty && other.confirmed(by: torn).isChanging)
        #expect(whole.confirmed(by: torn).abnormal.isEmpty)
    }

    @Test func aWatchReportsWhatLasts() {
        var ledger = MeshLedger()
        let whole = members(["a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]])
        let torn = members(["a": ["b", "c"], "b": ["a"], "c": ["a", "b"]])
        func words(_ members: [Member]) -> [String] {
            ledger.take(members).map { [$0.what.rawValue, $0.from, $0.to].compactMap { $0 }.joined(separator: " ") }
        }
        #expect(words(whole) == ["found a", "found b", "found c"])
        #expect(words(torn) == [])
        #expect(words(whole) == [])
        #expect(words(torn) == [])
        #expect(words(torn) == ["asymmetric c b"])
        #expect(words(torn) == [])
        #expect(words(members(["a": ["b", "c"], "b": ["a"], "c": nil])) == ["silent c"])
        #expect(words(torn) == ["answers c"])
        #expect(words(whole) == ["ok b c"])
        #expect(words(members(["a": ["b"], "b": ["a"], "d": []])) == ["gone c", "joined d"])
    }

    @Test func componentsAreReportedOnceTheyLast() {
        var ledger = MeshLedger()
        let whole = members(["a": ["b"], "b": ["a"]])
        let torn = members(["a": [], "b": []])
        let answers = [whole, torn, whole, torn, torn, torn, whole, whole].map {
            ledger.newComponents($0)?.map(\.nodes)
        }
        #expect(answers == [[["a", "b"]], nil, nil, nil, [["a"], ["b"]], nil, nil, [["a", "b"]]])
    }

    /// A peer may list what it likes.
    @Test func aHostileListIsBounded() {
        let names = (0..<2_000).map { "x\($0)" }
        var found = [Member(node: "z", state: .up, kind: .visible, lists: Set(names))]
        found += names.map { Member(node: $0, state: .unreachable, kind: .visible) }
        let mesh = ClusterMesh(found)
        #expect(mesh.nodes.count == ClusterMesh.mostNodes && mesh.leftOut == 2_001 - ClusterMesh.mostNodes)
        #expect(mesh.nodes.last == "z" && mesh.components == [.init(nodes: ["z"])])
        #expect(mesh.abnormal.isEmpty)
        let alone = ClusterMesh(names.prefix(100).map { Member(node: $0, state: .up, kind: .visible, lists: []) })
        #expect(alone.components.count == 100 && alone.okCount == 0)
        #expect(alone.confirmed(by: alone).troubles.count == alone.pairCount)
    }

    @Test func answersThroughTwoNodesAreOne() {
        let near = members(["a": ["b"], "b": nil]), far = members(["b": ["c"], "c": ["b"], "a": nil])
        let mesh = ClusterMesh(Member.merged(near, far))
        #expect(mesh.nodes == ["a", "b", "c"] && mesh.silent.isEmpty)
        #expect(mesh.components.map(\.nodes) == [["b", "c"], ["a"]])
    }
}
