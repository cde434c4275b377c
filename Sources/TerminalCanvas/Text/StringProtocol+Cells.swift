/// Text measured in the columns of a terminal, not in characters.
extension StringProtocol {
    /// The columns that it takes in one line. Control characters count for nothing: escape them first.
    package var cellWidth: Int {
        utf8.allSatisfy { (0x20..<0x7F).contains($0) } ? utf8.count : CellWidth.of(self)
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
