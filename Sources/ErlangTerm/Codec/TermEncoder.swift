/// Writes terms in the external term format into one growing raw buffer.
package struct TermEncoder {
    package init() {}

    /// The bytes written so far.
    package var bytes: [UInt8] { [] }

    /// The version byte 131, which starts an external term.
    package mutating func writeVersion() {}
    package mutating func write(_ term: Term) {}
    /// A decoded subterm, copied as it came.
    package mutating func write(_ view: TermView) {}
}

extension Term {
    /// `term_to_binary`: the version byte and the term.
    package var encoded: [UInt8] { [] }
}
