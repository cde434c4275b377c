import TerminalCanvas

/// Of an editor in one row: what is shown before the cursor and behind it. Of a line that is longer the part around the
/// cursor is shown.
package struct LineWindow: Hashable, Sendable {
    package let before: String
    package let behind: String

    /// - Parameter columns: that it may take; the last one is left for the cursor.
    package init(_ editor: LineEditor, columns: Int) {
        let room = max(1, columns - 1)
        var before = Array(editor.shownPrompt)
        var behind: [Character] = []
        if !editor.isSecret {
            let characters = editor.buffer.characters
            before += characters[..<editor.buffer.cursor].flatMap(Self.cells)
            behind += characters[editor.buffer.cursor...].flatMap(Self.cells)
        }
        // By half a row at a time, so that most keys only add to it.
        let step = max(1, room / 2)
        var hidden = 0
        while CellWidth.of(before[hidden...]) > room { hidden = min(before.count, hidden + step) }
        self.before = String(before[hidden...])
        var left = room - CellWidth.of(before[hidden...])
        let tail = behind.prefix { character in
            left -= CellWidth.of(character)
            return left >= 0
        }
        self.behind = String(tail)
    }

    /// A line feed in what is edited takes two columns.
    private static func cells(_ character: Character) -> [Character] {
        if character.isNewline { return ["^", "J"] }
        return character == "\t" ? [" "] : CellWidth.of(character) == 0 ? [] : [character]
    }
}
