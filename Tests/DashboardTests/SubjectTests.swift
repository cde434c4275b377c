import ClusterAdmin
import Diagnosis
import HandshakeTrace
import Presentation
import TerminalCanvas
import Testing

@testable import Dashboard

/// Which node, and which two, a key is about.
@Suite struct SubjectTests {
    /// Where a row has trouble its first one is meant; another column is chosen with the arrows.
    @Test func doctorOfAPair() {
        var model = Cluster.mesh()
        model.press(.text("2"), .text("g"))
        #expect(model.pair == nil)
        #expect(model.press(.text("d")) == [.examine("n1@h")])
        model.press(.text("2"), .text("n"))
        #expect(model.pair == NodePair(from: "n3@h", to: "n4@h"))
        // One has the other's connection made: that is asked first.
        let pair = NodePair(from: "n3@h", to: "n4@h")
        #expect(model.press(.text("d")) == [] && model.screen == .mesh)
        #expect(model.overlay == .prompt(Prompt(.confirmation(.dial(pair)))))
        model.type("no")
        #expect(model.press(.enter) == [] && model.screen == .mesh)
        model.press(.text("d"))
        model.type("yes")
        #expect(model.press(.enter) == [.examinePair(pair)] && model.screen == .doctor)
        // What comes of another visit does not count.
        _ = model.update(.examined(node: "n4@h", ladder: Cluster.ladder, checks: [], isOver: true))
        #expect(model.examination?.ladder == nil)
        _ = model.update(.examined(node: "n4@h", from: "n3@h", ladder: Cluster.ladder, checks: [], isOver: true))
        #expect(model.lines[2].contains("n4@h as n3@h comes to it"))
        #expect(model.press(.text("r")) == [])
        model.type("yes")
        #expect(model.press(.enter) == [.examinePair(pair)])
        model.press(.text("2"), .right)
        #expect(model.pair == NodePair(from: "n3@h", to: "n5@h"))
        model.press(.left, .left, .left, .left, .left)
        #expect(model.pair == NodePair(from: "n3@h", to: "n1@h"))
        #expect(model.view().text.contains("=]= - . < ~"))
        // It is a node that was chosen, not a place.
        model.press(.up)
        #expect(model.pair == NodePair(from: "n2@h", to: "n1@h"))
        model.press(.text("1"), .right)
        #expect(model.notice != nil)
    }

    /// It has one node dial another.
    @Test func aReadOnlyContextHasNoDoctorOfAPair() {
        var model = Cluster.mesh()
        model.mode = .readOnly
        model.press(.text("2"), .text("n"))
        #expect(model.press(.text("d")) == [.examine("n3@h")])
        #expect(model.notice?.contains("read-only") == true)
    }

    @Test func aLinkIsDroppedOnlyAfterYes() {
        var model = Cluster.live()
        func ask(_ command: String, _ answer: String) -> [DashboardEffect] {
            model.press(.text(":"))
            model.type(command)
            #expect(model.press(.enter) == [])
            model.type(answer)
            return model.press(.enter)
        }
        let pair = NodePair(from: "erlclu@10.42.1.17", to: "erlclu@10.42.1.18")
        #expect(ask("disconnect erlclu@10.42.1.18", "n") == [])
        #expect(model.notice == "erlclu@10.42.1.18 is left as it is")
        #expect(ask("disconnect erlclu@10.42.1.18", "yes") == [.disconnect(pair)])
        // The entry has no link to itself.
        model.press(.text(":"))
        model.type("disconnect erlclu@10.42.1.17")
        #expect(model.press(.enter) == [] && model.typed == "disconnect erlclu@10.42.1.17")
        #expect(model.notice?.contains("which of its links") == true)
        model = Cluster.mesh()
        model.press(.text("2"), .text("n"))
        #expect(ask("disconnect", "yes") == [.disconnect(NodePair(from: "n3@h", to: "n4@h"))])
    }

    /// Keys are about the row that is selected there.
    @Test func keysAreAboutTheSelectedRow() throws {
        var model = try Recorded.model("wrong-cookie")
        model.press(.text("3"))
        #expect(model.press(.text("d")) == [.examine("b@127.0.0.1")])
        #expect(model.press(.text("c")) == [.console("b@127.0.0.1")])
        model.press(.text("3"), .text("e"))
        #expect(model.overlay == .prompt(Prompt(.expression(["b@127.0.0.1"]))))
        model.press(.escape)
        _ = model.update(.logged("a warning"))
        for key in ["c", "d", "e", "6"] {
            model.press(.text("0"))
            #expect(model.press(.text(key)) == [], "\(key)")
            #expect(model.notice?.contains("no single node") == true, "\(key)")
        }
        #expect(model.press(.text("h")) == [] && model.screen == .handshakes && model.list.filter.isEmpty)
        #expect(model.notice?.contains("all handshakes") == true)
    }

    /// Of both ends the one that is in trouble.
    @Test func aHandshakeIsAboutTheEndThatIsInTrouble() {
        var model = Cluster.live()
        var first = Self.event(1, from: "erlclu@10.42.2.40", at: 1)
        first.acceptor.name = "erlclu@10.42.1.18"
        _ = model.update(.traced(first))
        model.press(.text("3"))
        #expect(model.subject == "erlclu@10.42.2.40")
    }

    private static func event(
        _ connection: Int, from name: String, at time: Int, _ what: EventKind = .started(.distribution)
    ) -> TraceEvent {
        TraceEvent(
            time: Cluster.start + time * 1000, vantage: .node("b@h"), connection: connection, side: .acceptor,
            initiator: Party(name: name), acceptor: Party(name: "b@h"), stage: .up, what: what)
    }

    /// Tools and shells come and go: their ends are no trouble. How long a link lives is no time of its handshake.
    @Test func theEndOfAToolIsNoTrouble() {
        var model = Cluster.live()
        for (connection, name) in [(1, "3JPJ0G8FQKDXV@h"), (2, "a@h")] {
            for (time, what) in [(0, EventKind.started(.distribution)), (20, .up), (9_000, .down(reason: "closed"))] {
                _ = model.update(.traced(Self.event(connection, from: name, at: time, what)))
            }
        }
        _ = model.update(.clock(Cluster.start + 30_000_000))
        model.press(.text("3"))
        let rows = HandshakesScreen.listed(model)
        #expect(rows.map(\.needsAttention) == [false, true])
        let columns = Dictionary(uniqueKeysWithValues: HandshakesScreen.columns(model).map { ($0.key, $0) })
        #expect(rows.map { columns["ms"]?.cell($0) } == [.integer(20), .integer(20)])
        #expect(rows.first.map { columns["result"]?.cell($0) } == .text("closed"))
    }
}
