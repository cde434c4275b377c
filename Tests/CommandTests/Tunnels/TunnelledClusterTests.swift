import ErlcluTestSupport
import Foundation
import Testing

/// Two nodes at two addresses through one tunnel. The certificate of each is for its own address alone.
@Suite(.waiting) struct TunnelledClusterTests {
    private let nodes: [ErlangNodeFixture]

    init() throws {
        let mapper = try PortMapper()
        nodes = try ["127.0.0.1", "127.0.0.2"].map { host in
            let profile = CertificateProfile(commonName: host, dnsNames: [host], addresses: [host])
            return try ErlangNodeFixture(
                nameType: .long(host: host),
                transport: .tls(NodeTLS(certificate: try CertificateAuthority.issue(profile))), mapper: mapper)
        }
        #expect(try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')") == "true")
    }

    /// - Parameter path: PATH.
    private func tool(_ tunnel: String, path: String? = nil) throws -> NodeTool {
        var tool = try NodeTool(nodes[0])
        if let path { tool.environment["PATH"] = path }
        tool.options += ["--via", tunnel]
        return tool
    }

    /// What is asked of the first of them is about both.
    private func expectBothAreShown(_ tool: NodeTool) throws {
        let members = try tool.run("members", "-o", "json")
        #expect(members.exitStatus == 0, "\(members.standardError)")
        let states = try members.items.map { "\($0["node"] ?? "") \($0["state"] ?? "") \($0["transport"] ?? "")" }
        #expect(Set(states) == Set(nodes.map { "\($0.name) up tls" }), "\(members.standardOutput)")
        let page = try tool.run("ui", "--once", "--size", "120x30")
        #expect(page.exitStatus == 0 && page.standardOutput.contains("2 UP"), "\(page.standardOutput)")
        for node in nodes { #expect(page.standardOutput.contains(node.name), "\(page.standardOutput)") }
    }

    /// Each is come to by itself.
    private func expectBothAreReached(_ tool: NodeTool) throws {
        let ping = try tool.run("ping", "-n", nodes[1].name, "-o", "json")
        #expect(ping.exitStatus == 0, "\(ping.standardError)")
        #expect(Set(try ping.items.compactMap { $0["node"] as? String }) == Set(nodes.map(\.name)))
        // Where the other one listens its certificate is not that of the first.
        let wrong = try tool.run("ping", "--address", "127.0.0.2:\(nodes[1].port)")
        #expect(wrong.exitStatus == 77 && wrong.standardError.contains("E-CERT-NAME"), "\(wrong.standardError)")
    }

    @Test func anSSHHostLeadsToBoth() throws {
        let host = try SecureShellHost("LogLevel DEBUG1")
        try host.trustItsKey()
        let tool = try tool("ssh:127.0.0.1:\(host.port)", path: host.searchPath)
        try expectBothAreShown(tool)
        try expectBothAreReached(tool)
        for node in nodes {
            let place = "target \(node.name.drop { $0 != "@" }.dropFirst()) port \(node.port)"
            #expect(host.log.contains(place), "\(host.log)")
        }
    }

    @Test func aProgramLeadsToBoth() throws {
        let carrier = try CarryingProgram()
        let tool = try tool(carrier.tunnel)
        try expectBothAreShown(tool)
        try expectBothAreReached(tool)
        for node in nodes {
            let place = "\(node.name.drop { $0 != "@" }.dropFirst()):\(node.port)"
            #expect(carrier.calls.contains { $0.words == place }, "\(carrier.calls)")
        }
    }

    /// Ports of one pod alone: the other node is seen through it.
    @Test func aPodLeadsToTheOneThatKnowsBoth() throws {
        let kubectl = try KubectlStandIn()
        let epmd = try #require(nodes[0].mapper).port
        let forwards = try [epmd, nodes[0].port].map { try kubectl.forward($0, to: $0, in: "here") }
        try expectBothAreShown(try tool("kube:here/shop/shop-0", path: kubectl.directory.searchPath))
        #expect(forwards.allSatisfy { $0.connectionCount > 0 })
        #expect(eventually { kubectl.hasEnded })
    }
}
