import ErlcluTestSupport
import Foundation
import Testing

/// The dashboard over real nodes in a real terminal.
@Suite(.waiting) struct DashboardTerminalTests {
    private let nodes: [ErlangNodeFixture]

    init() throws {
        let mapper = try PortMapper()
        nodes = try (0..<2).map { _ in try ErlangNodeFixture(mapper: mapper) }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
    }

    /// The dashboard, once it shows both members.
    private func dashboard(
        _ options: String..., size: TerminalSize = TerminalSize(), environment: [String: String] = [:],
        followedBy suffix: String = "; echo status $?.; read x"
    ) throws -> TmuxScreen {
        let tool = try NodeTool(nodes[0])
        let state = environment.merging(tool.variables) { $1 }
        let screen = try TmuxScreen(
            "\(tool.shellCommand(["ui"] + options))\(suffix)", size: size, environment: state)
        try expect(screen) { $0.contains("LIVE") && $0.contains(nodes[0].name) && $0.contains(nodes[1].name) }
        return screen
    }

    private func expect(
        _ screen: TmuxScreen, sourceLocation: SourceLocation = #_sourceLocation, _ condition: (String) -> Bool
    ) throws {
        let (seen, satisfied) = try screen.wait(until: condition)
        #expect(satisfied, "\(seen)", sourceLocation: sourceLocation)
    }

    private func states(_ screen: String) -> [String] {
        screen.split(separator: "\n").compactMap { line in
            guard nodes.contains(where: { line.contains($0.name) }) else { return nil }
            return line.split(separator: " ").first { $0.count == 2 }.map(String.init)
        }
    }

    @Test func itShowsEveryMemberAndGivesTheTerminalBack() throws {
        let screen = try dashboard(followedBy: "; stty -a | grep -o ' -\\?echo ' ; echo status $?.; read x")
        defer { screen.stop() }
        try expect(screen) { $0.contains("2 UP") && $0.contains("1/1") }
        try screen.press("Q")
        try expect(screen) { $0.contains(" echo") && $0.contains("status 0.") && !$0.contains("LIVE") }
    }

    @Test func aNodeThatGoesIsSeenAndComesBack() throws {
        let screen = try dashboard()
        defer { screen.stop() }
        nodes[1].stop()
        try expect(screen) { $0.contains("1 UP") && !$0.contains("2 UP") }
        try screen.press("8")
        try expect(screen) { $0.contains(nodes[1].name) && $0.contains("gone") }
        try screen.press("q")
        try expect(screen) { $0.contains("LINKS") }
        try screen.press("q")
        try expect(screen) { $0.contains("status 0.") }
    }

    /// The list stays, and says how old it is, while nobody answers.
    @Test func theEntryHangsAndAnswersAgain() throws {
        let screen = try dashboard()
        defer { screen.stop() }
        nodes[0].suspend()
        let (seen, isStale) = try screen.wait(within: 60) { $0.contains("STALE") && $0.contains(nodes[1].name) }
        #expect(isStale, "\(seen)")
        nodes[0].resume()
        let (again, isLive) = try screen.wait(within: 60) { $0.contains("LIVE") }
        #expect(isLive, "\(again)")
    }

    @Test func aShellOnTheSelectedNodeComesBackToTheSameRow() throws {
        let state = try TemporaryDirectory()
        let screen = try dashboard(environment: ["XDG_STATE_HOME": state.file("state")])
        defer { screen.stop() }
        try screen.press("j")
        let second = nodes.map(\.name).sorted()[1]
        try expect(screen) { $0.contains("> UP \(second)") }
        try screen.press("c")
        try expect(screen) { $0.contains(")1>") && !$0.contains("LIVE") }
        try screen.type("node().")
        try screen.press("Enter")
        try expect(screen) { $0.contains("'\(second)'\n") || $0.contains(")2>") }
        try screen.press("C-]")
        try expect(screen) { $0.contains("LIVE") && $0.contains("> UP \(second)") }
        // The keys are the dashboard's again.
        try screen.press("?")
        try expect(screen) { $0.contains("one row up") }
        try screen.press("Escape")
        try expect(screen) { $0.contains("> UP \(second)") }
        try screen.press("Q")
        try expect(screen) { $0.contains("status 0.") }
    }

