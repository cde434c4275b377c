package import ErlangTerm

/// One fact about a row: its heading, its key in JSON and terms, and where the value comes from. The table and the
/// machine formats are made of the same columns.
package struct Column<Row>: Sendable {
    package enum Alignment: Sendable {
        case left
        case right
    }

    /// The key in JSON and terms: lower case, words joined by underscores.
    package var key: String
    /// As it stands above the column.
    package var heading: String
    package var alignment: Alignment
    /// On a terminal that is too narrow for all columns, the column with the highest number is dropped first; 0 is never
    /// dropped.
    package var dropOrder: Int
    package var cell: @Sendable (Row) -> Cell
    /// What the cell means: its colour. The words of the cell say the same.
    package private(set) var role: @Sendable (Row) -> CellRole = { _ in .plain }

    package init(
        _ key: String, _ heading: String, _ alignment: Alignment = .left, dropOrder: Int = 0,
        _ cell: @escaping @Sendable (Row) -> Cell
    ) {
        self.dropOrder = dropOrder
        self.key = key
        self.heading = heading
        self.alignment = alignment
        self.cell = cell
    }

    /// The same column, its cells with a meaning.
    package func meaning(_ role: @escaping @Sendable (Row) -> CellRole) -> Column {
        var column = self
        column.role = role
        return column
    }
}

/// What a cell means, for the choice of its colour.
package enum CellRole: Sendable {
    case plain
    /// As it should be.
    case good
    case warning
    case failure
    /// It has just changed.
    case changed
}

/// A value in a column, with the unit that a person sees it in.
package enum Cell: Hashable, Sendable {
    case text(String)
    /// A name that is an atom on the node.
    case atom(String)
    case integer(Int)
    case bytes(Int)
    case seconds(Int)
    /// An asterisk, or nothing.
    case mark(Bool)
    case texts([String])
    /// So many of so many.
    case ratio(Int, Int)
    /// Not known: a dash in the table.
    case absent
    /// Nothing to say.
    case blank

    package init(text: String?) { self = text.map { .text($0) } ?? .absent }
    package init(integer: Int?) { self = integer.map { .integer($0) } ?? .absent }

    /// For a person.
    package var shown: String {
        switch self {
        case .text(let text), .atom(let text): text
        case .integer(let number): String(number)
        case .bytes(let count): Self.size(count)
        case .seconds(let seconds): Self.span(seconds)
        case .mark(let flag): flag ? "*" : ""
        case .texts(let texts): texts.joined(separator: ", ")
        case .ratio(let part, let whole): "\(part)/\(whole)"
        case .absent: "-"
        case .blank: ""
        }
    }

    /// For a script: no units, nothing rounded.
    package func write(to json: inout JSONWriter) {
        switch self {
        case .text(let text), .atom(let text): json.string(text)
        case .integer(let number), .bytes(let number), .seconds(let number): json.integer(number)
        case .mark(let flag): json.boolean(flag)
        case .texts(let texts):
            json.beginArray()
            for text in texts { json.string(text) }
            json.endArray()
        case .ratio(let part, let whole):
            json.beginArray()
            json.integer(part)
            json.integer(whole)
            json.endArray()
        case .absent, .blank: json.null()
        }
    }

    package var term: Term {
        switch self {
        case .text(let text): .binary(Array(text.utf8))
        case .atom(let name): .atom(Atom(name))
        case .integer(let number), .bytes(let number), .seconds(let number): .integer(number)
        case .mark(let flag): .atom(flag ? "true" : "false")
        case .texts(let texts): .list(texts.map { .binary(Array($0.utf8)) })
        case .ratio(let part, let whole): .tuple([.integer(part), .integer(whole)])
        case .absent, .blank: .atom("undefined")
        }
    }

    private static func size(_ count: Int) -> String {
        let units = ["B", "K", "M", "G", "T", "P"]
        var scaled = Double(count)
        var unit = 0
        while scaled >= 1024, unit < units.count - 1 {
            scaled /= 1024
            unit += 1
        }
        if unit == 0 { return "\(count)B" }
        let tenths = Int((scaled * 10).rounded())
        return scaled < 10 ? "\(tenths / 10).\(tenths % 10)\(units[unit])" : "\(Int(scaled.rounded()))\(units[unit])"
    }

    private static func span(_ seconds: Int) -> String {
        switch seconds {
        case ..<60: "\(seconds)s"
        case ..<3_600: "\(seconds / 60)m\(seconds % 60)s"
        case ..<86_400: "\(seconds / 3_600)h\(seconds % 3_600 / 60)m"
        default: "\(seconds / 86_400)d\(seconds % 86_400 / 3_600)h"
        }
    }
}
