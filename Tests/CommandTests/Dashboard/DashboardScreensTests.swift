import ErlcluTestSupport
import Foundation
import Testing

/// The screens of the dashboard over real nodes: on a terminal as a person uses them, and in a pipe.
@Suite struct DashboardScreensTests {
    private let nodes: [ErlangNodeFixture]

    init() throws {
        let mapper = try PortMapper()
        nodes = try (0..<2).map { _ in try ErlangNodeFixture(mapper: mapper) }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
    }

    private func dashboard(_ options: String..., size: TerminalSize = TerminalSize(columns: 100, rows: 30)) throws
        -> TmuxScreen
    {
        let tool = try NodeTool(nodes[0])
        let screen = try TmuxScreen(
            "\(tool.shellCommand(["ui"] + options)); echo status $?.; read x", size: size, environment: tool.variables)
        try expect(screen) { $0.contains("LIVE") && $0.contains(nodes[1].name) }
        return screen
    }

    private func expect(
        _ screen: TmuxScreen, sourceLocation: SourceLocation = #_sourceLocation, _ condition: (String) -> Bool
    ) throws {
        let (seen, satisfied) = try screen.wait(until: condition)
        #expect(satisfied, "\(seen)", sourceLocation: sourceLocation)
    }

    /// Somebody with another cookie is found, with the reason, from a cold start; nothing is left of the trace.
    @Test func theReasonOfAFailedHandshakeIsShown() throws {
        let inventory = try NodeInventory(of: nodes[1])
        let rogue = try ErlangNodeFixture(cookie: "another_cookie", mapper: nodes[0].mapper)
        let screen = try dashboard()
        defer { screen.stop() }
        try screen.press("3")
        try expect(screen) { screen in screen.contains("traced: ") && nodes.allSatisfy { screen.contains($0.name) } }
        try rogue.evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        try expect(screen) {
            $0.contains("E-COOKIE") && $0.contains(rogue.name) && $0.contains("WHY") && $0.contains("FIX")
        }
        try screen.press("t")
        try expect(screen) { !$0.contains("TRACE") && $0.contains("E-COOKIE") }
        try screen.press("Q")
        try expect(screen) { $0.contains("status 0.") }
        try inventory.expectNothingMore("after the trace")
    }

