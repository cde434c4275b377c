import ErlcluTestSupport
import Foundation
import Testing

/// Consoles that are not alone.
@Suite(.waiting) struct ConsoleCompanyTests {
    @Test(arguments: OTPRelease.available)
    func twoConsolesOnOneNode(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let before = try NodeInventory(of: node)
        let (one, other) = (try ConsoleScreen(node), try ConsoleScreen(node))
        for console in [one, other] { try console.wait(for: ")1>") }
        try one.enter("X = one.")
        try one.wait(for: ")2>")
        try other.enter("{X, self()}.")
        try other.wait(for: "variable 'X' is unbound")
        try other.wait(for: ")2>")
        try one.enter("io:put_chars(\"on\\n\"), receive after infinity -> ok end.")
        try one.wait(for: "\non\n")
        try other.enter("X = other.")
        try other.wait(for: ")3>")
        try one.screen.press("C-c")
        try one.wait(for: ")3>")
        try one.enter("{X, io:columns()}.")
        try one.wait(for: "{one,{ok,80}}")
        try one.screen.press("C-d")
        try one.waitForEnd()
        try other.enter("{X, io:columns()}.")
        try other.wait(for: "{other,{ok,80}}")
        try other.enter("exit().")
        try other.waitForEnd()
        try before.expectNothingMore()
    }

    /// Every line is whole, none is missing, and what is typed meanwhile is kept.
    @Test(arguments: OTPRelease.available)
    func fiftyProcessesPrint(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let directory = try TemporaryDirectory()
        let log = directory.file("log")
        let console = try ConsoleScreen(node, options: ["--log", log])
        try console.wait(for: ")1>")
        try console.enter(
            "[spawn(fun() -> [io:format(\"~w of ~w~n\", [L, P]) || L <- lists:seq(1, 40)] end) || P <- lists:seq(1, 50)], ok."
        )
        try console.screen.type("40 +")
        try console.screen.type(" 2")
        try console.enter(".")
        try console.wait(for: ")3>")
        let expected = Set((1...50).flatMap { process in (1...40).map { "\($0) of \(process)" } })
        var printed: [String] = []
        let isWhole = try eventually {
            printed = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
                .compactMap { $0.split(separator: " < ", maxSplits: 1).last.map(String.init) }
                .filter { $0.contains(" of ") && !$0.contains("spawn") }
            return printed.count >= expected.count
        }
        #expect(isWhole && printed.count == expected.count && Set(printed) == expected)
        try console.screen.press("C-l")
        try console.enter("[X || X <- [1, 2, 3]].")
        try console.wait(for: "(\(node.name))3> [X || X <- [1, 2, 3]].\n[1,2,3]\n(\(node.name))4>")
    }
}
