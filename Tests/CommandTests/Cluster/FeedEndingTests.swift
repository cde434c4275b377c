import ErlcluTestSupport
import Foundation
import Testing

/// However a watch of the members ends, nothing of its feed stays on a node.
@Suite(.serialized) struct FeedEndingTests {
    private static let programs =
        "[F || P <- processes(), {dictionary, D} <- [process_info(P, dictionary)], {'$initial_call', {erlclu, F, 0}} <- D]"
    private static let atoms = "erlang:system_info(atom_count)"

    private func pair(_ release: OTPRelease) throws -> [ErlangNodeFixture] {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release) }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        return nodes
    }

    /// Once it shows both.
    private func watch(_ nodes: [ErlangNodeFixture], _ options: String...) throws -> ChildProcess {
        let watch = try FailedCommand.to(nodes[0], ["members", "--watch"] + options).start(["-o", "jsonl"])
        for node in nodes {
            #expect(watch.waitForOutput(containing: "\(node.name)\",\"state\":\"up\""), "\(watch.standardError)")
        }
        return watch
    }

    @Test(arguments: OTPRelease.available)
    func leavesNothing(_ release: OTPRelease) throws {
        let nodes = try pair(release)
        // What is used for the first time stays known.
        let first = try watch(nodes)
        #expect(try nodes[0].evaluate("lists:sort(\(Self.programs))") == "[feed,feed_member]")
        #expect(try nodes[1].evaluate(Self.programs) == "[feed_member]")
        first.signal(SIGINT)
        _ = try first.wait()
        let before = try nodes.map { try NodeInventory(of: $0) }
        // The questions of this test have atoms, too.
        for inventory in before { try inventory.expectNothingMore() }
        let atoms = try nodes.map { try $0.evaluate(Self.atoms) }
        for number in [SIGINT, SIGKILL] {
            let watch = try watch(nodes)
            watch.signal(number)
            _ = try watch.wait()
            for inventory in before { try inventory.expectNothingMore("\(release), signal \(number)") }
            #expect(try nodes.map { try $0.evaluate(Self.atoms) } == atoms, "\(release), signal \(number)")
        }
        #expect(nodes.allSatisfy { !$0.log.contains("rror") }, "\(nodes.map(\.log))")
    }

    /// No packet comes any more, and no end of the connection either.
    @Test(arguments: OTPRelease.available)
    func endsWhenTheLinkIsCut(_ release: OTPRelease) throws {
        let nodes = try pair(release)
        let link = try PortForwarder(to: nodes[0].port)
        defer { link.stop() }
        let watch = try watch(nodes, "--address", "127.0.0.1:\(link.port)", "--epmd", "none")
        link.isCut = true
        for node in nodes {
            #expect(try eventually(within: 60) { try node.evaluate(Self.programs) == "[]" }, "\(release)")
        }
        #expect(watch.waitForOutput(containing: "trying again", onError: true), "\(watch.standardError)")
        watch.signal(SIGINT)
        _ = try watch.wait()
    }

    /// The tool was stopped and goes on: nobody has hung, and nothing is to be said.
    @Test func goesOnAfterItHasStoodStill() throws {
        let nodes = try pair(.host)
        let watch = try watch(nodes)
        watch.signal(SIGSTOP)
        for node in nodes {
            #expect(try eventually(within: 60) { try node.evaluate(Self.programs) == "[]" })
        }
        watch.signal(SIGCONT)
        for node in nodes {
            #expect(try eventually { try node.evaluate(Self.programs) != "[]" })
        }
        // What comes now is seen, so all members have been looked at since.
        let newcomer = try ErlangNodeFixture()
        try newcomer.evaluate("net_kernel:connect_node('\(nodes[0].name)')")
        #expect(watch.waitForOutput(containing: "\(newcomer.name)\",\"state\":\"up\""), "\(watch.standardOutput)")
        #expect(!watch.standardOutput.contains("unreachable"), "\(watch.standardOutput)")
        #expect(watch.standardError.isEmpty, "\(watch.standardError)")
        watch.signal(SIGINT)
        _ = try watch.wait()
    }

    /// Somebody kills what looks at a node: it is begun again. Whether the member is "unreachable" for a moment is open:
    /// where the new one answers before the next list is out, nothing has changed.
    @Test func isBegunAgainWhereItIsKilled() throws {
        let nodes = try pair(.host)
        let watch = try watch(nodes)
        let members =
            "[P || P <- processes(), {dictionary, D} <- [process_info(P, dictionary)], lists:member({'$initial_call', {erlclu, feed_member, 0}}, D)]"
        let first = try nodes[1].evaluate(members)
        #expect(try nodes[1].evaluate("[exit(P, shutdown) || P <- \(members)]") == "[true]")
        #expect(
            try eventually {
                let now = try nodes[1].evaluate(members)
                return now != first && now != "[]"
            }, "\(watch.standardOutput)")
        // The new one is heard: a link that only it sees is in the list.
        let newcomer = try ErlangNodeFixture(arguments: ["-connect_all", "false"])
        try newcomer.evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        #expect(watch.waitForOutput(containing: "\(newcomer.name)\",\"state\":\"up\""), "\(watch.standardOutput)")
        let last = watch.standardOutput.split(separator: "\n").last { $0.contains("\(nodes[1].name)\",\"state\":") }
        #expect(last?.contains("\"state\":\"up\"") == true, "\(watch.standardOutput)")
        watch.signal(SIGINT)
        _ = try watch.wait()
    }
}
