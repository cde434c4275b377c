import ByteTransport
import ErlangNode
import ErlcluTestSupport
import Testing

/// What a trace makes of many handshakes.
@Suite(.serialized) struct TraceLoadTests {
    /// Each of them is told from its challenge to its end, and none is missing; where there are many, it is in one
    /// message less.
    @Test func twoThousandHandshakesAreComplete() throws {
        let node = try Self.node(.host)
        let link = NodeLink(node: node)
        let few = try events(of: 10, link, rate: 100_000)
        #expect(few.dropped == 0 && few.told % 10 == 0 && few.told > 0, "\(few)")
        // The rate is that of `trace dist`; a busy machine only makes them fewer in a second.
        let many = try events(of: 2_000, link, rate: 3_000, pace: .milliseconds(8))
        #expect(many.dropped == 0)
        for (called, count) in few.calls where called != "do_accept" {
            #expect(many.calls[called] == 200 * count, "\(called)")
        }
        #expect(few.calls["do_accept"] == 10 && few.calls["send_challenge"] == 10 && few.calls["mark_nodeup"] == 10)
        #expect(many.calls["do_accept"] ?? 0 < 1_000, "\(many.calls)")
    }

    @Test(arguments: OTPRelease.available)
    func whatIsDroppedIsCounted(_ release: OTPRelease) throws {
        let link = NodeLink(node: try Self.node(release))
        let all = try events(of: 10, link, rate: 100_000)
        #expect(all.dropped == 0)
        let some = try events(of: 10, link, rate: 20)
        #expect(some.dropped > 0 && some.told + some.dropped == all.told, "\(release): \(some) of \(all)")
    }

    /// Without TLS, where who closes first makes a difference, and without ticks.
    private static func node(_ release: OTPRelease) throws -> ErlangNodeFixture {
        try ErlangNodeFixture(release: release, arguments: ["-kernel", "net_ticktime", "7200"])
    }

    private func events(
        of count: Int, _ link: NodeLink, rate: Int, pace: Duration = .zero
    ) throws -> (told: Int, calls: [String: Int], dropped: Int) {
        let run = try TraceProgramRun(link, rate: rate)
        for number in 1...count {
            let next = Instant.now + pace
            let connection = try link.connection()
            connection.close()
            _ = link.loop.run(until: next) { false }
            // What a busy machine is late with must not come with what is next, in one second.
            if pace != .zero, number % 50 == 0 { #expect(run.wait { run.calls["mark_nodeup"] ?? 0 >= number }) }
            // One by one: who comes back before he was seen to go is a case of its own.
            #expect(
                try pace != .zero || eventually { try link.node.evaluate("length(nodes(hidden))") == "1" })
        }
        // Its end is no second's end: what was dropped since is told all the same.
        #expect(try eventually { try link.node.evaluate("length(nodes(hidden))") == "1" })
        #expect(run.stop())
        #expect(run.stopped == "asked")
        return (run.events, run.calls, run.dropped)
    }
}
