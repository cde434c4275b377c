import ErlcluTestSupport
import Testing

/// Whatever a node writes to its console, what comes behind it is seen on the terminal.
@Suite(.waiting) struct HostileOutputTests {
    @Test(arguments: OTPRelease.available)
    func nothingHidesTheNextResult(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        defer { node.stop() }
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        // The bytes of UTF-8, printed as characters of Latin-1.
        try console.enter(
            #"io:format("~s~n", [<<"caf",195,169," ",240,159,142,137," ",226,128,157," done">>])."#)
        try console.wait(for: "\ncafÃ© ð â done\nok\n(\(node.name))2>")
        let strings = #"["\e]0;t", "\e]52;c;", "\eP1", "\e[", "\e[3", "\e", [157], [155, $3], "\e[8m", "\e("]"#
        var number = 2
        for index in 1...10 {
            try console.enter("io:put_chars(lists:nth(\(index), \(strings))), \(index) + 4100.")
            try console.wait(for: "\(index + 4100)\n(\(node.name))\(number + 1)>")
            number += 1
        }
        // Made by the node itself, the same on each run; lines so that the terminal keeps up.
        try console.enter(
            """
            rand:seed(exsss, {1,2,3}), [io:put_chars([lists:nth(rand:uniform(8), ["\\e]", "\\e[", "\\eP", [157], \
            [rand:uniform(255)], "m", "8;", "\\e"]) || _ <- lists:seq(1, 400)]) || _ <- lists:seq(1, 80)], 70 * 60.
            """)
        try console.wait(for: "4200\n(\(node.name))\(number + 1)>")
        try console.screen.press("C-]")
        try console.waitForEnd()
    }

    /// Lines from a program that counts up in one line, and one that moves the cursor about, leave results on the screen.
    @Test func aProgressThatIsDrawnOverItselfErasesNothing() throws {
        let node = try SharedNodes.plain.get()
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        try console.enter("12300 + 45.")
        try console.wait(for: "12345")
        try console.enter(
            #"[io:format("\r~b% of it", [N]) || N <- lists:seq(1, 400)], io:get_line(" go on? ")."#)
        try console.wait(for: "400% of it go on?")
        #expect(try console.screen.capture().contains("\n12345\n"))
        try console.enter("yes")
        try console.wait(for: "\"yes\\n\"")
        #expect(try console.screen.capture().contains("\n12345\n"))
        try console.screen.press("C-]")
        try console.waitForEnd()
    }
}
