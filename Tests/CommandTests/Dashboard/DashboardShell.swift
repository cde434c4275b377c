import ErlcluTestSupport
import Foundation
import TerminalCanvas

@testable import Dashboard

/// The dashboard as a person starts it, from a shell with job control in tmux.
final class DashboardShell {
    let screen: TmuxScreen
    private let line: String
    private let directory: TemporaryDirectory
    private var marks = 0

    init(_ command: String, environment: [String: String], size: TerminalSize = TerminalSize()) throws {
        directory = try TemporaryDirectory()
        // The prompt is never at the begin of a row of the dashboard.
        let file = try directory.write("PS1='shell%% '\nunset HISTFILE\ncd \(directory.path)\n", to: "bashrc")
        line = try directory.write(command + "\n", to: "dashboard")
        screen = try TmuxScreen("bash --rcfile '\(file)' -i", size: size, environment: environment)
        try expect("a shell") { Self.isShell($0) }
    }

    deinit { screen.stop() }

    static func isShell(_ text: String) -> Bool {
        text.split(separator: "\n").last { !$0.isEmpty }?.hasPrefix("shell%%") == true
    }

    func expect(_ what: String, within seconds: Double = Deadline.patience, _ condition: (String) -> Bool) throws {
        let (seen, isSatisfied) = try screen.wait(within: seconds, until: condition)
        guard isSatisfied else { throw FixtureFailure("\(what):\n\(seen)") }
    }

    func start(until isThere: (String) -> Bool) throws {
        try screen.type("clear; . '\(line)'")
        try screen.press("Enter")
        try expect("the dashboard", isThere)
    }

    func send(_ key: Key) throws { try screen.send(key.bytes) }

    /// Waits until all that was pressed has been taken: then a prompt shows what is typed. What a key has opened is closed,
    /// and so is the prompt.
    /// - Parameter opener: the key that opens the prompt.
    /// - Returns: the screen with the prompt.
    @discardableResult
    func settle(_ place: String, opener: Character = ":") throws -> String {
        marks += 1
        let mark = "zz\(marks)."
        var seen = ""
        func isThere(_ text: String) -> Bool {
            seen = text
            return text.split(separator: "\n").last?.contains("\(opener)\(mark)") == true
        }
        // What is read together with an Enter before it is no key: then it is pressed again.
        for attempt in 0..<4 {
            // Ctrl-D leaves a prompt that is empty, and does nothing elsewhere.
            try screen.send([0x04] + Array("\(opener)\(mark)".utf8))
            if attempt < 3, try screen.wait(within: 3, until: isThere).1 { break }
            if attempt == 3 { try expect("\(place), its prompt", isThere) }
        }
        try screen.send([0x03])
        try expect("\(place), without its prompt") { !$0.contains(mark) }
        return seen
    }
}

extension Key {
    /// As an xterm sends it.
    var bytes: [UInt8] {
        switch self {
        case .text(let text): Array(text.utf8)
        case .control(let letter): [(letter.asciiValue ?? 0) & 0x1F]
        case .meta(let letter): [0x1B, letter.asciiValue ?? 0]
        case .enter: [0x0D]
        case .metaEnter: [0x1B, 0x0D]
        case .tab: [0x09]
        case .backTab: Array("\u{1B}[Z".utf8)
        case .escape: [0x1B]
        case .backspace: [0x7F]
        case .metaBackspace: [0x1B, 0x7F]
        case .delete: Array("\u{1B}[3~".utf8)
        case .up: Array("\u{1B}[A".utf8)
        case .down: Array("\u{1B}[B".utf8)
        case .right: Array("\u{1B}[C".utf8)
        case .left: Array("\u{1B}[D".utf8)
        case .wordRight: Array("\u{1B}[1;5C".utf8)
        case .wordLeft: Array("\u{1B}[1;5D".utf8)
        case .home: Array("\u{1B}[H".utf8)
        case .end: Array("\u{1B}[F".utf8)
        case .pageUp: Array("\u{1B}[5~".utf8)
        case .pageDown: Array("\u{1B}[6~".utf8)
        case .paste(let text): Array("\u{1B}[200~\(text)\u{1B}[201~".utf8)
        case .unknown: Array("\u{1B}[99~".utf8)
        }
    }
}
