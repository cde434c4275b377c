import ByteTransport
import ErlangNode
import ErlcluTestSupport
import Testing

/// What a trace makes of many handshakes.
@Suite(.waiting, .serialized) struct TraceLoadTests {
    /// Each of them is told from its challenge to its end, and none is missing; where there are many, it is in one
    /// message less.
    @Test func twoThousandHandshakesAreComplete() throws {
        let few = try events(of: 10, on: .host, rate: 100_000)
        #expect(few.dropped == 0 && few.told % 10 == 0 && few.told > 0, "\(few)")
        // The rate is that of `trace dist`; a busy machine only makes them fewer in a second.
        let many = try events(of: 2_000, on: .host, rate: 3_000, pace: .milliseconds(8))
        #expect(many.dropped == 0)
        for (called, count) in few.calls where called != "do_accept" {
            #expect(many.calls[called] == 200 * count, "\(called)")
        }
        #expect(few.calls["do_accept"] == 10 && few.calls["send_challenge"] == 10 && few.calls["mark_nodeup"] == 10)
        #expect(many.calls["do_accept"] ?? 0 < 1_000, "\(many.calls)")
    }

    @Test(arguments: OTPRelease.available)
    func whatIsDroppedIsCounted(_ release: OTPRelease) throws {
        let all = try events(of: 10, on: release, rate: 100_000)
        #expect(all.dropped == 0)
        let some = try events(of: 10, on: release, rate: 20)
        #expect(some.dropped > 0 && some.told + some.dropped == all.told, "\(release): \(some) of \(all)")
    }

    /// Each trace has a node of its own: the end of one trace's connection would be an event of the next.
    private func events(
        of count: Int, on release: OTPRelease, rate: Int, pace: Duration = .zero
    ) throws -> (told: Int, calls: [String: Int], dropped: Int) {
        // Without TLS, where the one that closes first makes a difference, and without ticks.
        let node = try ErlangNodeFixture(release: release, arguments: ["-kernel", "net_ticktime", "7200"])
        let link = NodeLink(node: node)
        let run = try TraceProgramRun(link, rate: rate)
        let idle = try node.evaluate(Self.netKernelLinks)
        for number in 1...count {
            let next = Instant.now + pace
            let connection = try link.connection()
            connection.close()
            _ = link.loop.run(until: next) { false }
            // What a busy machine is late with must not come with what is next, in one second.
            if pace != .zero, number % 50 == 0 { #expect(run.wait { run.calls["mark_nodeup"] ?? 0 >= number }) }
            // One by one: a peer that comes back before its end was seen is a case of its own.
            #expect(try pace != .zero || eventually { try node.evaluate(Self.netKernelLinks) == idle })
        }
        // What was dropped since the last full second is counted too.
        #expect(try eventually { try node.evaluate(Self.netKernelLinks) == idle })
        #expect(run.stop())
        #expect(run.stopped == "asked")
        return (run.events, run.calls, run.dropped)
    }

    /// How many links net_kernel has, and so how many connections, once it has dealt with all exits of the ended ones.
    /// `nodes(hidden)` is too early: a node leaves it before its connection's process has ended.
    private static let netKernelLinks = """
        begin
            {links, Links} = process_info(whereis(net_kernel), links),
            sys:get_status(net_kernel),
            length(Links)
        end
        """
}