    /// What happens while a shell is open is on the screens afterwards.
    @Test func whatHappensBehindAShellIsShown() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("seen.jsonl")
        let screen = try dashboard("--record", file, environment: ["XDG_STATE_HOME": directory.file("state")])
        defer { screen.stop() }
        try screen.press("c")
        try expect(screen) { $0.contains(")1>") && !$0.contains("LIVE") }
        nodes[1].stop()
        // It is taken while the shell is there, and not left for later.
        let isSeen = try eventually { try String(contentsOfFile: file, encoding: .utf8).contains(#""what":"left""#) }
        #expect(isSeen)
        #expect(try screen.capture().contains(")1>"))
        try screen.press("C-]")
        try expect(screen) { $0.contains("LIVE") && $0.contains("1 UP") }
        try screen.press("8")
        try expect(screen) { $0.contains(nodes[1].name) && $0.contains("gone") }
    }

    @Test func keysOfAPersonInAHurry() throws {
        let screen = try dashboard()
        defer { screen.stop() }
        try screen.press("/")
        try screen.type(String(nodes[1].name.prefix { $0 != "@" }))
        try expect(screen) { $0.contains("1 of ") && $0.contains("> UP \(nodes[1].name)") }
        try screen.press("Escape")
        try expect(screen) { !$0.contains("1 of ") && $0.contains("2 UP") }
        try screen.press("p")
        try expect(screen) { $0.contains("PAUSED") }
        try screen.press("p")
        try expect(screen) { $0.contains("LIVE") }
        try screen.press("s", "S", "Space", "Space", "u", "g", "G", "NPage", "PPage")
        try screen.press("+", "-", "r", "C-l", "?", "q", "8", "1")
        try expect(screen) { $0.contains("LINKS") && $0.contains("LIVE") }
    }

    @Test func aStormOfSizes() throws {
        let screen = try dashboard()
        defer { screen.stop() }
        for (columns, rows) in [(39, 10), (200, 60), (10, 3), (60, 20), (120, 30), (41, 11), (80, 24)] {
            try screen.resize(to: TerminalSize(columns: UInt16(columns), rows: UInt16(rows)))
        }
        // A smaller screen has nothing of the larger one on it.
        for (columns, rows) in [(60, 20), (40, 10), (100, 30), (44, 12)] {
            try screen.resize(to: TerminalSize(columns: UInt16(columns), rows: UInt16(rows)))
            try expect(screen) { text in
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                return text.components(separatedBy: "LIVE").count == 2 && lines.first?.hasSuffix("LIVE") == true
                    && text.components(separatedBy: "1Members").count == 2 && lines.contains { $0.contains("?help") }
            }
        }
        try screen.resize(to: TerminalSize(columns: 80, rows: 24))
        try expect(screen) { $0.contains("LIVE") && $0.contains("?help") && states($0).contains("UP") }
        try screen.press("Q")
        try expect(screen) { $0.contains("status 0.") }
    }

    @Test(arguments: [("TERM", "15"), ("HUP", "1")]) func aSignalEndsItInOrder(_ name: String, _ number: String) throws
    {
        let directory = try TemporaryDirectory()
        let tool = try NodeTool(nodes[0])
        let file = directory.file("pid")
        let screen = try TmuxScreen(
            "sh -c 'echo $$ >\(file); exec \"$@\"' sh \(tool.shellCommand(["ui"])); stty -a | grep -o ' -\\?echo '; read x",
            environment: tool.variables)
        defer { screen.stop() }
        try expect(screen) { $0.contains("LIVE") }
        let process = try #require(pid_t(String(contentsOfFile: file, encoding: .utf8).filter(\.isNumber)))
        kill(process, try #require(Int32(number)))
        try expect(screen) { $0.contains(" echo") && !$0.contains("LIVE") }
    }

    @Test func inMonochromeAndASCIINothingIsLost() throws {
        let screen = try dashboard(environment: ["NO_COLOR": "1", "LC_ALL": "C"])
        defer { screen.stop() }
        let styled = try screen.capture(styled: true)
        #expect(!styled.contains("\u{1B}[31m") && !styled.contains("\u{1B}[32m"))
        #expect(styled.contains("\u{1B}[7m"))
        #expect(try screen.capture().utf8.allSatisfy { $0 < 0x80 })
    }

    /// No node is different afterwards: the connection, its name aside, is all there was.
    @Test func nothingStaysOnTheNode() throws {
        func state(_ processes: String) throws -> String {
            try nodes[0].evaluate("{length(processes()) =< \(processes), erlang:trace_info(new, flags), nodes(hidden)}")
        }
        let processes = try nodes[0].evaluate("length(processes())")
        let before = "{true,{flags,[]},[]}"
        let screen = try dashboard()
        defer { screen.stop() }
        try screen.press("Q")
        try expect(screen) { $0.contains("status 0.") }
        let isSame = try eventually { try state(processes) == before }
        let after = try state(processes)
        #expect(isSame, "\(after)")
    }

    @Test func withoutATerminalItSaysWhatToUse() throws {
        let result = try NodeTool(nodes[0]).run("ui")
        #expect(result.exitStatus == 78)
        #expect(result.standardError.contains("members -w"), "\(result.standardError)")
    }
}
