import ErlcluTestSupport
import Foundation
import Testing

/// `--via kube:` into two clusters, each behind a context of kubectl's. Pods, nodes and ports of epmd are called the same in
/// both; cookies and authorities are not, so that who comes to the wrong one is not let in.
@Suite(.waiting) struct PodContextsTests {
    private static let names = ["east", "west"]

    private let kubectl: KubectlStandIn
    private let nodes: [ErlangNodeFixture]
    private let forwards: [PortForwarder]
    private let tool: NodeTool

    init() throws {
        let kubectl = try KubectlStandIn()
        let authorities = [CertificateAuthority.trusted, CertificateAuthority.unknown]
        nodes = try zip(Self.names, authorities).map { name, authority in
            let certificate = try authority.get().issue()
            return try ErlangNodeFixture(
                name: "shop", cookie: "cookie_of_\(name)", transport: .tls(NodeTLS(certificate: certificate)),
                mapper: try PortMapper())
        }
        var forwards: [PortForwarder] = []
        var contexts = ""
        for (name, node) in zip(Self.names, nodes) {
            let cluster = Self.cluster(name)
            forwards.append(try kubectl.forward(4369, to: try #require(node.mapper).port, in: cluster))
            forwards.append(try kubectl.forward(node.port, to: node.port, in: cluster))
            contexts += """
                {context, \(name), [{nodes, ['\(node.name)']}, {via, "\(Self.tunnel(name))"},
                    {optfile, "\(try #require(node.optionFile))"}, {cookie, {file, "\(try node.cookieFile())"}}]}.

                """
        }
        try kubectl.directory.write(contexts, to: "erlclu/erlclu.config")
        var tool = try NodeTool(nodes[0])
        tool.options = []
        tool.environment["ERL_EPMD_PORT"] = .some(nil)
        tool.environment["XDG_CONFIG_HOME"] = kubectl.directory.path
        tool.environment["PATH"] = kubectl.directory.searchPath
        (self.kubectl, self.forwards, self.tool) = (kubectl, forwards, tool)
    }

    /// As kubectl calls it.
    private static func cluster(_ name: String) -> String { "arn:aws:eks:\(name)/prod" }

    private static func tunnel(_ name: String) -> String { "kube:\(cluster(name))/shop/shop-0" }

    @Test func eachLeadsToItsOwn() throws {
        for (name, node) in zip(Self.names, nodes) {
            let result = try tool.run("eval", "-c", name, "{node(), os:getpid()}.")
            #expect(
                result.standardOutput == "{'shop@127.0.0.1',\(try node.evaluate("os:getpid()"))}\n",
                "\(result.standardError)")
            #expect(kubectl.calls(in: Self.cluster(name)).count == 2, "\(kubectl.calls)")
        }
        #expect(forwards.map(\.connectionCount) == [1, 1, 1, 1])
        // One cluster's settings, and the way into the other.
        let mixed = try tool.run("ping", "-c", "east", "--via", Self.tunnel("west"))
        #expect(mixed.exitStatus == 77 && mixed.standardError.contains("E-CA-UNKNOWN"), "\(mixed.standardError)")
        #expect(eventually { kubectl.hasEnded })
    }

    /// In one command: whoever looks at another cluster does so through its own pod, and the forwards of the one that is left
    /// end.
    @Test func theDashboardGoesFromOneToTheOther() throws {
        let screen = try TmuxScreen(tool.shellCommand("ui", "-c", "east"), environment: tool.variables)
        defer { screen.stop() }
        func expectCluster(_ name: String) throws {
            let (seen, isThere) = try screen.wait { text in
                let header = text.split(separator: "\n").first ?? ""
                return [name, "LIVE", "1 UP", "tls"].allSatisfy { header.contains($0) }
            }
            #expect(isThere, "\(name): \(seen)")
        }
        try expectCluster("east")
        #expect(kubectl.calls(in: Self.cluster("west")).isEmpty, "\(kubectl.calls)")
        for (name, left) in [("west", "east"), ("east", "west")] {
            try screen.press(":")
            try screen.type("context \(name)")
            try screen.press("Enter")
            try expectCluster(name)
            func isRunning(_ name: String) -> Bool {
                kubectl.calls(in: Self.cluster(name)).contains { kill($0.process, 0) == 0 }
            }
            #expect(isRunning(name), "\(kubectl.calls)")
            #expect(eventually { !isRunning(left) }, "\(kubectl.calls)")
        }
        try screen.press("Q")
        #expect(try eventually { try screen.exitStatus() == 0 })
        #expect(eventually { kubectl.hasEnded })
        #expect(forwards.allSatisfy { $0.connectionCount > 0 })
    }
}
