import Diagnosis
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
    /// Whether it is left out of sheets.
    package private(set) var isForScripts = false

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

    /// The same column, left out where people read a sheet: another one says it too.
    package func forScripts() -> Column {
        var column = self
        column.isForScripts = true
        return column
    }

    /// The same column, its cells with a meaning.
    package func meaning(_ role: @escaping @Sendable (Row) -> CellRole) -> Column {
        var column = self
        column.role = role
        return column
    }

    /// The same column of rows that have such a row in them.
    package func inside<Outer>(_ row: @escaping @Sendable (Outer) -> Row) -> Column<Outer> {
        let (cell, role) = (cell, role)
        return Column<Outer>(key, heading, alignment == .right ? .right : .left, dropOrder: dropOrder) { cell(row($0)) }
            .meaning { role(row($0)) }
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
    /// Until something ends; negative when it has.
    case days(Int)
    /// Seconds since 1970.
    case moment(Int)
    /// An asterisk, or nothing.
    case mark(Bool)
    case flag(Bool)
    case texts([String])
    /// So many of so many.
    case ratio(Int, Int)
    /// So many of at most so many. A script gets the first number: the limit has a column of its own.
    case used(Int, of: Int)
    case numbers([Int])
    /// Values with fields of their own.
    case objects([CellObject])
    /// Not known: a dash in the table.
    case absent
    /// Nothing to say.
    case blank

    package init(text: String?) { self = text.map { .text($0) } ?? .absent }
    package init(integer: Int?) { self = integer.map { .integer($0) } ?? .absent }
    package init(bytes: Int?) { self = bytes.map { .bytes($0) } ?? .absent }
    package init(moment: Int?) { self = moment.map { .moment($0) } ?? .absent }
    package init(flag: Bool?) { self = flag.map { .flag($0) } ?? .absent }

    /// For a person.
    package var shown: String {
        switch self {
        case .text(let text), .atom(let text): text
        case .integer(let number): String(number)
        case .bytes(let count): Self.size(count)
        case .seconds(let seconds): UTCTime.span(seconds)
        case .days(let days): days < 0 ? "exp" : "\(days)d"
        case .moment(let seconds): UTCTime(seconds: seconds).description
        case .mark(let flag): flag ? "*" : ""
        case .flag(let flag): flag ? "yes" : "no"
        case .texts(let texts): texts.joined(separator: ", ")
        case .ratio(let part, let whole): "\(part)/\(whole)"
        case .used(let part, let whole): whole > 0 ? "\(part) of \(whole) (\(Self.share(part, whole))%)" : "\(part)"
        case .numbers(let numbers): numbers.map { "\($0)" }.joined(separator: " ")
        case .objects(let objects): objects.isEmpty ? "none" : objects.map(\.words).joined(separator: ", ")
        case .absent: "-"
        case .blank: ""
        }
    }

    /// The same, each value that has fields of its own by itself.
    package var shownParts: [String] {
        if case .objects(let objects) = self, !objects.isEmpty { return objects.map(\.words) }
        return [shown]
    }

    /// For a script: no units, nothing rounded.
    package func write(to json: inout JSONWriter) { json.value(self.json) }

    package var json: JSONValue {
        switch self {
        case .text(let text), .atom(let text): .string(text)
        case .integer(let number), .bytes(let number), .seconds(let number), .days(let number), .moment(let number):
            .integer(number)
        case .mark(let flag), .flag(let flag): .boolean(flag)
        case .texts(let texts): .array(texts.map { .string($0) })
        case .ratio(let part, let whole): .array([.integer(part), .integer(whole)])
        case .used(let part, _): .integer(part)
        case .numbers(let numbers): .array(numbers.map { .integer($0) })
        case .objects(let objects): .array(objects.map { .object($0.fields.map { JSONMember($0.key, $0.cell.json) }) })
        case .absent, .blank: .null
        }
    }

    package var term: Term {
        switch self {
        case .text(let text): .binary(Array(text.utf8))
        case .atom(let name): .atom(Atom(name))
        case .integer(let number), .bytes(let number), .seconds(let number), .days(let number), .moment(let number):
            .integer(number)
        case .mark(let flag), .flag(let flag): .atom(flag ? "true" : "false")
        case .texts(let texts): .list(texts.map { .binary(Array($0.utf8)) })
        case .used(let part, _): .integer(part)
        case .numbers(let numbers): .list(numbers.map { .integer($0) })
        case .objects(let objects):
            .list(objects.map { .map($0.fields.map { MapPair(.atom(Atom($0.key)), $0.cell.term) }) })
        case .ratio(let part, let whole): .tuple([.integer(part), .integer(whole)])
        case .absent, .blank: .atom("undefined")
        }
    }

    /// In percent, rounded down; 100 is all of it or more.
    private static func share(_ part: Int, _ whole: Int) -> Int {
        part >= whole ? 100 : Int(Double(part) / Double(whole) * 100)
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
}
