package import TerminalCanvas

/// Draws an editor over what it drew before. The text that it gives is for the terminal, in the order of the calls.
package protocol EditorPainter {
    var size: ScreenSize { get }

    init(size: ScreenSize)

    /// Takes away what was drawn; the cursor stands where it began.
    mutating func erase() -> String

    /// Draws `editor` in place of what was drawn before. The cursor is in the first column when nothing was.
    mutating func paint(_ editor: LineEditor) -> String

    /// Leaves what was drawn on the screen and goes below it.
    mutating func leave() -> String

    /// The terminal has another size now.
    mutating func resize(to size: ScreenSize)

    /// Takes away text of `width` columns, behind which the cursor stands; it stands in the first column then.
    func eraseText(ofWidth width: Int) -> String

    /// Empties the screen. What was drawn is gone with it.
    mutating func clearScreen() -> String
}

extension EditorPainter {
    package init(columns: Int, rows: Int) { self.init(size: ScreenSize(columns: columns, rows: rows)) }

    package var columns: Int { size.columns }
    package var rows: Int { size.rows }

    package mutating func resize(columns: Int, rows: Int) { resize(to: ScreenSize(columns: columns, rows: rows)) }
}
