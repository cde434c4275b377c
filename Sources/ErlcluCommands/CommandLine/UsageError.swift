/// A command line that cannot be obeyed; every one of them ends with status 64.
package enum UsageError: Error, Hashable, Sendable {
    case noVerb
    case unknownVerb(String, suggestion: String?)
    /// The word behind a verb that has verbs below it is none of them.
    case unknownSubverb(String, of: String, choices: [String])
    case missingSubverb(of: String, choices: [String])
    case unknownOption(String, suggestion: String?)
    /// The option belongs to a verb that stands behind it, or to another one.
    case optionOfOtherVerb(String, verbs: [String])
    case missingValue(option: String, placeholder: String)
    case unexpectedValue(option: String)
    case invalidValue(place: String, value: String, expected: String, suggestion: String?)
    case missingOperand(String, verb: String)
    /// - Parameter mayBeNode: the verb asks nodes, and takes their names behind --node only.
    case surplusOperand(String, verb: String, mayBeNode: Bool = false)
    case exclusive(String, String)
    case notSupported(String, reason: String)
    /// Neither option, variable, context nor release names a node.
    case noNode
    /// A setting's value is not of its form; the words are those of the settings' reader.
    case settings(String)

    /// One sentence without a final period.
    package var message: String {
        switch self {
        case .noVerb:
            "a verb is missing"
        case .unknownVerb(let verb, let suggestion):
            "there is no verb '\(verb)'" + Self.question(suggestion)
        case .unknownSubverb(let word, let verb, let choices):
            "'\(verb)' has no '\(word)'; it has: \(choices.joined(separator: ", "))"
        case .missingSubverb(let verb, let choices):
            "'\(verb)' needs one of: \(choices.joined(separator: ", "))"
        case .unknownOption(let option, let suggestion):
            "there is no option '\(option)'" + Self.question(suggestion)
        case .optionOfOtherVerb(let option, let verbs):
            "'\(option)' is an option of \(verbs.map { "'\($0)'" }.joined(separator: ", ")) and goes behind the verb"
        case .missingValue(let option, let placeholder):
            "'\(option)' needs a value: \(option) \(placeholder)"
        case .unexpectedValue(let option):
            "'\(option)' takes no value"
        case .invalidValue(let place, let value, let expected, let suggestion):
            "'\(value)' is not a value for \(place): \(expected)" + Self.question(suggestion)
        case .missingOperand(let operand, let verb):
            "'\(verb)' needs \(operand)"
        case .surplusOperand(let operand, let verb, let mayBeNode):
            "'\(verb)' has no use for '\(operand)'" + (mayBeNode ? "; a node is named with -n \(operand)" : "")
        case .exclusive(let one, let other):
            "\(one) and \(other) exclude each other"
        case .noNode:
            "no node is named: give --node NAME, --release DIR or --context NAME, or set ERLCLU_NODE"
        case .settings(let message):
            message
        case .notSupported(let what, let reason):
            "\(what) is not supported: \(reason)"
        }
    }

    private static func question(_ suggestion: String?) -> String {
        suggestion.map { "; did you mean '\($0)'?" } ?? ""
    }
}
