/// Aligned columns with a heading line; two spaces between columns, none at the end of a line.
enum Table {
    private static let gap = 2

    /// - Parameters:
    ///   - width: columns of the terminal; nil where lines may be as long as they like. A table that does not fit
    ///     goes without the columns that can be spared, the most dispensable first; then the last column is broken
    ///     over several lines.
    static func text<Row>(_ rows: [Row], _ columns: [Column<Row>], width: Int? = nil) -> TerminalText {
        var columns = columns
        var lines = rows.map { cells(of: $0, columns) }
        lines.insert(columns.map(\.heading), at: 0)
        var widths = Self.widths(lines)
        if let width {
            while total(widths) > width,
                let spared = columns.indices.filter({ columns[$0].spared > 0 })
                    .max(by: { columns[$0].spared < columns[$1].spared })
            {
                columns.remove(at: spared)
                for index in lines.indices { lines[index].remove(at: spared) }
                widths.remove(at: spared)
            }
        }
        return lines.map { line(of: $0, columns.map(\.alignment), widths, width: width) }.joined()
    }

    /// The heading of a table whose lines are written one by one, as there is something to say.
    /// - Parameter widths: of each column, known beforehand; what is wider moves the rest of its line.
    static func heading<Row>(_ columns: [Column<Row>], _ widths: [Int], width: Int?) -> TerminalText {
        line(of: columns.map(\.heading), columns.map(\.alignment), widths, width: width)
    }

    /// A line of such a table.
    static func line<Row>(of row: Row, _ columns: [Column<Row>], _ widths: [Int], width: Int?) -> TerminalText {
        line(of: cells(of: row, columns), columns.map(\.alignment), widths, width: width)
    }

    /// Escaped here already, since that makes them wider.
    private static func cells<Row>(of row: Row, _ columns: [Column<Row>]) -> [String] {
        columns.map { TerminalText.escaped($0.cell(row).shown, keepingLines: false) }
    }

    private static func widths(_ lines: [[String]]) -> [Int] {
        guard let first = lines.first else { return [] }
        return first.indices.map { index in lines.map { $0[index].count }.max() ?? 0 }
    }

    private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap * (widths.count - 1) }

    private static func line<Row>(
        of cells: [String], _ alignments: [Column<Row>.Alignment], _ widths: [Int], width: Int?
    ) -> TerminalText {
        var text = ""
        for (index, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: max(0, widths[index] - cell.count))
            if index > 0 { text += String(repeating: " ", count: gap) }
            let isLast = index == cells.count - 1
            switch alignments[index] {
            case .left where isLast:
                // What is left of the terminal, unless that is too little to read.
                let room = width.map { $0 - text.count } ?? .max
                let margin = String(repeating: " ", count: text.count)
                text += room < 20 ? cell : broken(cell, room).joined(separator: "\n" + margin)
            case .left: text += cell + padding
            case .right: text += padding + cell
            }
        }
        while text.last == " " { text.removeLast() }
        return TerminalText(lines: text + "\n")
    }

    /// Breaks at spaces, and within a word that is too long by itself behind a slash.
    static func broken(_ text: String, _ room: Int) -> [String] {
        var lines: [String] = []
        var rest = Substring(text)
        while rest.count > room {
            let line = rest.prefix(room + 1)
            let end = line.lastIndex(of: " ") ?? line.dropLast().lastIndex(of: "/").map { rest.index(after: $0) }
            guard let end, end > rest.startIndex else { break }
            lines.append(String(rest[..<end]))
            rest = rest[end...].drop { $0 == " " }
        }
        return lines + [String(rest)]
    }
}
