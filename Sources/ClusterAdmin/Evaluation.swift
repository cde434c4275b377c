package import ErlangTerm

/// What is to be evaluated.
package struct EvaluationRequest: Hashable, Sendable {
    package enum Language: String, CaseIterable, Sendable {
        case erlang
        case elixir

        /// By its name, or as its files end.
        package init?(word: String) {
            switch word {
            case "erlang", "erl": self = .erlang
            case "elixir", "ex": self = .elixir
            default: return nil
            }
        }

        package static let words = ["erlang", "elixir", "erl", "ex"]
    }

    /// UTF-8. For Erlang, expressions separated by commas; the final period may be missing.
    package var source: String
    package var language: Language
    /// Columns that values and exceptions are laid out for.
    package var width: Int

    package init(source: String, language: Language = .erlang, width: Int = 80) {
        self.source = source
        self.language = language
        self.width = width
    }
}

/// How an evaluation or a call ended.
package enum EvaluationOutcome: Sendable {
    case value(TermView)
    /// A value as its language shows it (Elixir's `inspect`).
    case text(String)
    /// An exception, as the shell prints it.
    case exception(text: String)
    /// Line and column count from 1; nil where the node does not say.
    case syntaxError(line: Int?, column: Int?, message: String)
    /// The language does not run on that node.
    case unavailable(language: String)
}

/// Reads the items that the program `eval` emits.
struct EvaluationReader {
    /// The last item, as an outcome.
    private(set) var outcome: EvaluationOutcome?
    let onOutput: ([UInt8]) -> Void

    init(onOutput: @escaping ([UInt8]) -> Void) { self.onOutput = onOutput }

    mutating func take(_ item: TermView) {
        guard let parts = item.elements, let tag = parts[0]?.atom else { return }
        switch (tag.name, parts.count) {
        case ("output", 2): if let bytes = parts[1]?.binary { onOutput(Array(bytes)) }
        case ("value", 2): outcome = parts[1].map { .value($0) }
        case ("text", 2): outcome = .text(Self.text(parts[1]))
        case ("exception", 4): outcome = .exception(text: Self.text(parts[2]))
        case ("exit", 2): outcome = .exception(text: Self.text(parts[1]))
        case ("interrupted", 1): outcome = .exception(text: "** exception exit: interrupted")
        case ("syntax", 4):
            outcome = .syntaxError(line: parts[1]?.integer, column: parts[2]?.integer, message: Self.text(parts[3]))
        case ("unavailable", 2): outcome = .unavailable(language: parts[1]?.atom?.name ?? "")
        default: break
        }
    }

    private static func text(_ view: TermView?) -> String {
        view?.binary.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
