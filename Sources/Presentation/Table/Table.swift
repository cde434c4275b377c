import TerminalCanvas

/// Aligned columns with a heading line; two spaces between columns, none at the end of a line. Widths are columns of a
/// terminal, not characters.
package enum Table {
    /// Columns between two cells.
    package static let gap = 2

    /// What stands in a row below a heading, escaped.
    private struct Shown {
        var text: String
        var role = CellRole.plain
    }

    /// - Parameters:
    ///   - style: colours cells by what they mean.
    ///   - width: columns of the terminal; nil where lines may be as long as they like. Columns of a
    ///     table that does not fit are dropped by `dropOrder`; then the last column is broken over several lines.
    ///   - gap: columns of the terminal between two cells.
    package static func text<Row>(
        _ rows: [Row], _ columns: [Column<Row>], style: TextStyle = .none, width: Int? = nil, gap: Int = gap
    ) -> TerminalText {
        var lines = rows.map { cells(of: $0, columns) }
        lines.insert(columns.map { Shown(text: $0.heading) }, at: 0)
        let widths = Self.widths(lines)
        let kept = fitting(columns, widths, into: width, gap: gap)
        let (alignments, keptWidths) = (kept.map { columns[$0].alignment }, kept.map { widths[$0] })
        return lines.map { cells in
            line(of: kept.map { cells[$0] }, alignments, keptWidths, style, width: width, gap: gap)
        }.joined()
    }

    /// The heading of a table whose lines are written one by one, as there is something to say.
    /// - Parameter widths: of each column, known beforehand; what is wider moves the rest of its line.
    package static func heading<Row>(_ columns: [Column<Row>], _ widths: [Int], width: Int?) -> TerminalText {
        line(of: columns.map { Shown(text: $0.heading) }, columns.map(\.alignment), widths, .none, width: width)
    }

    /// A line of such a table.
    package static func line<Row>(
        of row: Row, _ columns: [Column<Row>], _ widths: [Int], style: TextStyle = .none, width: Int?
    ) -> TerminalText {
        line(of: cells(of: row, columns), columns.map(\.alignment), widths, style, width: width)
    }

    /// Escaped here already, since that makes them wider.
    private static func cells<Row>(of row: Row, _ columns: [Column<Row>]) -> [Shown] {
        columns.map {
            Shown(text: TerminalText.escaped($0.cell(row).shown, keepingLines: false), role: $0.role(row))
        }
    }

    private static func widths(_ lines: [[Shown]]) -> [Int] {
        guard let first = lines.first else { return [] }
        return first.indices.map { index in lines.map { $0[index].text.cellWidth }.max() ?? 0 }
    }

    /// The width of a cell in a table.
    package static func width(of cell: Cell) -> Int {
        TerminalText.escaped(cell.shown, keepingLines: false).cellWidth
    }

    /// Which columns a terminal has room for: columns are dropped by `dropOrder` until the rest fits.
    /// - Parameters:
    ///   - widths: of each column.
    ///   - width: columns of the terminal; nil where lines may be as long as they like.
    /// - Returns: the indices of the columns that stay.
    package static func fitting<Row>(_ columns: [Column<Row>], _ widths: [Int], into width: Int?, gap: Int = gap)
        -> [Int]
    {
        var kept = Array(columns.indices)
        guard let width else { return kept }
        while kept.reduce(gap * (kept.count - 1), { $0 + widths[$1] }) > width,
            let dropped = kept.filter({ columns[$0].dropOrder > 0 })
                .max(by: { columns[$0].dropOrder < columns[$1].dropOrder })
        {
            kept.removeAll { $0 == dropped }
        }
        return kept
    }

    private static func line<Row>(
        of cells: [Shown], _ alignments: [Column<Row>.Alignment], _ widths: [Int], _ style: TextStyle, width: Int?,
        gap: Int = gap
    ) -> TerminalText {
        var text: TerminalText = ""
        // What is plain is collected: most of it is.
        var plain = ""
        var column = 0
        var blanks = 0
        for (index, cell) in cells.enumerated() {
            if index > 0 { blanks += gap }
            let taken = cell.text.cellWidth
            let padding = max(0, widths[index] - taken)
            if alignments[index] == .right { blanks += padding }
            if !cell.text.isEmpty {
                plain += String(repeating: " ", count: blanks)
                column += blanks
                blanks = 0
                var pieces = [cell.text]
                // What is left of the terminal, unless that is too little to read.
                if index == cells.count - 1, alignments[index] == .left, let width, width - column >= 20 {
                    pieces = broken(cell.text, width - column)
                }
                for (number, piece) in pieces.enumerated() {
                    if number > 0 { plain += "\n" + String(repeating: " ", count: column) }
                    guard cell.role != .plain, style.hasColor else {
                        plain += piece
                        continue
                    }
                    text += TerminalText(lines: plain) + style.cell(piece, cell.role)
                    plain = ""
                }
                column += taken
            }
            if alignments[index] == .left { blanks += padding }
        }
        return text + TerminalText(lines: plain + "\n")
    }

    /// Breaks at spaces, and within a word that is too long by itself behind a slash, or beside a wide character, as the
    /// scripts of East Asia do without spaces.
    /// - Parameter room: columns of the terminal for a line.
    package static func broken(_ text: String, _ room: Int) -> [String] {
        var lines: [String] = []
        var rest = Substring(text)
        while true {
            let line = rest.prefix(columns: room)
            guard let next = rest[line.endIndex...].first else { break }
            let end =
                next == " "
                ? line.endIndex
                : line.lastIndex(of: " ") ?? line.lastIndex(of: "/").map { rest.index(after: $0) }
                    ?? (isWide(next) || line.last.map(isWide) ?? false ? line.endIndex : nil)
            guard let end, end > rest.startIndex else { break }
            lines.append(String(rest[..<end]))
            rest = rest[end...].drop { $0 == " " }
        }
        return lines + [String(rest)]
    }

    private static func isWide(_ character: Character) -> Bool { CellWidth.of(character) > 1 }
}
