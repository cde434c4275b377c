import ErlcluTestSupport
import Testing

/// How a node is found and named.
@Suite(.waiting) struct FindingTheNodeTests {
    @Test(arguments: OTPRelease.available)
    func shortNamesWorkAsLongOnesDo(release: OTPRelease) throws {
        // In a root without a hosts file, no epmd is found at localhost.
        let hasHosts = release.root == nil
        let node = try ErlangNodeFixture(
            release: release, nameType: .short(), transport: .mutualTLS(), registration: hasHosts ? .epmd : .none)
        let tool = try NodeTool(node, address: hasHosts ? nil : "127.0.0.1:\(node.port)")
        #expect(try tool.run("eval", "node().").standardOutput == "\(node.name)\n")
        if hasHosts {
            let alive = node.name.prefix { $0 != "@" }
            #expect(
                try tool.run("names").standardOutput.split(separator: "\n").contains {
                    // Columns are as wide as the longest name of all that are registered.
                    $0.split(separator: " ") == [alive, "\(node.port)"]
                })
        }
    }

    @Test func epmdIsFoundByVariableAndByOption() throws {
        let node = try ErlangNodeFixture()
        var tool = try NodeTool(node)
        #expect(try tool.run("ping").standardOutput == "pong\n")
        let port = try #require(node.environment["ERL_EPMD_PORT"])
        tool.environment["ERL_EPMD_PORT"] = "1"
        #expect(try tool.run("ping").exitStatus == 69)
        #expect(try tool.run("ping", "--epmd", "127.0.0.1:\(port)").standardOutput == "pong\n")
        #expect(try tool.run("ping", "--address", "127.0.0.1:\(node.port)").standardOutput == "pong\n")
    }

    /// Fifty programs one after the other: the first few are given the names that the others get again.
    @Test func fiftyCommandsLeaveTheNodeAsItWas() throws {
        let node = try ErlangNodeFixture(transport: .mutualTLS())
        let tool = try NodeTool(node)
        let together = try (0..<4).map { _ in try tool.start("eval", "io:put_chars(\"on\"), receive x -> x end") }
        for child in together { #expect(child.waitForOutput(containing: "on")) }
        for child in together { child.terminate() }
        for _ in 0..<5 { #expect(try tool.run("ping").standardOutput == "pong\n") }
        let before = try NodeInventory(of: node, processes: "[]")
        // Whoever looks makes atoms, too, but once only.
        try before.expectNothingMore()
        let facts = "{erlang:system_info(atom_count), nodes()}"
        let known = try (0..<2).map { _ in try node.evaluate(facts) }.last
        for _ in 0..<50 { #expect(try tool.run("ping").standardOutput == "pong\n") }
        try before.expectNothingMore()
        #expect(try node.evaluate(facts) == known)
    }

    /// Where this machine has a loopback address of IPv6.
    @Test(.enabled(if: InternetProtocol6.isThere), arguments: [false, true])
    func nodesOnIPv6(isSecure: Bool) throws {
        let certificate = try CertificateAuthority.issue(
            CertificateProfile(dnsNames: ["::1", "localhost"], addresses: ["::1"]))
        let node = try ErlangNodeFixture(
            nameType: .short(host: "localhost"), transport: isSecure ? .tls(NodeTLS(certificate: certificate)) : .tcp,
            registration: .none, arguments: ["-proto_dist", isSecure ? "inet6_tls" : "inet6_tcp"])
        let tool = try NodeTool(node, address: "[::1]:\(node.port)")
        let ping = try tool.run("ping")
        #expect(ping.standardOutput == "pong\n", "\(ping.standardError)")
    }

    /// The node's certificate runs out tomorrow, and nobody verifies anybody: both sides warn, elsewhere.
    @Test func warningsStayOffStandardOutput() throws {
        let certificate = try CertificateAuthority.issue(CertificateProfile(validity: .days(1)))
        let node = try ErlangNodeFixture(
            transport: .tls(NodeTLS(certificate: certificate, verification: .none)))
        let tool = try NodeTool(node, trust: ["--transport", "tls", "--insecure"])
        let ping = try tool.run("ping")
        #expect(ping.standardOutput == "pong\n")
        #expect(ping.standardError.split(separator: "\n").count == 1)
        #expect(ping.standardError.hasPrefix("erlclu-ctl: warning: "))
        #expect(try tool.run("eval", "node().").standardOutput == "'\(node.name)'\n")
    }

    @Test func longNamesAreRefusedForTheirLength() throws {
        let name = String(repeating: "a", count: 300) + "@127.0.0.1"
        let result = try CommandResult.of(
            BuiltProduct.tool, ["ping", "-n", name, "-setcookie", "c"], environment: NodeTool.scrubbed)
        #expect(result.exitStatus == 64)
        #expect(result.standardError.contains("it has 310 characters, and 255 are the limit"))
    }
}
