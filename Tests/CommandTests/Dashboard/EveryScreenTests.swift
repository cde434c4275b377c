import ErlcluTestSupport
import Foundation
import TerminalCanvas
import Testing

@testable import Dashboard

/// Every screen once at 80x24, over real nodes: its frame, and what it is for.
@Suite(.waiting) struct EveryScreenTests {
    private let nodes: [ErlangNodeFixture]
    private let shell: DashboardShell

    init() throws {
        let mapper = try PortMapper()
        nodes = try (0..<2).map { _ in try ErlangNodeFixture(mapper: mapper) }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        let tool = try NodeTool(nodes[0])
        shell = try DashboardShell(tool.shellCommand("ui"), environment: tool.variables)
        let names = nodes.map(\.name)
        try shell.start { text in
            text.contains("LIVE") && text.contains("2 UP") && names.allSatisfy { text.contains($0) }
        }
    }

    /// Presses keys, waits for all of these words, and looks at the frame.
    /// - Parameter last: what the last line says; nil: the keys.
    private func expect(_ title: String, _ keys: [Key], _ words: [String], last: String? = nil) throws {
        for key in keys { try shell.send(key) }
        var seen = ""
        try shell.expect("\(title) with \(words)") { text in
            seen = text
            // Where a sentence is broken into lines depends on the length of the nodes' names.
            let sentences = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return words.allSatisfy { sentences.contains($0) } && text.contains(last ?? "?help")
        }
        let lines = seen.split(separator: "\n", omittingEmptySubsequences: false)
        // The 25th is what follows the last line feed.
        #expect(lines.count == 25, "\(title)\n\(seen)")
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(title)\n\(seen)")
        #expect(lines[0].hasSuffix("LIVE"), "\(title)\n\(seen)")
        #expect(lines[1].hasPrefix(" 1Members 2Mesh 3Handshakes 4Cert") && lines[1].hasSuffix(" 0Log"), "\(seen)")
        #expect(lines[23].contains(last ?? "?help"), "\(title)\n\(seen)")
    }

    @Test func everyScreen() throws {
        let (first, second) = (nodes[0].name, nodes[1].name)
        try expect("Members", [.text("1")], ["LINKS", "1/1", first, second])
        try expect("Mesh", [.text("2")], ["FROM \\ TO", "- =", "= -", "2 of 2"])
        try expect("Handshakes", [.text("3")], ["TRACE", first])
        // Somebody with another cookie: what the screen is for.
        let rogue = try ErlangNodeFixture(cookie: "another_cookie", mapper: nodes[0].mapper)
        try shell.expect("the trace") { $0.contains("traced: ") && $0.contains(second) }
        try rogue.evaluate("net_kernel:connect_node('\(second)')")
        try expect("Handshakes", [], ["E-COOKIE", "different cookies"])
        // With names so long the remedy is below the end of the pane.
        try expect("Handshakes, its pane", [.tab, .end], ["WHY", "FIX"])
        try shell.send(.tab)
        try expect(
            "Explanation", [.text("x")], ["E-COOKIE", "Recognised by", "Likely causes"],
            last: "any other key: back")
        try shell.send(.escape)
        try expect("Handshakes", [], ["RESULT", "WHY"])
        try expect("Handshakes, its trace ended", [.text("t")], ["no trace"])
        try expect("Certificates", [.text("4")], ["SUBJECT", "without TLS", first, second])
        try expect("Node", [.text("1"), .enter], ["FACT", "OTP release", "started", "processes"])
        try expect("Doctor", [.text("1"), .text("d")], ["CHECK", "challenge", "cookie"])
        try expect("Results", [.text("1"), .text("e")], ["eval on "], last: "eval> ")
        try shell.screen.type("{sum, 40 + 2}.")
        try expect("Results", [.enter], ["EXPRESSION", "{sum,42}"])
        try expect("Log", [.text("0")], ["nothing to report"])
        nodes[1].stop()
        try expect("Events", [.text("8")], ["EVENT", "gone", second])
        try expect(
            "Help", [.text("?")], ["one row up", "the first row", "mesh: who lists whom"],
            last: "any other key: back")
        try shell.send(.escape)
        try expect("Events", [], ["EVENT", "gone"])
        try expect("Palette", [.text(":"), .text("d"), .text("o"), .tab], [":doctor"], last: "the way to the node")
        try shell.send(.control("c"))
        try expect("Members", [.text("1")], ["LINKS", "1 UP", "1 DN"])
        try shell.send(.text("Q"))
        try shell.expect("the end") { DashboardShell.isShell($0) && !$0.contains("LIVE") }
    }

    @Test func thePicker() throws {
        let directory = try TemporaryDirectory()
        let tool = try NodeTool(nodes[0])
        let picker = try DashboardShell(
            BuiltProduct.tool,
            environment: tool.variables.merging(["HOME": directory.path, "XDG_CONFIG_HOME": directory.path]) { $1 })
        try picker.start { $0.contains("CONNECT TO") }
        // Each key works or says that nothing is connected; those that leave are tried last.
        for binding in KeyBinding.all where ![.quit, .backOrQuit, .suspend, .open].contains(binding.action) {
            for key in binding.keys where key != .escape {
                try picker.send(key)
                let seen = try picker.settle("\(binding.name) on the picker", opener: "/")
                #expect(
                    seen.split(separator: "\n").first?.hasSuffix("NOT CONNECTED") == true, "\(binding.name)\n\(seen)")
            }
        }
        try picker.send(.end)
        try picker.send(.enter)
        try picker.expect("a name") { $0.contains("node> ") }
        try picker.screen.type("nobody@127.0.0.1")
        try picker.send(.enter)
        // A failure stays on the screen.
        try picker.expect("the failure") { $0.contains("WHY") && $0.contains("CONNECT TO") }
        try picker.send(.text("q"))
        try picker.expect("the end") { DashboardShell.isShell($0) && !$0.contains("CONNECT TO") }
    }
}
