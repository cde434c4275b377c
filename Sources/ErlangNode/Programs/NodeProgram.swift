package import ErlangTerm

/// Expressions that a node evaluates for us with `erl_eval:exprs/3`, so that nothing has to be loaded there.
///
/// Their sources, and the contract of each (bindings, items), are in `NodePrograms/`.
package struct NodeProgram: Sendable {
    /// The name of its source, for messages.
    package let name: StaticString
    /// How many expressions it is made of.
    package let formCount: Int
    /// The external term format of the abstract forms, one after the other: what stands in a `LIST_EXT` between
    /// its length and its tail (erl_ext_dist).
    package let encodedForms: [UInt8]

    package init(name: StaticString, formCount: Int, encodedForms: [UInt8]) {
        self.name = name
        self.formCount = formCount
        self.encodedForms = encodedForms
    }

    /// Writes a whole list of forms, without the version byte: this program's after `preamble`'s. It is the first
    /// argument of `erl_eval:exprs/3`.
    package func write(after preamble: NodeProgram, to encoder: inout TermEncoder) {
        let count = UInt32(preamble.formCount + formCount)
        encoder.reserveRoom(for: preamble.encodedForms.count + encodedForms.count + 6)
        encoder.writeByte(108)  // LIST_EXT
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            encoder.writeByte(UInt8(truncatingIfNeeded: count >> shift))
        }
        encoder.writeBytes(preamble.encodedForms)
        encoder.writeBytes(encodedForms)
        encoder.writeByte(106)  // NIL_EXT
    }

    /// The same as bytes of its own.
    package func encodedList(after preamble: NodeProgram) -> [UInt8] {
        var encoder = TermEncoder()
        write(after: preamble, to: &encoder)
        return encoder.bytes
    }
}
