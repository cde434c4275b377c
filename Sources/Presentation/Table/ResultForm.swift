package import ErlangTerm
import TerminalCanvas

/// How the results of a verb are shown. Their fields are described once, and every format is made of them: JSON, JSON
/// lines and terms for scripts, a table, a sheet or a line for people, cells for a screen.
package struct ResultForm<Row>: Sendable {
    /// The form for people.
    package enum Shown: Sendable {
        /// A heading, and a line for each result.
        case table
        /// A line for each field: its heading and its value.
        case sheet
        /// A line for each result.
        case line(@Sendable (Row) -> String)
        /// Text of several lines.
        case page(@Sendable (Row) -> TerminalText)
    }

    package enum TermShape: Sendable {
        /// The keys are atoms.
        case map
        /// The values of the fields with these keys, in this order.
        case tuple([String])
    }

    package var fields: [Column<Row>]
    package var shown: Shown
    package var termShape: TermShape

    package init(_ fields: [Column<Row>], shown: Shown = .table, term: TermShape = .map) {
        self.fields = fields
        self.shown = shown
        termShape = term
    }

    /// Writes one result as an object.
    /// - Parameter event: what the object is, where a verb writes objects of several kinds.
    package func write(_ row: Row, event: String? = nil, to json: inout JSONWriter) {
        json.beginObject()
        if let event {
            json.key("event")
            json.string(event)
        }
        for field in fields {
            json.key(field.key)
            field.cell(row).write(to: &json)
        }
        json.endObject()
    }

    package func term(_ row: Row) -> Term {
        switch termShape {
        case .map: .map(fields.map { MapPair(.atom(Atom($0.key)), $0.cell(row).term) })
        case .tuple(let keys):
            .tuple(keys.compactMap { key in fields.first { $0.key == key }?.cell(row).term })
        }
    }

    /// All results for a person.
    /// - Parameters:
    ///   - label: stands before each line of `line`: the node, where several are asked.
    ///   - width: columns of the terminal; nil where lines may be as long as they like.
    package func text(
        _ rows: [Row], label: String? = nil, style: TextStyle = .none, width: Int? = nil
    ) -> TerminalText {
        switch shown {
        case .table: Table.text(rows, fields, style: style, width: width)
        case .sheet: rows.map { sheet($0, width: width) }.joined()
        case .line(let words):
            rows.map { "\(label.map { "\($0): " } ?? "")\(words($0))\n" as TerminalText }.joined()
        case .page(let text): rows.map(text).joined()
        }
    }

    /// The values of one result for `-o raw`; nil where that is the same text as for people.
    package func rawFields(_ row: Row) -> [String]? {
        switch shown {
        case .table, .sheet: fields.map { $0.cell(row).shown }
        case .line, .page: nil
        }
    }

    /// What is long is broken and stands below itself, and so do values that have fields of their own.
    private func sheet(_ row: Row, width: Int?) -> TerminalText {
        let fields = fields.filter { !$0.isForScripts }
        let column = (fields.map(\.heading.cellWidth).max() ?? 0) + 2
        return fields.map { field in
            let room = width.map { max(20, $0 - column) } ?? .max
            let lines = field.cell(row).shownParts.flatMap {
                Table.broken(TerminalText.escaped($0, keepingLines: false), room)
            }
            let margin = "\n" + String(repeating: " ", count: column)
            let gap = String(repeating: " ", count: column - field.heading.cellWidth)
            return TerminalText(lines: "\(field.heading)\(gap)\(lines.joined(separator: margin))\n")
        }.joined()
    }
}
