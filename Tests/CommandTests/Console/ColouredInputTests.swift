import ErlcluTestSupport
import Testing

/// What is typed is coloured on a terminal that shows colours, and stays so when it is entered.
@Suite(.waiting) struct ColouredInputTests {
    @Test func tokensOfErlangAreColoured() throws {
        let node = try ErlangNodeFixture()
        defer { node.stop() }
        // The tests themselves may run without colours.
        let console = try ConsoleScreen(node, precededBy: "env -u NO_COLOR")
        try console.wait(for: ")1>")
        try console.enter("X = \"unfinis")
        try console.enter("hed\".")
        try console.wait(for: ")2>")
        try console.screen.type("case X of 16#ff -> ok")
        try console.wait(for: "-> ok")
        let screen = try console.screen.capture(styled: true)
        #expect(screen.contains("\u{1B}[33mX\u{1B}[39m = \u{1B}[32m\"unfinis"), "\(screen.debugDescription)")
        #expect(screen.contains("\u{1B}[32mhed\"\u{1B}[39m."), "\(screen.debugDescription)")
        #expect(screen.contains("2> \u{1B}[1mcase\u{1B}[0m"), "\(screen.debugDescription)")
        #expect(screen.contains("\u{1B}[35m16#ff\u{1B}[39m -> \u{1B}[36mok"), "\(screen.debugDescription)")
        // What code reads is no Erlang.
        try console.screen.press("C-c")
        try console.enter("io:get_line(\"n> \").")
        try console.wait(for: "\nn>")
        try console.screen.type("ok 1")
        try console.wait(for: "n> ok 1")
        #expect(try console.screen.capture(styled: true).contains("\nn> ok 1"))
    }

    @Test(arguments: ["NO_COLOR=1", "TERM=dumb"])
    func nothingIsColouredInMono(variable: String) throws {
        let node = try ErlangNodeFixture()
        defer { node.stop() }
        let console = try ConsoleScreen(node, precededBy: "env -u NO_COLOR \(variable)")
        try console.wait(for: ")1>")
        try console.enter("X = \"s\".")
        try console.wait(for: ")2>")
        let screen = try console.screen.capture(styled: true)
        #expect(screen.contains("1> X = \"s\"."), "\(screen.debugDescription)")
    }
}
