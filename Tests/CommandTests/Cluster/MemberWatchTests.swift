import ErlcluTestSupport
import Foundation
import Testing

/// `members --watch` of nodes that come and go.
@Suite(.waiting) struct MemberWatchTests {
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

    /// For people: the one that joins or leaves first, and what comes of it for the others in a line.
    @Test func aChangeIsAFewLines() throws {
        func joined(_ nodes: [ErlangNodeFixture]) throws {
            for node in nodes[1...] { try nodes[0].evaluate("net_kernel:connect_node('\(node.name)')") }
            for node in nodes {
                #expect(try eventually { try node.evaluate("length(nodes())") == "\(nodes.count - 1)" })
            }
        }
        let nodes = try (0..<5).map { _ in try ErlangNodeFixture() }
        try joined(Array(nodes[..<4]))
        let watch = try FailedCommand.to(nodes[0], ["members", "-w"]).start()
        func lines(_ words: String...) -> [Substring] {
            watch.standardOutput.split(separator: "\n").filter { line in words.allSatisfy { line.contains($0) } }
        }
        #expect(eventually { lines(" up ").count == 4 }, "\(watch.standardOutput)")
        try joined(nodes)
        #expect(eventually { !lines("joined").isEmpty && !lines("4/4").isEmpty }, "\(watch.standardOutput)")
        // Where a look falls between the links there are lines for what it saw as well.
        #expect(eventually { !lines("members", "4/4").isEmpty || lines("4/4").count > 3 }, "\(watch.standardOutput)")
        nodes[4].stop()
        #expect(eventually { !lines("left", nodes[4].name).isEmpty }, "\(watch.standardOutput)")
        #expect(eventually { !lines("links", "4 members", "3/3").isEmpty }, "\(watch.standardOutput)")
        let all = watch.standardOutput.split(separator: "\n")
        let left = try #require(all.firstIndex { $0.contains("left") })
        #expect(all[left].contains("down") && all[left].contains("gone"))
        let consequence = try #require(all.lastIndex { $0.contains("3/3") && $0.contains("links") })
        #expect(consequence > left && consequence - left <= 2, "\(watch.standardOutput)")
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

    private func state(_ state: String, _ node: String) -> String { "\(node)\",\"state\":\"\(state)\"" }

    /// How often `node` was told to be in `state`.
    private func count(_ state: String, _ node: String, _ watch: ChildProcess) -> Int {
        watch.standardOutput.split(separator: "\n").count { $0.contains(self.state(state, node)) }
    }

    /// The entry is killed, and started again under its name.
    @Test func tellsThatItsEntryGoesAndComes() throws {
        let alive = "watched\(getpid())x\(UInt32.random(in: 0...UInt32.max))"
        let node = try ErlangNodeFixture(name: alive)
        let watch = try FailedCommand.to(node, ["members", "--watch"]).start(["-o", "jsonl"])
        #expect(watch.waitForOutput(containing: state("up", node.name)), "\(watch.standardError)")
        node.stop()
        #expect(watch.waitForOutput(containing: state("down", node.name)), "\(watch.standardOutput)")
        let again = try ErlangNodeFixture(name: alive)
        #expect(eventually { count("up", node.name, watch) == 2 }, "\(watch.standardOutput)")
        #expect(watch.waitForOutput(containing: "\(node.name) answers", onError: true), "\(watch.standardError)")
        // And so on.
        let other = try ErlangNodeFixture()
        try again.evaluate("net_kernel:connect_node('\(other.name)')")
        #expect(watch.waitForOutput(containing: state("up", other.name)), "\(watch.standardOutput)")
        #expect(watch.standardError.split(separator: "\n").count { $0.contains("trying again") } == 1)
        watch.signal(SIGINT)
        #expect(try watch.wait(within: 20).exitStatus == 130)
    }

    /// The entry is started again, and nobody connects it to the others: it knows nobody, and they are not down.
    @Test func whomARestartedEntryDoesNotKnowIsNotDown() throws {
        let alive = "restarted\(getpid())x\(UInt32.random(in: 0...UInt32.max))"
        let node = try ErlangNodeFixture(name: alive)
        let other = try ErlangNodeFixture()
        try node.evaluate("net_kernel:connect_node('\(other.name)')")
        let watch = try FailedCommand.to(node, ["members", "--watch"]).start(["-o", "jsonl"])
        #expect(watch.waitForOutput(containing: state("up", other.name)), "\(watch.standardError)")
        node.stop()
        #expect(watch.waitForOutput(containing: state("down", node.name)), "\(watch.standardOutput)")
        let again = try ErlangNodeFixture(name: alive)
        #expect(watch.waitForOutput(containing: state("unknown", other.name)), "\(watch.standardOutput)")
        #expect(eventually { count("up", node.name, watch) == 2 }, "\(watch.standardOutput)")
        try again.evaluate("net_kernel:connect_node('\(other.name)')")
        #expect(eventually { count("up", other.name, watch) >= 2 }, "\(watch.standardOutput)")
        #expect(count("down", other.name, watch) == 0, "\(watch.standardOutput)")
        // Now it knows when the other one goes.
        other.stop()
        #expect(watch.waitForOutput(containing: state("down", other.name)), "\(watch.standardOutput)")
    }

    @Test func tellsThatItsEntryHangsAndGoesOn() throws {
        let node = try ErlangNodeFixture()
        let watch = try FailedCommand.to(node, ["members", "--watch"]).start(["-o", "jsonl"])
        #expect(watch.waitForOutput(containing: state("up", node.name)), "\(watch.standardError)")
        node.suspend()
        #expect(watch.waitForOutput(containing: state("unknown", node.name)), "\(watch.standardOutput)")
        node.resume()
        #expect(eventually { count("up", node.name, watch) == 2 }, "\(watch.standardOutput)")
    }

    /// Whatever it waits for: the answer to a look, or, once that was too long, a connection.
    @Test(arguments: [false, true]) func endsAtOnceWhileItsEntryHangs(isDialling: Bool) throws {
        let node = try ErlangNodeFixture()
        let watch = try FailedCommand.to(node, ["members", "--watch"]).start(["-o", "jsonl"])
        #expect(watch.waitForOutput(containing: state("up", node.name)), "\(watch.standardError)")
        node.suspend()
        if isDialling {
            #expect(watch.waitForOutput(containing: state("unknown", node.name)), "\(watch.standardOutput)")
        }
        // There is a look each second, or another attempt, and both take five.
        usleep(1_500_000)
        watch.signal(SIGINT)
        #expect(try watch.wait(within: 3).exitStatus == 130)
        #expect(!watch.standardOutput.contains(state("down", node.name)), "\(watch.standardOutput)")
    }

    /// Several ways into one cluster.
    @Test func goesOnThroughAnotherNode() throws {
        let nodes = try (0..<3).map { _ in try ErlangNodeFixture() }
        for node in nodes[1...] { try nodes[0].evaluate("net_kernel:connect_node('\(node.name)')") }
        let watch = try FailedCommand.to(nodes[0], ["members", "--watch", "-n", nodes[1].name]).start(["-o", "jsonl"])
        for node in nodes {
            #expect(watch.waitForOutput(containing: state("up", node.name)), "\(watch.standardOutput)")
        }
        // Whichever of the two it took.
        for node in nodes[..<2] where watch.standardOutput.contains("\"entry\":true,\"node\":\"\(node.name)\"") {
            node.stop()
            #expect(watch.waitForOutput(containing: state("down", node.name)), "\(watch.standardOutput)")
            #expect(watch.waitForOutput(containing: " answers", onError: true), "\(watch.standardError)")
            nodes[2].stop()
            #expect(watch.waitForOutput(containing: state("down", nodes[2].name)), "\(watch.standardOutput)")
            return
        }
        Issue.record("no entry: \(watch.standardOutput)")
    }

    /// As `members -w | head -1`: the reader leaves, and nothing happens in the cluster that would be written.
    @Test(arguments: [false, true]) func endsWhenItsReaderHasLeft(isSignalIgnored: Bool) throws {
        let node = try SharedNodes.plain.get()
        let tool = try NodeTool(node)
        let command = tool.shellCommand("members", "-w")
        let script = "\(isSignalIgnored ? "trap '' PIPE; " : "")\(command) | head -1; echo \"status ${PIPESTATUS[0]}\""
        let result = try CommandResult.of("bash", ["-c", script], environment: tool.environment)
        #expect(result.standardOutput.hasPrefix("TIME"), "\(result.standardOutput)")
        #expect(result.standardOutput.hasSuffix("status 141\n"), "\(result.standardOutput)")
        #expect(result.standardError.isEmpty, "\(result.standardError)")
    }

    @Test func refusesADocumentWithoutAnEnd() throws {
        let node = try SharedNodes.plain.get()
        let result = try FailedCommand.to(node, ["members", "-w", "-o", "json"]).start().wait()
        #expect(result.exitStatus == 64)
        #expect(result.standardOutput.contains("-o jsonl"), "\(result.standardError)")
    }
}
