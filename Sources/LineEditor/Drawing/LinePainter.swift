package import TerminalCanvas

/// Draws an editor in as many rows as it takes, with a handful of sequences that every terminal knows.
package struct LinePainter: EditorPainter {
    package private(set) var size: ScreenSize
    /// What is on the screen; nil when nothing of ours is.
    private var shown: (widths: [Int], cursorRow: Int, cursorColumn: Int)?

    package init(size: ScreenSize) { self.size = size }

    package mutating func erase() -> String {
        guard let shown else { return "" }
        self.shown = nil
        return (shown.cursorRow > 0 ? "\u{1B}[\(shown.cursorRow)A" : "") + "\r\u{1B}[J"
    }

    package mutating func paint(_ editor: LineEditor) -> String {
        var output = erase()
        let layout = LineLayout(editor, columns: columns)
        // Of more rows than the screen has, those around the cursor.
        let height = rows - 1
        var first = 0
        if layout.rows.count > height { first = min(max(0, layout.cursorRow - height / 2), layout.rows.count - height) }
        let last = min(first + height, layout.rows.count)
        output += layout.rows[first..<last].map(Self.text).joined(separator: "\r\n")
        let below = last - 1 - layout.cursorRow
        if below > 0 { output += "\u{1B}[\(below)A" }
        output += "\r"
        if layout.cursorColumn > 0 { output += "\u{1B}[\(layout.cursorColumn)C" }
        shown = (Array(layout.widths[first..<last]), layout.cursorRow - first, layout.cursorColumn)
        return output
    }

    private static func text(_ row: [LineLayout.Run]) -> String {
        var text = ""
        for run in row {
            text += run.role.attributes.map { "\u{1B}[\($0)m\(run.text)\u{1B}[0m" } ?? run.text
        }
        return text
    }

    package mutating func leave() -> String {
        guard let shown else { return "" }
        self.shown = nil
        let below = shown.widths.count - 1 - shown.cursorRow
        return (below > 0 ? "\u{1B}[\(below)B" : "") + "\r\n"
    }

    /// Most terminals break rows that have become too long, so that the cursor is further
    /// down than it was.
    package mutating func resize(to size: ScreenSize) {
        self.size = size
        guard let old = shown else { return }
        let above = old.widths[..<old.cursorRow].reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
        let row = min(above + old.cursorColumn / columns, rows - 1)
        shown?.cursorRow = row
    }

    package func eraseText(ofWidth width: Int) -> String {
        let rowsAbove = max(0, width - 1) / columns
        return (rowsAbove > 0 ? "\u{1B}[\(rowsAbove)A" : "") + "\r\u{1B}[J"
    }

    package mutating func clearScreen() -> String {
        shown = nil
        return "\u{1B}[H\u{1B}[2J"
    }
}
