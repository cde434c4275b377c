import ErlcluTestSupport
import Foundation
import Testing

/// What goes on for longer, through a real `ssh:daemon`: traces, watches, and the dashboard.
@Suite(.waiting) struct SecureShellClusterTests {
    private static func pair(_ release: OTPRelease) throws -> [ErlangNodeFixture] {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release) }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        return nodes
    }

    @Test(arguments: OTPRelease.available)
    func handshakesAreTraced(release: OTPRelease) throws {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release) }
        let tool = try NodeDaemon(on: nodes[0]).tool()
        defer { withExtendedLifetime(tool) {} }
        let trace = try tool.start("trace", "dist", "-o", "jsonl")
        #expect(trace.waitForOutput(containing: "tracing ", onError: true), "\(trace.standardError)")
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        #expect(trace.waitForOutput(containing: "erlclu/attempt/1"), "\(trace.standardOutput)\(trace.standardError)")
        trace.signal(SIGINT)
        let result = try trace.wait()
        #expect(result.standardOutput.contains(nodes[1].name), "\(result.standardOutput)")
    }

    @Test(arguments: OTPRelease.available)
    func watchesShowWhatIsNew(release: OTPRelease) throws {
        let nodes = try Self.pair(release)
        let tool = try NodeDaemon(on: nodes[0]).tool()
        defer { withExtendedLifetime(tool) {} }
        let members = try tool.start("members", "--watch", "-o", "jsonl")
        let mesh = try tool.start("mesh", "--watch", "-o", "jsonl")
        for node in nodes {
            #expect(members.waitForOutput(containing: "\(node.name)\",\"state\":\"up\""), "\(members.standardError)")
            #expect(mesh.waitForOutput(containing: node.name), "\(mesh.standardError)")
        }
        let newcomer = try ErlangNodeFixture(release: release)
        try newcomer.evaluate("net_kernel:connect_node('\(nodes[0].name)')")
        #expect(members.waitForOutput(containing: "\(newcomer.name)\",\"state\":\"up\""), "\(members.standardError)")
        #expect(mesh.waitForOutput(containing: newcomer.name), "\(mesh.standardError)")
        for watch in [members, mesh] {
            watch.signal(SIGINT)
            _ = try watch.wait()
        }
    }

    @Test(arguments: OTPRelease.available)
    func theDashboardShowsTheCluster(release: OTPRelease) throws {
        let nodes = try Self.pair(release)
        let tool = try NodeDaemon(on: nodes[0]).tool()
        defer { withExtendedLifetime(tool) {} }
        for screen in ["members", "mesh", "certificates"] {
            let page = try tool.run("ui", "--once", "--screen", screen)
            #expect(page.exitStatus == 0, "\(screen): \(page.standardError)")
            for node in nodes {
                #expect(page.standardOutput.contains(node.name), "\(screen): \(page.standardOutput)")
            }
        }
    }

    /// The epmds of the cluster are not reached from here: the node asks them.
    @Test func whoHasNotJoinedIsShown() throws {
        let mapper = try PortMapper()
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(mapper: mapper) }
        let tool = try NodeDaemon(on: nodes[0]).tool()
        defer { withExtendedLifetime(tool) {} }
        let page = try tool.run("ui", "--once", "--size", "120x30")
        let line = page.standardOutput.split(separator: "\n").first { $0.contains(nodes[1].name) }
        #expect(line?.contains("RG") == true, "\(page.standardOutput)\(page.standardError)")
    }

    @Test func thePlainPageFollowsIt() throws {
        let nodes = try Self.pair(.host)
        let tool = try NodeDaemon(on: nodes[0]).tool()
        defer { withExtendedLifetime(tool) {} }
        let page = try tool.start("ui", "--plain")
        for node in nodes { #expect(page.waitForOutput(containing: node.name), "\(page.standardError)") }
        page.signal(SIGINT)
        _ = try page.wait()
    }

    /// The other member has no daemon that we know of: it is not taken for the one that has.
    @Test func whatIsAskedOfAnotherMemberIsNotAskedOfThisOne() throws {
        let nodes = try Self.pair(.host)
        let tool = try NodeDaemon(on: nodes[0]).tool()
        defer { withExtendedLifetime(tool) {} }
        let screen = try TmuxScreen(
            tool.shellCommand("ui") + "; echo status $?.; read x", size: TerminalSize(columns: 120, rows: 30),
            environment: tool.variables)
        defer { screen.stop() }
        func expect(_ what: String, _ condition: (String) -> Bool) throws {
            let (seen, satisfied) = try screen.wait(until: condition)
            #expect(satisfied, "\(what)\n\(seen)")
        }
        try expect("members") { $0.contains("LIVE") && $0.contains("2 UP") }
        try screen.press("/")
        try screen.type(nodes[1].name)
        try screen.press("Enter")
        // Nodes of other tests may stand below the members.
        try expect("the other one") { $0.contains(" 1 of ") }
        try screen.press("Enter")
        try expect("why it is not asked") { $0.contains("leads to") }
        try screen.press("Q")
        try expect("it ends") { $0.contains("status 0.") }
        for node in nodes { #expect(try node.evaluate("ok") == "ok") }
    }
}
