import ErlcluTestSupport
import Foundation
import Testing

/// `members --watch` of nodes that come and go.
@Suite struct MemberWatchTests {
    @Test func tellsWhoComesAndGoes() throws {
        let (one, other) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        let command = try FailedCommand.to(one, ["members", "--watch"])
        let watch = try command.start(["-o", "jsonl"])
        #expect(watch.waitForOutput(containing: "\(one.name)\",\"state\":\"up\""), "\(watch.standardError)")
        #expect(!watch.standardOutput.contains(other.name))
        try one.evaluate("net_kernel:connect_node('\(other.name)')")
        #expect(watch.waitForOutput(containing: "\(other.name)\",\"state\":\"up\""), "\(watch.standardOutput)")
        other.stop()
        #expect(watch.waitForOutput(containing: "\(other.name)\",\"state\":\"down\""), "\(watch.standardOutput)")
        watch.signal(SIGINT)
        let result = try watch.wait()
        #expect(result.exitStatus == 130)
        #expect(!result.standardOutput.contains("memory_bytes"))
        for line in result.standardOutput.split(separator: "\n") {
            let item = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(item["time"] is Int && item["node"] is String)
        }
    }

    /// The entry goes and comes back: the watch goes on, and says so once.
    @Test func outlivesTheLossOfItsWay() throws {
        let node = try ErlangNodeFixture()
        let command = try FailedCommand.to(node, ["members", "-w"])
        let watch = try command.start()
        #expect(watch.waitForOutput(containing: node.name), "\(watch.standardError)")
        try node.evaluate("[erlang:disconnect_node(Node) || Node <- nodes(hidden)], ok")
        #expect(watch.isRunning)
        node.stop()
        #expect(watch.waitForOutput(containing: "trying again", onError: true), "\(watch.standardOutput)")
        watch.signal(SIGTERM)
        #expect(try watch.wait().exitStatus == 143)
    }

    @Test func refusesADocumentWithoutAnEnd() throws {
        let node = try SharedNodes.plain.get()
        let result = try FailedCommand.to(node, ["members", "-w", "-o", "json"]).start().wait()
        #expect(result.exitStatus == 64)
        #expect(result.standardOutput.contains("-o jsonl"), "\(result.standardError)")
    }
}
