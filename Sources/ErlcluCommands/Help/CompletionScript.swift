import Diagnosis
import ErlangNode

/// Completion scripts, made of the tables.
///
/// Names of contexts and of their nodes come from the configuration file, by `erlclu-ctl complete`. What only a node or
/// its epmd knows is not asked for: a key press must not open connections.
package enum CompletionScript {
    /// The verbs that are offered; `config view` stands as `config` and below it `view`.
    static var verbs: [VerbSpec] { Verbs.all.filter { !$0.isHidden } }
    static var globals: [OptionSpec] { OptionGroup.global.flatMap(\.options).filter { !$0.isErlangStyle } }
    /// The options of verbs and of the verbs below them.
    static var own: [OptionSpec] { verbs.flatMap { verb in verb.options + verb.subverbs.flatMap(\.options) } }

    /// Every word that begins an option, short and long.
    static func words(of options: [OptionSpec]) -> [String] {
        options.flatMap { option in (option.short.map { ["-\($0)"] } ?? []) + [option.spelling] }
    }

    /// What may stand in a place, as a completion script can find it out.
    enum Candidates {
        case words([String])
        /// What `erlclu-ctl complete` prints for this word.
        case known(KnownNames)
        case files
        case directories
        case hosts
        case none
    }

    static func candidates(for kind: ValueKind) -> Candidates {
        switch kind {
        case .choice(let choices): .words(choices)
        case .failureCode: .words(FailureCode.allCases.map(\.rawValue))
        case .verb: .words(verbs.map(\.name))
        case .endpoint(let word): word.map { .words([$0]) } ?? .none
        case .duration: .words(["5s", "10s", "30s", "1m", "infinity"])
        case .nodeName: .known(.nodes)
        case .contextName: .known(.contexts)
        case .file: .files
        case .directory: .directories
        case .host: .hosts
        case .text, .tunnel, .secureShell: .none
        }
    }

    /// In single quotes, for a shell of POSIX.
    static func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }
}

/// Names that are written in the configuration file.
package enum KnownNames: String, CaseIterable, Sendable {
    case contexts
    case nodes
}
