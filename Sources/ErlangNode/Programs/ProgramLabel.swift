package import ErlangTerm

/// What a program is called, and the version of its contract. It travels as the first form of the program, a string that
/// a node evaluates to itself: one that evaluates nothing reads it, and knows what is asked.
package struct ProgramLabel: Hashable, Sendable {
    package var name: String
    package var version: Int

    package init(name: String, version: Int) {
        self.name = name
        self.version = version
    }

    /// - Returns: nil for a program that nobody needs to know.
    package init?(_ program: NodeProgram) {
        guard let version = program.version else { return nil }
        self.init(name: "\(program.name)", version: version)
    }

    private static let word = "erlclu"

    /// `{string, 0, "erlclu NAME VERSION"}`
    var form: Term {
        .tuple(.atom("string"), .integer(0), .charlist("\(Self.word) \(name) \(version)"))
    }

    /// - Parameter forms: the first argument of `erl_eval:exprs/3`. It is a peer's word: what stands behind the label may
    ///   be anything.
    /// - Returns: nil where they begin with no label.
    package init?(of forms: TermView) {
        guard let text = forms.list?[0]?.elements(tagged: "string", 3)?[2]?.text else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 3, words[0] == Self.word, let version = Int(words[2]) else { return nil }
        self.init(name: String(words[1]), version: version)
    }
}

/// With which reason a process ends on a node that evaluates nothing, where it was to run a program.
package enum NoEvaluation {
    package static let reason = Term.tuple(.atom("erlclud"), .atom("no_eval"))

    package static func isReason(_ view: TermView) -> Bool {
        view.elements(tagged: "erlclud", 2)?[1]?.isAtom("no_eval") == true
    }
}
