import TerminalCanvas

/// Where the characters of an editor stand on a terminal of so many columns.
package struct LineLayout: Hashable, Sendable {
    /// Characters of one role side by side.
    struct Run: Hashable {
        var text: String
        var role: TokenRole
    }

    private(set) var rows: [[Run]] = [[]]
    /// Columns that are taken in each row.
    package private(set) var widths: [Int] = [0]
    package private(set) var cursorRow = 0
    package private(set) var cursorColumn = 0
    private let columns: Int

    package init(_ editor: LineEditor, columns: Int) {
        self.columns = max(columns, 4)
        put(editor.shownPrompt)
        // What is continued stands under what was begun.
        let indent = min(widths[widths.count - 1], columns / 2)
        let continuation = indent >= 3 ? String(repeating: " ", count: indent - 3) + ".. " : ""
        let roles = editor.isSecret ? nil : editor.syntax?.roles(of: editor.buffer.characters)
        for (index, character) in editor.buffer.characters.enumerated() {
            if index == editor.buffer.cursor { markCursor(before: character) }
            if editor.isSecret { continue }
            if character.isNewline {
                newRow()
                put(continuation)
            } else {
                put(character, roles?[index] ?? .plain)
            }
        }
        if editor.buffer.cursor >= editor.buffer.characters.count { markCursor(before: nil) }
    }

    private mutating func markCursor(before character: Character?) {
        let width = character.map { $0.isNewline ? 0 : CellWidth.of($0) } ?? 1
        if widths[widths.count - 1] + width > columns { newRow() }
        cursorRow = rows.count - 1
        cursorColumn = min(widths[cursorRow], columns - 1)
    }

    private mutating func newRow() {
        rows.append([])
        widths.append(0)
    }

    private mutating func put(_ text: String) {
        for character in text { put(character) }
    }

    private mutating func put(_ character: Character, _ role: TokenRole = .plain) {
        let row = rows.count - 1
        if character == "\t" {
            for _ in 0..<(8 - widths[row] % 8) { put(" " as Character) }
            return
        }
        let width = CellWidth.of(character)
        if width == 0, !character.isPlain { return }
        if widths[row] + width > columns {
            newRow()
            return put(character, role)
        }
        let last = rows[row].count - 1
        if last >= 0, rows[row][last].role == role {
            rows[row][last].text.append(character)
        } else {
            rows[row].append(Run(text: String(character), role: role))
        }
        widths[row] += width
    }
}

extension Character {
    /// Neither a control character nor nothing but marks.
    fileprivate var isPlain: Bool {
        unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
