/// A screen of cells that views draw into. What does not fit is left out, so that no text leaves the area it is meant
/// for, whatever it is made of.
package struct Canvas: Hashable, Sendable {
    package let columns: Int
    package let rows: Int
    /// Row by row.
    package private(set) var cells: [CanvasCell]
    /// Whether only ASCII is drawn: in a locale that is not UTF-8, or because it was asked for.
    package let isASCII: Bool

    package init(_ size: ScreenSize, isASCII: Bool = false) {
        columns = size.columns
        rows = size.rows
        self.isASCII = isASCII
        cells = Array(repeating: .blank, count: columns * rows)
    }

    /// The whole screen.
    package var area: Area { Area(column: 0, row: 0, columns: columns, rows: rows) }

    package subscript(column column: Int, row row: Int) -> CanvasCell { cells[row * columns + column] }

    /// Writes `text` in one row, cut at `width` columns and at the edge.
    /// - Returns: how many columns it took.
    @discardableResult
    package mutating func put(
        _ text: some StringProtocol, at column: Int, _ row: Int, width: Int = .max, _ style: Style = .plain
    ) -> Int {
        guard (0..<rows).contains(row), column >= 0, column < columns, width > 0 else { return 0 }
        let end = width > columns - column ? columns : column + width
        var here = column
        for character in text {
            let cell = CanvasCell(character, style, isASCII: isASCII)
            guard here + cell.width <= end else { break }
            set(cell, here, row)
            here += cell.width
        }
        return here - column
    }

    /// Gives every cell of an area another style; its text stays.
    package mutating func restyle(_ area: Area, _ change: (Style) -> Style) {
        for row in area.row..<min(rows, area.row + area.rows) {
            for column in area.column..<min(columns, area.column + area.columns) {
                let index = row * columns + column
                cells[index].style = change(cells[index].style)
            }
        }
    }

    /// Draws `character` `count` times from left to right.
    package mutating func rule(_ character: Character, at column: Int, _ row: Int, count: Int, _ style: Style = .plain)
    {
        guard count > 0 else { return }
        put(String(repeating: character, count: min(count, columns)), at: column, row, width: count, style)
    }

    /// A row as text, blanks at its end left out.
    package func line(_ row: Int) -> String {
        var text = ""
        for cell in cells[row * columns..<(row + 1) * columns] { text += cell.text }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// All rows as text, for goldens and scripts.
    package var text: String { (0..<rows).map { line($0) + "\n" }.joined() }

    /// A wide character is never left with one half.
    private mutating func set(_ cell: CanvasCell, _ column: Int, _ row: Int) {
        let index = row * columns + column
        if cells[index].width == 0, column > 0 { cells[index - 1] = blank(like: cells[index - 1]) }
        let last = column + cell.width - 1
        if last + 1 < columns, cells[row * columns + last + 1].width == 0 {
            cells[row * columns + last + 1] = blank(like: cells[row * columns + last + 1])
        }
        cells[index] = cell
        if cell.width == 2 { cells[index + 1] = .half(cell.style) }
    }

    private func blank(like cell: CanvasCell) -> CanvasCell {
        var blank = CanvasCell.blank
        blank.style = cell.style
        return blank
    }
}
