package import TerminalCanvas

/// Draws an editor in one row, for a terminal that knows no sequences: with carriage returns and blanks only.
package struct RowPainter: EditorPainter {
    package private(set) var size: ScreenSize
    /// What is on the screen; nil when nothing of ours is.
    private var shown: (text: String, width: Int, isCursorBehind: Bool)?

    package init(size: ScreenSize) { self.size = size }

    package mutating func erase() -> String {
        guard let shown else { return "" }
        self.shown = nil
        return Self.blank(shown.width)
    }

    package mutating func paint(_ editor: LineEditor) -> String {
        // The last column stays free: a terminal would go to the next row.
        let window = LineWindow(editor, columns: columns)
        let (before, behind) = (window.before, window.behind)
        let text = before + behind
        let width = CellWidth.of(text)
        let old = shown
        shown = (text, width, behind.isEmpty)
        if let old, old.isCursorBehind, behind.isEmpty, text.hasPrefix(old.text) {
            return String(text.dropFirst(old.text.count))
        }
        let rest = old.map { max(0, $0.width - width) } ?? 0
        var output = (old == nil ? "" : "\r") + text + String(repeating: " ", count: rest)
        // The cursor gets to its place by what stands before it: a backspace need not work.
        if rest > 0 || !behind.isEmpty { output += "\r" + before }
        return output
    }

    package mutating func leave() -> String {
        guard shown != nil else { return "" }
        shown = nil
        return "\r\n"
    }

    package mutating func resize(to size: ScreenSize) { self.size = size }

    package func eraseText(ofWidth width: Int) -> String { width < columns ? Self.blank(width) : "\r\n" }

    package mutating func clearScreen() -> String { leave() }

    private static func blank(_ width: Int) -> String { "\r" + String(repeating: " ", count: width) + "\r" }
}
