import ErlangNode
import ErlangTerm

/// A program that a peer sends, as far as this node reads it: what it is called, and what it is started with. Its
/// expressions are passed over.
struct ProgramRequest {
    var label: ProgramLabel
    /// Gets the items.
    var client: PID
    /// What marks the items, in external term format.
    var tag: [UInt8]
    private let bindings: TermView

    /// - Parameter arguments: of `erl_eval:exprs/3`: forms, bindings (a map, or a list of pairs), and a handler of local
    ///   functions.
    /// - Returns: nil for expressions that say no name of theirs.
    init?(_ arguments: TermView?) {
        guard let arguments = arguments?.list, arguments.count == 3, let forms = arguments[0],
            let bindings = arguments[1], let label = ProgramLabel(of: forms),
            let client = bindings.value(of: "Client")?.pid, let tag = bindings.value(of: "Tag")
        else { return nil }
        self.label = label
        self.client = client
        self.tag = Array(tag.encodedBytes)
        self.bindings = bindings
    }

    subscript(name: Atom) -> TermView? { bindings.value(of: name) }
}
