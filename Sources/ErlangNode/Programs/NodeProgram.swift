package import ErlangTerm

/// Expressions that a node evaluates for us with `erl_eval:exprs/3`, so that nothing has to be loaded there.
///
/// Their sources, and the contract of each (bindings, items), are in `NodePrograms/`. From these
/// `NodePrograms/generate.escript` makes the files of `Forms/`.
package struct NodeProgram: Sendable {
    /// The name of its source, for messages.
    package let name: StaticString
    /// Of its contract, its bindings and items; nil where nobody needs to know the program by its name.
    package let version: Int?
    /// The number of expressions.
    package let formCount: Int
    /// The abstract forms in the external term format, one after the other: what a `LIST_EXT` has between its length
    /// and its tail (erl_ext_dist). Each character, U+0000 to U+00FF, is one byte.
    private let literal: StaticString

    package init(name: StaticString, version: Int? = nil, formCount: Int, literal: StaticString) {
        self.name = name
        self.version = version
        self.formCount = formCount
        self.literal = literal
    }

    /// Writes the list of forms of `preamble` and this program, without the version byte: the first argument of
    /// `erl_eval:exprs/3`.
    package func write(after preamble: NodeProgram?, to encoder: inout TermEncoder) {
        let label = ProgramLabel(self)
        let count = UInt32((label == nil ? 0 : 1) + (preamble?.formCount ?? 0) + formCount)
        encoder.reserveRoom(for: (preamble?.literal.utf8CodeUnitCount ?? 0) + literal.utf8CodeUnitCount + 6)
        encoder.writeByte(108)  // LIST_EXT
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            encoder.writeByte(UInt8(truncatingIfNeeded: count >> shift))
        }
        if let label { encoder.write(label.form) }
        if let preamble { encoder.writeCharactersAsBytes(preamble.literal) }
        encoder.writeCharactersAsBytes(literal)
        encoder.writeByte(106)  // NIL_EXT
    }

    /// What `write(after:to:)` writes.
    package func encodedList(after preamble: NodeProgram) -> [UInt8] {
        var encoder = TermEncoder()
        write(after: preamble, to: &encoder)
        return encoder.bytes
    }
}
