import ErlangTerm
import Testing

@testable import ClusterAdmin

@Suite struct NodeStatusTests {
    private func status(_ facts: [(Atom, Term)]) throws -> NodeStatus? {
        let map = Term.map(facts.map { MapPair(.atom($0.0), $0.1) })
        return NodeStatus(item: try DecodedTerm(packet: Term.tuple([.atom("status"), map]).encoded).root)
    }

    @Test func readsWhatANodeSays() throws {
        let status = try #require(
            try status([
                ("ports", .integer(3)), ("port_limit", .integer(10)), ("ets", .integer(7)),
                ("memory_kinds", .list([.tuple([.atom("ets"), .integer(5)]), .tuple([.atom("code"), .integer(6)])])),
                ("schedulers", .tuple([.integer(4), .integer(2), .integer(10)])),
                ("run_queues", .list([.integer(1), .integer(0)])),
                ("alarms", .list([.tuple([.binary("disk"), .binary("full")])])),
            ]))
        #expect(status.ports == .init(3, of: 10) && status.etsTables == .init(7, of: nil) && status.atoms == nil)
        #expect(status.memory.ets == 5 && status.memory.code == 6 && status.memory.binary == nil)
        #expect(status.schedulers == .init(online: 4, dirtyCPU: 2, dirtyIO: 10) && status.runQueues == [1, 0])
        #expect(status.alarms == [.init(id: "disk", description: "full")] && status.links == nil)
    }

    @Test func whatMakesNoSenseIsNotKnown() throws {
        let long = Term.binary(Array(String(repeating: "x", count: 10_000).utf8))
        let status = try #require(
            try status([
                ("ports", .integer(-3)), ("memory_kinds", .list([.integer(1), .tuple([.atom("ets"), .atom("x")])])),
                ("schedulers", .tuple([.integer(4)])),
                ("run_queues", .list(Array(repeating: .integer(1), count: 9_000))),
                ("alarms", .list(Array(repeating: .tuple([long, long]), count: 500) + [.integer(1)])),
            ]))
        #expect(status.ports == nil && status.memory == .init() && status.schedulers == nil)
        #expect(status.runQueues.count == 4_096)
        #expect(status.alarms?.count == 100 && status.alarms?.first?.description.count == 255)
        #expect(try self.status([("alarms", .atom("undefined"))])?.alarms == nil)
    }
}
