import ErlcluTestSupport
import Foundation
import TerminalCanvas
import Testing

@testable import Dashboard

/// Ctrl-Z and the shell's `fg`, and shells that do not open.
@Suite(.waiting) struct DashboardSuspensionTests {
    private let nodes: [ErlangNodeFixture]

    init() throws {
        let mapper = try PortMapper()
        nodes = try (0..<2).map { _ in try ErlangNodeFixture(mapper: mapper) }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
    }

    private func dashboard() throws -> DashboardShell {
        let tool = try NodeTool(nodes[0])
        let shell = try DashboardShell(tool.shellCommand("ui"), environment: tool.variables)
        try shell.start { text in text.contains("LIVE") && nodes.allSatisfy { text.contains($0.name) } }
        return shell
    }

    @Test(arguments: ["", ":", "e"]) func theShellGetsASaneTerminal(_ before: String) throws {
        let shell = try dashboard()
        let directory = try TemporaryDirectory()
        if !before.isEmpty { try shell.screen.type(before) }
        try shell.send(.control("z"))
        try shell.expect("stopped") { $0.contains("Stopped") && DashboardShell.isShell($0) && !$0.contains("LIVE") }
        let settings = "(-?)(echo|icanon|isig|icrnl|opost)"
        try shell.screen.type("clear; stty -a | tr ' ;' '\\n\\n' | grep -xE '\(settings)' | xargs echo S:")
        try shell.screen.press("Enter")
        try shell.expect("sane") { text in
            ["icrnl", "opost", "isig", "icanon", "echo"].allSatisfy { text.contains(" \($0)") }
        }
        #expect(try !shell.screen.capture().contains("-echo"))
        let file = directory.file("bytes")
        try shell.screen.record(to: file)
        try shell.screen.type("fg")
        try shell.screen.press("Enter")
        try shell.expect("on again") { text in text.contains("LIVE") && nodes.allSatisfy { text.contains($0.name) } }
        // What was typed is still there.
        if !before.isEmpty {
            try shell.send(.text("q"))
            try shell.expect("typed") { $0.split(separator: "\n").last?.contains(before == ":" ? ":q" : "> q") == true }
            try shell.send(.control("c"))
        }
        try shell.settle("on again")
        let bytes = try String(decoding: Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
        #expect(bytes.components(separatedBy: "\u{1B}[?1049h").count == 2)
        // The line of the screens never changes: it is drawn as often as the whole screen is.
        #expect(bytes.components(separatedBy: "3Handshakes").count == 2, "\(bytes)")
        try shell.send(.text("Q"))
        try shell.expect("the end") { DashboardShell.isShell($0) && !$0.contains("LIVE") }
    }

    /// Ctrl-C while the shell is being opened on a node that hangs.
    @Test func aShellThatDoesNotOpenIsLeft() throws {
        let shell = try dashboard()
        // The one that is not watched through.
        let node = nodes[1]
        try shell.screen.type("/\(node.name.prefix { $0 != "@" })")
        try shell.send(.enter)
        try shell.expect("selected") { $0.contains("> UP \(node.name)") || $0.contains("!>UP \(node.name)") }
        node.suspend()
        defer { node.resume() }
        try shell.send(.text("c"))
        try shell.expect("the shell is being opened") { !$0.contains("1Members") }
        try shell.send(.control("c"))
        try shell.expect("back") { $0.contains("1Members") && $0.contains(node.name) }
        try shell.settle("back")
        try shell.send(.text("Q"))
        try shell.expect("the end") { DashboardShell.isShell($0) && !$0.contains("1Members") }
    }
}
