import TerminalCanvas

@testable import LineEditor

/// A terminal that knows what the painter uses: CR, LF, cursor up, down and right, erase below.
struct CellScreen {
    private var cells: [[Character]]
    private let columns: Int
    private(set) var row = 0
    private(set) var column = 0

    init(columns: Int, rows: Int) {
        self.columns = columns
        cells = Array(repeating: [], count: rows)
    }

    /// Rows from the top to the last one that is not empty, without trailing blanks.
    var lines: [String] {
        var lines = cells.map { row -> String in
            var text = String(row.filter { $0 != "\0" })
            while text.last == " " { text.removeLast() }
            return text
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    mutating func write(_ output: String) {
        var rest = Substring(output)
        while let character = rest.popFirst() {
            switch character {
            case "\r": column = 0
            case "\n": row = min(row + 1, cells.count - 1)
            case "\r\n":
                column = 0
                row = min(row + 1, cells.count - 1)
            case "\u{1B}":
                rest.removeFirst()
                let digits = rest.prefix { $0.isNumber }
                rest.removeFirst(digits.count)
                let count = Int(digits) ?? 1
                switch rest.popFirst() {
                case "A": row = max(0, row - count)
                case "B": row = min(cells.count - 1, row + count)
                case "C": column = min(columns - 1, column + count)
                case "J":
                    cells[row] = Array(cells[row].prefix(column))
                    for below in (row + 1)..<max(row + 1, cells.count) { cells[below] = [] }
                default: break
                }
            default: put(character)
            }
        }
    }

    private mutating func put(_ character: Character) {
        let width = CellWidth.of(character)
        while cells[row].count < column + width { cells[row].append(" ") }
        cells[row][column] = character
        // The second half of a wide character.
        for offset in 1..<max(width, 1) { cells[row][column + offset] = "\0" }
        column += width
    }
}
