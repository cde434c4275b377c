import ErlcluTestSupport
import Testing

/// A walk through a console on a node, whose screens are kept as one text.
struct ConsoleWalk {
    let screen: TmuxScreen
    /// What the prompt with this number looks like.
    private let prompt: (Int) -> String
    private(set) var number = 1
    private(set) var text = ""

    init(_ console: ConsoleScreen, prompt: @escaping (Int) -> String) throws {
        screen = console.screen
        self.prompt = prompt
        try awaitPrompt(within: 30)
        try keep("The banner")
    }

    /// Begins with an empty screen, does something, and keeps the screen that comes of it.
    mutating func look(_ title: String, _ actions: (inout ConsoleWalk) throws -> Void) throws {
        try screen.press("C-u", "C-l")
        try wait { $0 == prompt(number) }
        try actions(&self)
        try keep(title)
    }

    /// Enters a line that is whole.
    /// - Parameter isCounted: the next prompt has the next number.
    mutating func enter(_ line: String, isCounted: Bool = true) throws {
        try type(line)
        try enter(isCounted: isCounted)
    }

    /// The same where what runs asks for lines, and may print something first.
    mutating func enter(
        _ line: String, showing text: String = "", answering reads: (prompt: String, answer: String)...
    ) throws {
        try type(line)
        for read in reads {
            try screen.press("Enter")
            try wait { text.isEmpty || $0.contains(text) }
            try wait { $0.hasSuffix("\n\(read.prompt)") }
            try type(read.answer)
        }
        try enter()
    }

    private mutating func enter(isCounted: Bool = true) throws {
        try screen.press("Enter")
        if isCounted { number += 1 }
        try awaitPrompt()
    }

    /// Enters a line that is to be continued.
    func begin(_ line: String) throws {
        try type(line)
        try screen.press("Enter")
        // The editor's own sign, or that of IEx.
        try wait { $0.hasSuffix("..") || $0.split(separator: "\n").last?.hasPrefix("...(") == true }
    }

    /// Presses Ctrl-C while something is evaluated.
    mutating func interrupt(isCounted: Bool = true) throws {
        try screen.press("C-c")
        if isCounted { number += 1 }
        try awaitPrompt()
    }

    /// Pastes lines that are whole together.
    mutating func paste(_ lines: [String]) throws {
        try screen.paste(lines.joined(separator: "\n"))
        try wait { $0.joined.hasSuffix(lines.suffix(20).joined(separator: "..")) }
        try enter()
    }

    /// Types an expression of several rows whose middle is given apart, with the terminal made smaller and larger.
    mutating func resizeWhileTyping(_ begin: String, _ middle: String, _ end: String) throws {
        var line = prompt(number) + " " + begin + middle
        try type(begin + middle)
        for (columns, more) in [(50, "x"), (110, "y"), (80, end)] {
            try screen.resize(to: TerminalSize(columns: UInt16(columns), rows: 24))
            // The terminal breaks rows by itself, but joins none that we have broken.
            try wait { $0 == line.broken(at: columns) }
            try screen.type(more)
            line += more
            try wait { $0 == line.broken(at: columns) }
        }
        try enter()
    }

    /// Looks for an entry of the history and enters it.
    mutating func search(_ text: String, finding entry: String) throws {
        try screen.press("C-r")
        try screen.type(text)
        try wait(for: "(search)`\(text)': \(entry)")
        try keep("The search")
        try enter()
    }

    /// Looks at the jobs and goes on with the only one.
    mutating func visitMenu() throws {
        try screen.press("C-g")
        for command in ["h", "j", "c"] {
            try wait { $0.hasSuffix("\n -->") }
            try screen.type(command)
            try wait { $0.hasSuffix("\n --> \(command)") }
            try screen.press("Enter")
        }
        try awaitPrompt()
    }

    /// Leaves in order.
    /// - Parameter line: nil presses Ctrl-D.
    mutating func leave(_ line: String?) throws {
        if let line {
            try type(line)
            try screen.press("Enter")
        } else {
            try screen.press("C-d")
        }
        try wait(for: "status 0.")
    }

    /// Types what stays in the line.
    func type(_ text: String) throws {
        try screen.type(text)
        try wait { $0.joined.hasSuffix(text.joined) }
    }

    func awaitPrompt(within seconds: Double = Deadline.patience) throws {
        try wait(within: seconds) { $0.split(separator: "\n").last.map(String.init) == prompt(number) }
    }

    /// Waits until the last line ends so.
    func waitForLine(endingIn text: String) throws { try wait { $0.hasSuffix(text) } }

    func wait(for text: String) throws { try wait { $0.contains(text) } }

    private func wait(within seconds: Double = Deadline.patience, until condition: (String) -> Bool) throws {
        let (seen, satisfied) = try screen.wait(within: seconds) { condition($0.trimmed) }
        if !satisfied { throw FixtureFailure("this is on the screen:\n\(seen)") }
    }

    private mutating func keep(_ title: String) throws {
        text += "=== \(title)\n\(try screen.capture().trimmed)\n"
    }
}

extension String {
    /// Without the line ends behind the last text.
    fileprivate var trimmed: String {
        lastIndex { !$0.isWhitespace }.map { String(self[...$0]) } ?? ""
    }
    /// In rows of a terminal.
    fileprivate func broken(at columns: Int) -> String {
        stride(from: 0, to: count, by: columns).map { String(dropFirst($0).prefix(columns)) }.joined(separator: "\n")
    }

    /// Without line ends: those of a screen may be breaks of a long line.
    fileprivate var joined: String { filter { !$0.isWhitespace } }
}
