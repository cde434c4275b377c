/// How results are written to standard output.
package enum OutputFormat: String, CaseIterable, Sendable {
    /// For people: aligned columns, or the bare value.
    case table
    /// One document for the whole command.
    case json
    /// A document a line, each written when it is there.
    case jsonl
    /// An Erlang term an item, ended by a period: `file:consult/1` reads it.
    case term
    /// The bare bytes, nothing escaped.
    case raw
}
