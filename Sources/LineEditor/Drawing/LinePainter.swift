/// Draws an editor over what it drew before, with a handful of sequences that every terminal knows.
package struct LinePainter {
    package private(set) var columns: Int
    package private(set) var rows: Int
    /// What is on the screen; nil when nothing of ours is.
    private var shown: (widths: [Int], cursorRow: Int, cursorColumn: Int)?

    package init(columns: Int, rows: Int) {
        self.columns = max(columns, 4)
        self.rows = max(rows, 2)
    }

    /// Takes away what was drawn; the cursor stands where it began.
    package mutating func erase() -> String {
        guard let shown else { return "" }
        self.shown = nil
        return (shown.cursorRow > 0 ? "\u{1B}[\(shown.cursorRow)A" : "") + "\r\u{1B}[J"
    }

    /// Draws `editor` in place of what was drawn before. The cursor is in the first column when nothing was.
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

    /// Leaves what was drawn on the screen and goes below it.
    package mutating func leave() -> String {
        guard let shown else { return "" }
        self.shown = nil
        let below = shown.widths.count - 1 - shown.cursorRow
        return (below > 0 ? "\u{1B}[\(below)B" : "") + "\r\n"
    }

    /// The terminal has another size now. Most break rows that have become too long, so that the cursor is further
    /// down than it was.
    package mutating func resize(columns: Int, rows: Int) {
        self.columns = max(columns, 4)
        self.rows = max(rows, 2)
        guard let old = shown else { return }
        let above = old.widths[..<old.cursorRow].reduce(0) { $0 + max(1, ($1 + self.columns - 1) / self.columns) }
        shown?.cursorRow = min(above + old.cursorColumn / self.columns, self.rows - 1)
    }
}
