/// Aligned columns with a heading line; two spaces between columns, none at the end of a line.
enum Table {
    static func text<Row>(_ rows: [Row], _ columns: [Column<Row>], escape: Bool) -> String {
        let heading = columns.map(\.heading)
        let body = rows.map { row in
            columns.map { column in
                let shown = column.cell(row).shown
                return escape ? TerminalText.escaped(shown, keepingLines: false) : shown
            }
        }
        var widths = heading.map(\.count)
        for line in body {
            for (index, cell) in line.enumerated() { widths[index] = max(widths[index], cell.count) }
        }
        return ([heading] + body).map { line in
            var text = ""
            for (index, cell) in line.enumerated() {
                let padding = String(repeating: " ", count: widths[index] - cell.count)
                if index > 0 { text += "  " }
                switch columns[index].alignment {
                case .left: text += cell + padding
                case .right: text += padding + cell
                }
            }
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }.joined()
    }
}
