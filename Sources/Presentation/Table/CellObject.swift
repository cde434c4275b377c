/// A value with fields of its own, within a cell.
package struct CellObject: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package var key: String
        package var cell: Cell
        package init(_ key: String, _ cell: Cell) {
            self.key = key
            self.cell = cell
        }
    }

    /// For people.
    package var words: String
    /// For scripts.
    package var fields: [Field]

    package init(words: String, fields: [Field]) {
        self.words = words
        self.fields = fields
    }
}
