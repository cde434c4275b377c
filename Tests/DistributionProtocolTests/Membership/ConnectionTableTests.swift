import DistributionProtocol
import Testing

/// The rules of `net_kernel` (accept_pending) and `dist_util` (mark_pending), row by row.
@Suite struct ConnectionTableTests {
    private static let own = "m@host"

    private static func table() throws -> ConnectionTable { ConnectionTable(own: try NodeName(own)) }

    private static func arrival(_ decision: AcceptorDecision, _ superseded: UInt64? = nil) -> ConnectionTable.Arrival {
        ConnectionTable.Arrival(decision, superseded: superseded)
    }

    /// What a peer finds that dials us as attempt 2, while attempt 1 is in this state.
    @Test(arguments: [
        // ok
        ("none", "a@host", AcceptorDecision.accept, nil), ("none", "z@host", .accept, nil),
        // MyNode > Node: nok_pending; else ok_pending, and the old owner is killed. Whoever began the attempt that is
        // pending: net_kernel does not look at that.
        ("dialled", "a@host", .refuse, nil), ("dialled", "z@host", .acceptSimultaneous, 1 as UInt64?),
        ("arrived", "a@host", .refuse, nil), ("arrived", "z@host", .acceptSimultaneous, 1),
        // Code points decide: é is behind z, and a name is before one that it begins.
        ("dialled", "é@host", .acceptSimultaneous, 1), ("dialled", "m@hos", .refuse, nil),
        ("dialled", "m@hosts", .acceptSimultaneous, 1),
        // up_pending, already_pending
        ("up", "a@host", .askWhetherAlive, nil), ("up", "z@host", .askWhetherAlive, nil),
        ("upPending", "a@host", .drop, nil), ("upPending", "z@host", .drop, nil),
        ("none", own, .refuse, nil),
    ])
    func whoStays(_ state: String, _ peer: String, _ decision: AcceptorDecision, _ superseded: UInt64?) throws {
        var table = try Self.table()
        switch state {
        case "dialled": #expect(table.dials(peer, as: 1) == true)
        case "arrived": _ = table.arrives(peer, as: 1)
        case "up", "upPending":
            #expect(table.dials(peer, as: 0) && table.cameUp(peer, as: 0))
            if state == "upPending" { _ = table.arrives(peer, as: 1) }
        default: break
        }
        #expect(table.arrives(peer, as: 2) == Self.arrival(decision, superseded))
    }

    @Test func nobodyDialsWhereThereIsALinkOrAnAttempt() throws {
        var table = try Self.table()
        #expect(table.dials(Self.own, as: 1) == false)
        #expect(table.dials("a@host", as: 1) && !table.dials("a@host", as: 2))
        #expect(table.cameUp("a@host", as: 1) && !table.dials("a@host", as: 3))
        table.wentDown("a@host")
        #expect(table.isFree("a@host") && table.dials("a@host", as: 4))
        table.failed("a@host", as: 4)
        #expect(table.isFree("a@host"))
    }

    /// An attempt whose place was taken is no link, however late it comes through; and its end changes nothing.
    @Test func whatWasSupersededStaysSo() throws {
        var table = try Self.table()
        #expect(table.dials("z@host", as: 1) == true)
        _ = table.arrives("z@host", as: 2)
        #expect(table.cameUp("z@host", as: 1) == false)
        table.failed("z@host", as: 1)
        #expect(table.cameUp("z@host", as: 2) == true)
    }

    @Test func theLinkStaysUntilItsSuccessorIsThere() throws {
        var table = try Self.table()
        #expect(table.dials("a@host", as: 1) && table.cameUp("a@host", as: 1))
        _ = table.arrives("a@host", as: 2)
        table.failed("a@host", as: 2)
        #expect(!table.isFree("a@host"))
        _ = table.arrives("a@host", as: 3)
        table.wentDown("a@host")
        // It is on its way now, as any other.
        #expect(!table.isFree("a@host") && table.cameUp("a@host", as: 3))
    }

    /// Two nodes dial at once: whatever comes first, the attempt of the node with the greater name becomes the link, on
    /// both ends.
    @Test(arguments: [true, false])
    func bothEndsAgree(_ greaterIsFirst: Bool) throws {
        var lesser = ConnectionTable(own: try NodeName("a@host"))
        var greater = ConnectionTable(own: try NodeName("z@host"))
        // Attempt 1 is that of a, attempt 2 that of z.
        #expect(lesser.dials("z@host", as: 1) && greater.dials("a@host", as: 2))
        func lesserHears() { #expect(lesser.arrives("z@host", as: 2) == Self.arrival(.acceptSimultaneous, 1)) }
        func greaterHears() { #expect(greater.arrives("a@host", as: 1) == Self.arrival(.refuse)) }
        if greaterIsFirst {
            lesserHears()
            greaterHears()
        } else {
            greaterHears()
            lesserHears()
        }
        #expect(lesser.cameUp("z@host", as: 2) && greater.cameUp("a@host", as: 2))
    }
}
