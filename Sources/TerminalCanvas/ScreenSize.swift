/// The size of a terminal, in character cells.
package struct ScreenSize: Hashable, Sendable {
    package let columns: Int
    package let rows: Int

    /// A smaller terminal is taken for one of 4 columns and 2 rows: below that nothing can be drawn.
    package init(columns: Int, rows: Int) {
        self.columns = Swift.max(columns, 4)
        self.rows = Swift.max(rows, 2)
    }
}