    /// Who was in the cluster and is registered alarms whoever comes after the split; who has never been in it does not.
    @Test func theOtherHalfIsSeenByWhoComesAfterTheSplit() throws {
        let stranger = try ErlangNodeFixture(mapper: nodes[0].mapper)
        try nodes[0].evaluate("erlang:disconnect_node('\(nodes[1].name)')")
        #expect(try eventually { try nodes[0].evaluate("nodes()") == "[]" })
        let page = try NodeTool(nodes[0]).run("ui", "--once", "--size", "200x30")
        let lines = page.standardOutput.split(separator: "\n")
        for phrase in ["1 registered, not joined: d says why", "1 registered, never joined"] {
            #expect(lines.first?.contains(phrase) == true, "\(page)")
        }
        func row(_ node: ErlangNodeFixture) -> Substring? { lines.dropFirst(3).first { $0.contains(node.name) } }
        #expect(row(nodes[1])?.hasPrefix("! RG") == true, "\(page.standardOutput)")
        #expect(
            row(stranger)?.contains("RG") == true && row(stranger)?.hasPrefix("!") == false, "\(page.standardOutput)")
        // Nobody has become known by the question.
        #expect(try nodes[0].evaluate("catch binary_to_existing_atom(<<\"\(stranger.name)\">>)").contains("badarg"))
    }

    @Test func anExpressionOnTwoNodesAndDoctorOfOne() throws {
        let screen = try dashboard()
        defer { screen.stop() }
        // The selection stays with its node when the list is sorted anew, as it is once both are up.
        try expect(screen) { $0.contains("2 UP") }
        try screen.press("Home", "Space", "Space", "e")
        try screen.type("{asked, node()}.")
        try screen.press("Enter")
        try expect(screen) { screen in nodes.allSatisfy { screen.contains("{asked,'\($0.name)'}") } }
        // Nodes of other tests may stand below the members.
        try screen.press("1", "Home", "d")
        try expect(screen) { $0.contains("rpc") && $0.contains("name type") && !$0.contains("looking") }
        try screen.press("4")
        try expect(screen) { $0.contains("it distributes without TLS") }
        try screen.press("2")
        try expect(screen) { $0.contains("- =") && $0.contains("= -") }
        try screen.press("1", "Enter")
        try expect(screen) { $0.contains("erts") && $0.contains("started") }
    }

    /// What was given of where the entry is does not hold for another node: its screen says why it is empty.
    @Test func aNodeThatCannotBeDialledSaysSoOnItsScreen() throws {
        let tool = try NodeTool(nodes[0], address: "127.0.0.1:\(nodes[0].port)")
        let screen = try TmuxScreen(
            "\(tool.shellCommand("ui", "--epmd", "none")); read x", size: TerminalSize(columns: 110, rows: 30),
            environment: tool.variables)
        defer { screen.stop() }
        try expect(screen) { $0.contains("2 UP") }
        try screen.press("/")
        try screen.type(nodes[1].name)
        try screen.press("Enter", "Enter")
        try expect(screen) { $0.contains("E-CONFIG at") && $0.contains("WHY") && !$0.contains("asking") }
    }

    /// They are for neither the shell, which is not there yet, nor the screen, which is not seen any more.
    @Test func keysTypedAheadOfAConsoleDoNothing() throws {
        let screen = try dashboard()
        defer { screen.stop() }
        try expect(screen) { $0.contains("2 UP") }
        try screen.type("c3")
        try expect(screen) { $0.contains(")1>") && !$0.contains("LIVE") && $0.contains("comes back to the dashboard") }
        try screen.press("C-]")
        try expect(screen) { $0.contains("LINKS") && $0.contains("LIVE") && !$0.contains("TRACE") }
    }

    @Test func aNodeIsStoppedAfterYes() throws {
        let screen = try dashboard()
        defer { screen.stop() }
        try screen.press(":")
        try screen.type("stop \(nodes[1].name)")
        try screen.press("Enter")
        try expect(screen) { $0.contains("stop \(nodes[1].name)?") && $0.contains("yes (the whole word) or no") }
        try screen.type("yes")
        try screen.press("Enter")
        try expect(screen) { $0.contains("\(nodes[1].name) is down") }
        #expect(eventually { !nodes[1].isRunning })
    }

    @Test func aLinkIsDroppedAfterYes() throws {
        let screen = try dashboard()
        defer { screen.stop() }
        try screen.press("2", "Right", "d")
        try expect(screen) { $0.contains(" connect to ") && $0.contains("yes (the whole word) or no") }
        try screen.type("yes")
        try screen.press("Enter")
        try expect(screen) {
            $0.contains("\(nodes[1].name) as \(nodes[0].name) comes to it")
                || $0.contains("\(nodes[0].name) as \(nodes[1].name) comes to it")
        }
        try expect(screen) { $0.contains("name type") && !$0.contains("looking") }
        try screen.press("1", ":")
        try screen.type("disconnect \(nodes[1].name)")
        try screen.press("Enter")
        try expect(screen) {
            $0.contains("disconnect \(nodes[1].name) from \(nodes[0].name)?")
                && $0.contains("yes (the whole word) or no")
        }
        #expect(try nodes[0].evaluate("nodes()").contains(nodes[1].name))
        try screen.type("yes")
        try screen.press("Enter")
        try expect(screen) { $0.contains("has dropped its link") }
        let isGone = try eventually { try nodes[0].evaluate("nodes()") == "[]" }
        #expect(isGone)
        // Nobody lists it any more, and it runs: its epmd knows.
        try expect(screen) { screen in
            screen.contains("1 cut off since")
                && screen.split(separator: "\n").contains { $0.contains("RG \(nodes[1].name)") && $0.hasPrefix("!") }
        }
        // What stands behind a line that is refused is no key: a paste ends nothing, and leaves nothing.
        try screen.send(Array(":stop nobody\ryes\rQQ".utf8))
        try expect(screen) { $0.contains("no node is listed that is called nobody") && $0.contains(":stop nobody") }
        try screen.press("Escape")
        try expect(screen) { !$0.contains(":stop nobody") && $0.contains("LIVE") }
    }

    /// Another cluster that does not answer leads back to the one that was there.
    @Test func aFailedChoiceLeadsBack() throws {
        let screen = try dashboard()
        defer { screen.stop() }
        try expect(screen) { $0.contains("2 UP") }
        try screen.press(":")
        try screen.type("connect nobody@127.0.0.1")
        try screen.press("Enter")
        try expect(screen) { $0.contains("E-EPMD-NOTREG") && $0.contains("Esc goes back to \(nodes[0].name)") }
        try screen.press("Escape")
        try expect(screen) { screen in
            screen.contains("LIVE") && nodes.allSatisfy { screen.contains($0.name) }
                && screen.contains("was not reached")
        }
        // And another one that answers is gone to.
        try screen.press(":")
        try screen.type("connect \(nodes[1].name)")
        try screen.press("Enter")
        try expect(screen) { $0.contains("view \(nodes[1].name)") && $0.contains("LIVE") && $0.contains("2 UP") }
        try screen.press("Q")
        try expect(screen) { $0.contains("status 0.") }
    }

    /// One that cannot join is listed from a cold start, and doctor says why it cannot.
    @Test func oneThatIsNotInTheClusterIsShown() throws {
        let odd = try ErlangNodeFixture(cookie: "another_cookie", mapper: nodes[0].mapper)
        let screen = try dashboard()
        defer { screen.stop() }
        try screen.press("/")
        try screen.type(odd.name)
        try expect(screen) { $0.contains("RG \(odd.name)") && $0.contains("never joined") }
        try screen.press("Enter", "d")
        try expect(screen) { $0.contains("E-COOKIE") && $0.contains("FIX") && $0.contains(odd.name) }
        try screen.press("1", ":")
        try screen.type("doctor nobody@127.0.0.1")
        try screen.press("Enter")
        try expect(screen) { $0.contains("E-EPMD-NOTREG") }
    }

    @Test func withoutAnythingNamedThereIsAChoice() throws {
        let directory = try TemporaryDirectory()
        let tool = try NodeTool(nodes[0])
        let cookie = try directory.write("test_cookie", to: ".erlang.cookie", mode: 0o400)
        #expect(cookie.hasSuffix(".erlang.cookie"))
        let screen = try TmuxScreen(
            "cd \(directory.path) && \(BuiltProduct.tool); echo status $?.; read x",
            environment: tool.variables.merging(["HOME": directory.path, "XDG_CONFIG_HOME": directory.path]) { $1 })
        defer { screen.stop() }
        try expect(screen) { $0.contains("CONNECT TO") && $0.contains("of this host") }
        // The nodes of other tests may fill the screen above it.
        try screen.press("End")
        try expect(screen) { $0.contains("or type a node name") }
        try screen.press("Enter")
        try screen.type(nodes[0].name)
        try screen.press("Enter")
        try expect(screen) { $0.contains("LIVE") && $0.contains(nodes[1].name) }
        try screen.press("q")
        try expect(screen) { $0.contains("CONNECT TO") }
        try screen.press("q")
        try expect(screen) { $0.contains("status 0.") }
    }

    /// epmd knows what stands before the @, and not that the node has a long name.
    @Test(.enabled(if: hostNameIsResolved)) func aNodeWithALongNameIsConnectedToByItsOwnName() throws {
        let directory = try TemporaryDirectory()
        let tool = try NodeTool(nodes[0])
        _ = try directory.write("test_cookie", to: ".erlang.cookie", mode: 0o400)
        let screen = try TmuxScreen(
            "cd \(directory.path) && \(BuiltProduct.tool); echo status $?.; read x",
            environment: tool.variables.merging(["HOME": directory.path, "XDG_CONFIG_HOME": directory.path]) { $1 })
        defer { screen.stop() }
        let alive = String(nodes[0].name.prefix { $0 != "@" })
        try expect(screen) { $0.contains("EPMD") && $0.contains("\(alive)@") }
        try screen.press("/")
        try screen.type("\(alive)@")
        try screen.press("Enter", "Enter")
        try expect(screen) { $0.contains("E-NAMETYPE") && $0.contains("Enter connects to \(nodes[0].name)") }
        try screen.press("Enter")
        try expect(screen) { $0.contains("LIVE") && $0.contains(nodes[1].name) }
    }

    /// Whether this machine knows itself by its short name.
    private static var hostNameIsResolved: Bool {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, 255) == 0 else { return false }
        let short = String(decoding: name.prefix { $0 != 0 && $0 != 0x2E }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var addresses: UnsafeMutablePointer<addrinfo>?
        defer { addresses.map { freeaddrinfo($0) } }
        return getaddrinfo(short, nil, nil, &addresses) == 0
    }

    // MARK: in a pipe

    @Test func oneScreenForScripts() throws {
        let tool = try NodeTool(nodes[0])
        let text = try tool.run("ui", "--once", "--size", "100x20")
        #expect(text.exitStatus == 0, "\(text.standardError)")
        #expect(text.standardOutput.split(separator: "\n", omittingEmptySubsequences: false).count == 21)
        #expect(nodes.allSatisfy { text.standardOutput.contains($0.name) })
        let json = try tool.run("ui", "--once", "--screen", "mesh", "-o", "json")
        let document = try JSONSerialization.jsonObject(with: Data(json.standardOutput.utf8)) as? [String: Any]
        #expect((document?["items"] as? [[String: Any]])?.count == 2, "\(json.standardOutput)")
        let picture = try tool.run("ui", "--once", "-o", "svg")
        #expect(picture.standardOutput.hasPrefix("<svg") && picture.standardOutput.hasSuffix("</svg>\n"))
    }

    /// A wrong cookie is no reason to wait for the whole time.
    @Test func aScreenThatCannotBeHadSaysWhy() throws {
        let rogue = try ErlangNodeFixture(cookie: "another_cookie", mapper: nodes[0].mapper)
        let cookie = try nodes[0].cookieFile()
        var tool = try NodeTool(rogue)
        tool.options = ["-n", rogue.name, "--cookie-file", cookie]
        let result = try tool.run("ui", "--once", "-t", "60s")
        #expect(result.exitStatus == 77, "\(result.standardError)")
        #expect(result.standardOutput.isEmpty && result.standardError.contains("E-COOKIE"), "\(result.standardError)")
    }

    @Test func whatWasRecordedIsShownAgain() throws {
        let directory = try TemporaryDirectory()
        let tool = try NodeTool(nodes[0])
        let file = directory.file("seen.jsonl")
        let child = try tool.start("ui", "--plain", "--record", file)
        #expect(child.waitForOutput(containing: "2 members."), "\(child.standardError)")
        nodes[1].stop()
        #expect(child.waitForOutput(containing: "\(nodes[1].name) is gone"), "\(child.standardOutput)")
        child.signal(SIGINT)
        #expect(try child.wait().exitStatus == 130)
        func replay(_ file: String, _ more: String...) throws -> CommandResult {
            try CommandResult.of(
                BuiltProduct.tool, ["ui", "--replay", file, "--once"] + more, environment: tool.environment)
        }
        let shown = try replay(file, "--screen", "events")
        #expect(shown.exitStatus == 0, "\(shown.standardError)")
        #expect(shown.standardOutput.contains("gone") && shown.standardOutput.contains("REPLAY END"))
        let broken = try directory.write("{}\n", to: "broken.jsonl")
        let refused = try replay(broken)
        #expect(refused.exitStatus == 66, "\(refused.standardError)")
    }
}
