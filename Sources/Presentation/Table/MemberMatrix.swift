/// A row and a column a member; what stands where they cross is said of the two.
package struct MemberMatrix: Sendable {
    package typealias Row = (offset: Int, element: String)

    private let members: [String]
    /// Columns named by the members' numbers: names would make the matrix too wide.
    package let columns: [Column<Row>]

    /// - Parameters:
    ///   - members: in the order of their numbers, which begin with 1.
    ///   - heading: above their names.
    ///   - cell: of two places in `members`, the row's first.
    package init(
        _ members: [String], heading: String, cell: @escaping @Sendable (Int, Int) -> (word: String, role: CellRole)
    ) {
        self.members = members
        let own = [
            Column<Row>("number", "", .right) { .integer($0.offset + 1) },
            Column<Row>("from", heading) { .text($0.element) },
        ]
        columns =
            own
            + members.indices.map { to in
                Column<Row>("to_\(to + 1)", "\(to + 1)") { .text(cell($0.offset, to).word) }
                    .meaning { cell($0.offset, to).role }
            }
    }

    package func text(style: TextStyle, gap: Int = Table.gap) -> TerminalText {
        Table.text(Array(members.enumerated()), columns, style: style, width: nil, gap: gap)
    }

    /// Columns of the terminal that it takes, with one between two cells.
    package var width: Int {
        let number = String(members.count).count
        let names = members.map { Table.width(of: .text($0)) }.max() ?? 0
        return number + 1 + names + members.indices.reduce(0) { $0 + 1 + String($1 + 1).count }
    }
}
