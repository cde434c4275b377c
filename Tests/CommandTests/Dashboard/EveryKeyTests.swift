import ErlcluTestSupport
import Foundation
import TerminalCanvas
import Testing

@testable import Dashboard

/// Every key and every command of the tables on every screen, in a real terminal over real nodes.
@Suite(.waiting, .serialized) struct EveryKeyTests {
    private static let nodes = Result {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture() }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        return nodes
    }

    /// How each screen is gone to from Members, and what stands on no other.
    private static let screens: [(screen: Screen, keys: [Key], words: [String])] = [
        (.members, [], ["LINKS"]), (.mesh, [.text("2")], ["FROM \\ TO"]),
        (.handshakes, [.text("3")], ["traced: ", "no trace", "tracing "]), (.certificates, [.text("4")], ["SUBJECT"]),
        (.node, [.enter], ["VALUE"]), (.doctor, [.text("d")], ["CHECK"]),
        (.events, [.text("8")], ["EVENT", "nothing has changed"]),
        (.log, [.text("0")], ["MESSAGE", "nothing to report"]),
        (.results, [], ["EXPRESSION", "nothing has been evaluated"]),
    ]

    /// What becomes of the dashboard when an action is asked for.
    private enum Outcome {
        case stays
        case ends
        case suspends
        case console
        case goesBack
    }

    private static func outcome(_ action: KeyBinding.Action, on screen: Screen) -> Outcome {
        switch action {
        case .quit: .ends
        case .backOrQuit: screen == .members ? .ends : .goesBack
        case .back: screen == .members ? .stays : .goesBack
        case .suspend: .suspends
        case .console, .screen(.console): isAboutNobody(screen) ? .stays : .console
        default: .stays
        }
    }

    /// Nothing has happened, nobody has dialled, no expression has been asked for: no row, and so no node, is meant.
    private static func isAboutNobody(_ screen: Screen) -> Bool {
        [.events, .results, .handshakes, .log].contains(screen)
    }

    private static func outcome(_ action: PaletteCommand.Action, on screen: Screen) -> Outcome {
        switch action {
        case .key(let action): outcome(action, on: screen)
        case .console: isAboutNobody(screen) ? .stays : .console
        default: .stays
        }
    }

    private static func isLive(_ text: String) -> Bool {
        text.contains("LIVE") && (try? nodes.get().allSatisfy { text.contains($0.name) }) == true
    }

    private static func start(_ shell: DashboardShell) throws { try shell.start(until: isLive) }

    private static func go(_ shell: DashboardShell, to entry: (screen: Screen, keys: [Key], words: [String])) throws {
        try shell.send(.text("1"))
        try shell.expect("Members, for \(entry.screen)") { $0.contains("LINKS") }
        if entry.screen == .results {
            try shell.screen.type(":results")
            try shell.send(.enter)
        } else {
            for key in entry.keys { try shell.send(key) }
        }
        try shell.expect("\(entry.screen)") { text in entry.words.contains { text.contains($0) } }
    }

    private static func tryOut(
        _ press: (DashboardShell) throws -> Void, _ outcome: Outcome, _ shell: DashboardShell, _ place: String,
        _ entry: (screen: Screen, keys: [Key], words: [String])
    ) throws {
        try go(shell, to: entry)
        try press(shell)
        switch outcome {
        case .ends:
            try shell.expect("\(place), the shell") { DashboardShell.isShell($0) && !$0.contains("LIVE") }
            return try start(shell)
        case .suspends:
            try shell.expect("\(place), stopped") { $0.contains("Stopped") && DashboardShell.isShell($0) }
            try shell.screen.type("fg")
            try shell.screen.press("Enter")
            try shell.expect("\(place), again") { text in entry.words.contains { text.contains($0) } }
        case .console:
            try shell.expect("\(place), its shell") { $0.contains(")1>") && !$0.contains("LIVE") }
            try shell.send(.control("]"))
            try shell.expect("\(place), back") { text in entry.words.contains { text.contains($0) } }
        case .goesBack: try shell.expect("\(place), back") { $0.contains("LINKS") }
        case .stays: break
        }
        let seen = try shell.settle(place)
        let lines = seen.split(separator: "\n", omittingEmptySubsequences: false)
        let state = ["LIVE", "PAUSED"].contains { lines.first?.hasSuffix($0) == true }
        #expect(state && lines.count == 25, "\(place)\n\(seen)")
        #expect(lines.dropFirst().first?.hasPrefix(" 1Members 2Mesh") == true, "\(place)\n\(seen)")
        // What stops the picture lets it go on.
        if lines.first?.hasSuffix("PAUSED") == true { try shell.send(.text("p")) }
    }

    @Test(arguments: screens.indices) func everyKeyAndCommand(index: Int) throws {
        let entry = Self.screens[index]
        let nodes = try Self.nodes.get()
        // Where it is dialled is said: so no epmd is asked, and the nodes of other tests are not listed.
        let tool = try NodeTool(nodes[0], address: "127.0.0.1:\(nodes[0].port)")
        let state = try TemporaryDirectory()
        let shell = try DashboardShell(
            tool.shellCommand("ui"), environment: tool.variables.merging(["XDG_STATE_HOME": state.path]) { $1 })
        try Self.start(shell)
        for binding in KeyBinding.all {
            for key in binding.keys where key != .escape || entry.screen != .members {
                let outcome = Self.outcome(binding.action, on: entry.screen)
                try Self.tryOut({ try $0.send(key) }, outcome, shell, "\(binding.name) on \(entry.screen)", entry)
            }
        }
        for command in PaletteCommand.all {
            let outcome = Self.outcome(command.action, on: entry.screen)
            try Self.tryOut(
                {
                    try $0.screen.type(":\(command.name)")
                    try $0.send(.enter)
                }, outcome, shell, ":\(command.name) on \(entry.screen)", entry)
        }
        // Nobody was ended: that asks first.
        for node in nodes { #expect(node.isRunning) }
        #expect(try nodes[1].evaluate("ok") == "ok")
        try shell.send(.text("Q"))
        try shell.expect("the end") { DashboardShell.isShell($0) && !$0.contains("LIVE") }
    }

    /// An Escape alone is a key: it closes what is open, and nothing more on the first screen.
    @Test func escapeAlone() throws {
        let tool = try NodeTool(try Self.nodes.get()[0])
        let shell = try DashboardShell(tool.shellCommand("ui"), environment: tool.variables)
        try Self.start(shell)
        for opener in ["?", "/zz", ":zz", "ezz"] {
            try shell.screen.type(opener)
            try shell.expect(opener) { $0.contains(opener == "?" ? "one row up" : "zz") }
            try shell.send(.escape)
            try shell.expect("\(opener), closed") { !$0.contains("one row up") && !$0.contains("zz") }
            try shell.expect("\(opener), then", Self.isLive)
        }
        // Ctrl-C leaves what is typed, and then the dashboard.
        try shell.screen.type(":zz")
        try shell.expect("typed") { $0.contains(":zz") }
        try shell.send(.control("c"))
        try shell.expect("left") { !$0.contains(":zz") && Self.isLive($0) }
        try shell.send(.control("c"))
        try shell.expect("the end") { DashboardShell.isShell($0) && !$0.contains("LIVE") }
    }
}
