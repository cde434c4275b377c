import ErlangNode

/// Completion scripts, made of the tables. What only the node or its epmd knows is not asked for: a key press must not
/// open connections.
package enum CompletionScript {
    /// The verbs that are offered, by their full names; `config view` stands as `config` and below it `view`.
    static var verbs: [VerbSpec] { Verbs.all.filter { !$0.isHidden } }
    static var globals: [OptionSpec] { OptionGroup.global.flatMap(\.options).filter { !$0.isErlangStyle } }

    /// Every word that begins an option, short and long.
    static func words(of options: [OptionSpec]) -> [String] {
        options.flatMap { option in (option.short.map { ["-\($0)"] } ?? []) + [option.spelling] }
    }

    /// What may stand in a place, if that can be listed.
    static func candidates(for kind: ValueKind) -> [String]? {
        switch kind {
        case .choice(let choices): choices
        case .failureCode: FailureCode.allCases.map(\.rawValue)
        case .verb: verbs.map(\.name)
        case .endpoint(let word): word.map { [$0] }
        case .duration: ["5s", "10s", "30s", "1m", "infinity"]
        case .text, .file, .directory, .nodeName, .host: nil
        }
    }

    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: #"'\''"#) + "'" }
}

extension String {
    fileprivate func replacing(_ character: Character, with text: String) -> String {
        map { $0 == character ? text : String($0) }.joined()
    }
}
