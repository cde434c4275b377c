/// A rectangle of cells.
package struct Area: Hashable, Sendable {
    package var column: Int
    package var row: Int
    package var columns: Int
    package var rows: Int

    package init(column: Int, row: Int, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    /// The upper rows and the rest.
    package func split(top: Int) -> (Area, Area) {
        let top = min(max(0, top), rows)
        return (
            Area(column: column, row: row, columns: columns, rows: top),
            Area(column: column, row: row + top, columns: columns, rows: rows - top)
        )
    }

    /// The rows above, and the lower ones.
    package func split(bottom: Int) -> (Area, Area) { split(top: rows - min(max(0, bottom), rows)) }

    /// The left columns and the rest.
    package func split(left: Int) -> (Area, Area) {
        let left = min(max(0, left), columns)
        return (
            Area(column: column, row: row, columns: left, rows: rows),
            Area(column: column + left, row: row, columns: columns - left, rows: rows)
        )
    }
}
