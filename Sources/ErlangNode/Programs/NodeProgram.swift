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

    /// A whole list of forms in external term format, without the version byte: this program's after `preamble`'s.
    /// It is the first argument of `erl_eval:exprs/3`.
    package func encodedList(after preamble: NodeProgram) -> [UInt8] {
        let opening = preamble.encodedForms
        let own = encodedForms
        let count = UInt32(preamble.formCount + formCount)
        var list: [UInt8] = []
        list.reserveCapacity(opening.count + own.count + 6)
        list.append(108)  // LIST_EXT
        for shift in [24, 16, 8, 0] as [UInt32] {
            list.append(UInt8(truncatingIfNeeded: count >> shift))
        }
        list += opening
        list += own
        list.append(106)  // NIL_EXT
        return list
    }
}
