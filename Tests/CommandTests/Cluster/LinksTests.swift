import ErlcluTestSupport
import Foundation
import Testing

/// `links` of real nodes.
@Suite struct LinksTests {
    private static func pair(_ release: OTPRelease, _ transport: NodeTransport) throws -> [ErlangNodeFixture] {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release, transport: transport) }
        #expect(try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')") == "true")
        #expect(try eventually { try nodes[1].evaluate("nodes()") == "['\(nodes[0].name)']" })
        return nodes
    }

    @Test(arguments: OTPRelease.available) func bothEndsAreListed(release: OTPRelease) throws {
        for (transport, isTLS) in [(NodeTransport.tcp, false), (try .mutualTLS(), true)] {
            let nodes = try Self.pair(release, transport)
            let tool = try NodeTool(nodes[0])
            let result = try tool.run("links", "--all", "-o", "json")
            let links = try nodes.compactMap { node in try result.items.first { $0["node"] as? String == node.name } }
            #expect(result.exitStatus == 0, "\(result.standardError)")
            #expect(links.count == 2, "\(result.standardOutput)")
            guard links.count == 2 else { return }
            let name = isTLS ? "tls" : "tcp"
            #expect(links.map { $0["peer"] as? String } == [nodes[1].name, nodes[0].name])
            #expect(links.map { $0["dialled"] as? Bool } == [true, false], "\(result.standardOutput)")
            #expect(links.allSatisfy { $0["state"] as? String == "up" && $0["kind"] as? String == "visible" })
            #expect(links.allSatisfy { $0["transport"] as? String == name })
            #expect(links[0]["address"] as? String == "127.0.0.1:\(nodes[1].port)")
            for key in ["bytes_in", "bytes_out", "packets_in", "packets_out"] {
                #expect(links.allSatisfy { ($0[key] as? Int ?? 0) > 0 }, "\(key): \(result.standardOutput)")
            }
            #expect(links.allSatisfy { $0["buffered_bytes"] as? Int == 0 && $0["queued_bytes"] as? Int == 0 })
            #expect(links.allSatisfy { $0["busy"] as? Bool == false })
            #expect(links.allSatisfy { ($0["tls_version"] as? String != nil) == isTLS })
            // Ours is not among them.
            let own = try tool.run("links", "-o", "json").items
            #expect(own.map { $0["peer"] as? String } == [nodes[1].name])
        }
    }

    /// A peer that is stopped takes nothing.
    @Test func aBusyLinkIsSeen() throws {
        let nodes = try Self.pair(.host, .tcp)
        let watch = try NodeTool(nodes[0]).start("links", "-w", "-o", "jsonl")
        #expect(watch.waitForOutput(containing: nodes[1].name), "\(watch.standardError)")
        nodes[1].suspend()
        try nodes[0].evaluate(
            "spawn(fun() -> [{x, '\(nodes[1].name)'} ! binary:copy(<<1>>, 100000) || _ <- lists:seq(1, 200)] end), ok")
        #expect(watch.waitForOutput(containing: "\"changes\":[\"busy\"]"), "\(watch.standardOutput)")
        let link = try NodeTool(nodes[0]).run("links", "-o", "json").items.first
        #expect(link?["busy"] as? Bool == true)
        #expect((link?["buffered_bytes"] as? Int ?? 0) > 0 && (link?["queued_bytes"] as? Int ?? 0) > 0)
        nodes[1].resume()
        #expect(eventually { watch.standardOutput.components(separatedBy: "\"changes\":[\"busy\"]").count == 3 })
        watch.terminate()
    }
}
