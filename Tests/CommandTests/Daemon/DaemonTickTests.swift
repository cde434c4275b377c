import ErlcluTestSupport
import Testing

/// Ticks of an erlclud, whose net_ticktime is that of the nodes.
@Suite(.waiting) struct DaemonTickTests {
    /// A node that is stopped is gone for it once the time has passed: long before the minute that would be without.
    @Test func aNodeThatIsSilentIsGone() throws {
        let node = try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "5"])
        let daemon = try DaemonFixture(options: ["--net-ticktime", "5"])
        #expect(try node.evaluate("net_kernel:get_net_ticktime()") == "5")
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        node.suspend()
        #expect(
            daemon.process.waitForOutput(containing: "event=down peer=\(node.name)", onError: true),
            "\(daemon.process.standardError)")
        node.resume()
    }

    /// Each ticks often enough for the other, whoever has made the link.
    @Test(arguments: [false, true])
    func aLinkThatIsIdleStays(_ dials: Bool) throws {
        let node = try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "5"])
        let daemon = try DaemonFixture(
            options: ["--net-ticktime", "5"]
                + (dials ? ["--discover", "static:\(node.name)", "--probe-interval", "3600"] : []))
        if !dials { #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong") }
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "['\(daemon.name)']" })
        // Nothing but ticks for three times the time after which either would end the link.
        let watched = """
            begin
                true = monitor_node('\(daemon.name)', true),
                receive {nodedown, _} -> down after 15000 -> up end
            end
            """
        #expect(try node.evaluate(watched) == "up", "\(daemon.process.standardError)")
        #expect(!daemon.process.standardError.contains("event=down"), "\(daemon.process.standardError)")
    }
}
