import Diagnosis
import HandshakeTrace
import Presentation
import TerminalCanvas
import Testing

@testable import Dashboard

/// Tools, shells and the probes of erlclud come and go all the time: what goes well is a row, and what fails is seen.
@Suite struct HandshakeLogTests {
    private var model = Cluster.live()

    /// - Parameter place: of the initiator; it comes from another port each time.
    private mutating func come(
        _ connection: Int, at place: String? = nil, host: String? = nil, name: String? = nil, to node: String = "b@h",
        _ ends: EventKind...
    ) {
        let start = Cluster.start + connection * 1_000_000
        for (index, what) in ([.started(.distribution)] + ends).enumerated() {
            var event = TraceEvent(
                time: start + index * 1_000, vantage: .node(node), connection: connection, side: .acceptor,
                initiator: Party(
                    name: name, address: place.map { Endpoint(host: $0, port: UInt16(40_000 + connection)) }, host: host
                ),
                acceptor: Party(name: node), stage: .up, what: what)
            if case .ended = what { event.stage = .reply }
            _ = model.update(.traced(event))
        }
        _ = model.update(.clock(start + 900_000))
    }

    private func rows() -> [[String]] {
        HandshakesScreen.rows(model).map { row in
            HandshakesScreen.Row.columns.dropFirst().filter { $0.key != "ms" }.map { $0.cell(row).shown }
        }
    }

    @Test mutating func probesOfOnePlaceAreOneRow() {
        model.press(.text("3"))
        for connection in 1...30 {
            let name = "3JPJ0G8FQKD\(10 + connection % 2)@erlclu"
            come(connection, at: "10.0.0.5", name: name, .up, .down(reason: "connection_closed"))
        }
        #expect(rows() == [["dynamic name at 10.0.0.5", "b@h", "30", "closed"]])
        let name = HandshakesScreen.rows(model).first?.name
        // Another node, another place, a node with a name of its own.
        come(31, at: "10.0.0.5", name: "3JPJ0G8FQKDXV@erlclu", to: "c@h", .up)
        come(32, at: "10.0.0.6", name: "3JPJ0G8FQKDXV@erlclu", .up)
        come(33, at: "10.0.0.5", name: "a@h", .up)
        come(34, at: "10.0.0.5", name: "3JPJ0G8FQKDXV@erlclu", .up)
        #expect(rows().map { $0[2] } == ["31", "", "", ""], "\(rows())")
        #expect(HandshakesScreen.rows(model).first?.name == name)
    }

    /// Each failure is there, and one that goes well later does not take it away.
    @Test mutating func failuresAreKept() {
        model.press(.text("3"))
        for connection in 1...4 { come(connection, at: "10.0.0.5", host: "erlclu", .up, .down(reason: "closed")) }
        come(5, at: "10.0.0.5", host: "erlclu", .ended(.wrongCookie))
        for connection in 6...9 { come(connection, at: "10.0.0.5", host: "erlclu", .up, .down(reason: "closed")) }
        #expect(
            rows() == [
                ["dynamic name at 10.0.0.5", "b@h", "8", "closed"],
                ["dynamic name at 10.0.0.5", "b@h", "", "E-COOKIE"],
            ], "\(rows())")
        model.press(.text("f"))
        #expect(rows().map { $0[3] } == ["E-COOKIE"])
    }

    /// One that lasts may end when others have come after it.
    @Test mutating func theLastOneIsShown() {
        come(1, host: "h1", .up)
        come(2, host: "h1", .up)
        let late = TraceEvent(
            time: Cluster.start + 3_000_000, vantage: .node("b@h"), connection: 1, side: .acceptor,
            initiator: Party(host: "h1"), acceptor: Party(name: "b@h"), stage: .up, what: .down(reason: "closed"))
        _ = model.update(.traced(late))
        #expect(rows() == [["dynamic name at h1", "b@h", "2", "up"]], "\(rows())")
    }
}
