import ErlcluTestSupport
import Testing

/// Tab in Erlang's shell, as far as each release's expander goes.
@Suite(.waiting) struct CompletionTests {
    @Test(arguments: OTPRelease.available)
    func functionsAreCompletedAndListed(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        defer { node.stop() }
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        try console.screen.type("lists:rev")
        try console.screen.press("Tab")
        try console.wait(for: "lists:reverse(")
        try console.enter("[1,2]).")
        try console.wait(for: "[2,1]")
        try console.screen.type("lists:key")
        try console.screen.press("Tab")
        try console.wait(for: "keymerge/3")
    }

    /// The node's own shell shows a title above the types of what stands at the cursor.
    @Test(arguments: OTPRelease.available.filter { $0.major >= 26 })
    func argumentsAreShownAsTheNodeHasThem(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        defer { node.stop() }
        let shown = try node.evaluate(
            """
            unicode:characters_to_list(re:replace(edlin_expand:format_matches(element(3, \
            edlin_expand:expand(lists:reverse("proplists:get_value("), [])), 80), "\\e\\[[0-9;]*m", "", [global, unicode]))
            """)
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        try console.screen.type("proplists:get_value(")
        try console.screen.press("Tab")
        try console.wait(for: "get_value(Key, List, Default)")
        #expect(shown.contains("get_value(Key, List, Default)"), "\(shown)")
    }

    @Test func aLongListIsPrintedOnce() throws {
        let console = try ConsoleScreen(try SharedNodes.plain.get())
        try console.wait(for: ")1>")
        try console.screen.resize(to: TerminalSize(columns: 80, rows: 10))
        try console.screen.type("erlang:")
        try console.screen.press("Tab")
        // The list is there when the line stands below it again; what was typed stands there before.
        let (list, isListed) = try console.screen.wait { screen in
            screen.contains("/") && screen.split(whereSeparator: \.isNewline).last?.hasSuffix("> erlang:") == true
        }
        #expect(isListed, "\(list)")
        try console.screen.press("C-l")
        let (seen, isEmpty) = try console.screen.wait { $0.hasPrefix("(") }
        #expect(isEmpty, "\(seen)")
        try console.screen.press("Tab")
        try console.screen.type("x")
        try console.wait(for: "> erlang:x")
        #expect(try console.screen.capture().hasPrefix("("))
    }

    @Test(arguments: OTPRelease.available.filter { $0.major >= 26 })
    func bindingsAndRecordsAreCompleted(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        defer { node.stop() }
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        try console.enter("LongName = #{key_one => 1, key_two => 2}.")
        try console.wait(for: ")2>")
        try console.enter("rd(shape, {width, height}).")
        try console.wait(for: ")3>")
        try console.screen.type("LongN")
        try console.screen.press("Tab")
        try console.wait(for: "3> LongName")
        try console.screen.type("#{key_o")
        try console.screen.press("Tab")
        try console.wait(for: "3> LongName#{key_one=>")
        try console.enter("3}.")
        try console.wait(for: "#{key_one => 3,key_two => 2}")
        try console.screen.type("#sh")
        try console.screen.press("Tab")
        try console.wait(for: "4> #shape{")
        try console.screen.type("wi")
        try console.screen.press("Tab")
        // Modules may begin so, too: a choice.
        try console.wait(for: "\nwidth=")
    }
}
