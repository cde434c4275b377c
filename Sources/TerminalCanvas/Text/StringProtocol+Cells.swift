/// Text measured in the columns of a terminal, not in characters.
extension StringProtocol {
    /// The columns that it takes in one line. Control characters count for nothing: escape them first.
    package var cellWidth: Int {
        utf8.allSatisfy { (0x20..<0x7F).contains($0) } ? utf8.count : CellWidth.of(self)
    }

    /// All of it where it fits, else its beginning and its end: what differs between names is at either one.
    package func cutInTheMiddle(columns: Int) -> String {
        guard cellWidth > columns else { return String(self) }
        let sign = "..."
        let room = Swift.max(0, columns - sign.count)
        return prefix(columns: room - room / 2) + sign + suffix(columns: room / 2)
    }

    /// The characters at the end that take at most so many columns.
    package func suffix(columns: Int) -> SubSequence {
        var start = endIndex
        var left = columns
        while start > startIndex {
            let before = index(before: start)
            left -= CellWidth.of(self[before])
            guard left >= 0 else { break }
            start = before
        }
        return self[start...]
    }

    /// The longest beginning that fits. A character is taken whole or left out; marks stay with their letter.
    package func prefix(columns: Int) -> SubSequence {
        var room = columns
        return prefix { character in
            room -= CellWidth.of(character)
            return room >= 0
        }
    }
}
