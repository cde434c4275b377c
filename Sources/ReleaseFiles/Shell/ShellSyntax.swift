/// A word of a shell script: what is written together, with what is to be replaced in it.
struct ShellWord: Sendable {
    var parts: [ShellPart] = []
    /// Where it begins, from 1.
    var line: Int

    /// The text of a word without quotes and replacements; nil for any other.
    var plainText: String? {
        var text: [UInt8] = []
        for part in parts {
            guard case .literal(let bytes) = part.kind, !part.isQuoted else { return nil }
            text += bytes
        }
        return String(decoding: text, as: UTF8.self)
    }
}

struct ShellPart: Sendable {
    enum Kind: Sendable {
        case literal([UInt8])
        case parameter(ShellParameter)
        /// What this reader does not compute, and the variables that are set on the way.
        case computed(ShellUnknown.Cause, assigns: [String])
    }

    var kind: Kind
    var isQuoted: Bool
    var line: Int
}

/// `$NAME`, or `${NAME…}` with one of POSIX's operations.
struct ShellParameter: Sendable {
    enum Operation: Hashable, Sendable {
        case value
        case length
        case orDefault, orAssign, orFail, ifSet
        case withoutPrefix(longest: Bool)
        case withoutSuffix(longest: Bool)
    }

    var name: String
    var operation = Operation.value
    /// With the colon: an empty value counts as none.
    var emptyIsUnset = false
    var operand: [ShellPart] = []
    /// Quotes within quotes: shells do not agree on what they mean for a pattern.
    var hasQuotesInQuotes = false
}

struct ShellAssignment: Sendable {
    var name: String
    var value: ShellWord
    var line: Int
}

/// `<`, `>` and their like.
struct ShellRedirection: Sendable {
    var target: ShellWord
    /// It cannot fail: a descriptor, `/dev/null`, or a here-document.
    var isSafe: Bool
    /// Variables that the text of a here-document sets.
    var assigns: [String] = []
}

indirect enum ShellCommand: Sendable {
    case simple(assignments: [ShellAssignment], words: [ShellWord], redirections: [ShellRedirection], line: Int)
    case not(ShellCommand)
    /// Commands with `&&` (isAnd) or `||` between them, from the left.
    case chain(ShellCommand, [(isAnd: Bool, command: ShellCommand, line: Int)])
    case pipeline([ShellCommand], line: Int)
    /// In a process of its own, which changes nothing here: `( … )`, `… &`.
    case apart
    case group([ShellCommand])
    case conditional(
        branches: [(condition: [ShellCommand], body: [ShellCommand])], otherwise: [ShellCommand], line: Int)
    case selection(ShellWord, items: [(patterns: [ShellWord], body: [ShellCommand])], line: Int)
    case loop(condition: [ShellCommand], body: [ShellCommand], line: Int)
    case iteration(variable: String, words: [ShellWord], body: [ShellCommand], line: Int)
    case function(name: String, body: ShellCommand)
    case redirected(ShellCommand, [ShellRedirection], line: Int)
}

/// Why a value is not known.
struct ShellUnknown: Hashable, Sendable {
    enum Cause: Hashable, Sendable {
        case command
        case arithmetic
        case scriptParameter
        /// A variable that the shell itself sets.
        case shellVariable(String)
        case condition
        case loop
        /// `.`, `eval`, a computed command, a builtin that may set anything.
        case anything(String)
        case fileNames
        case home
        case quotes
        case ending
        case size
        case syntax(String)

        var description: String {
            switch self {
            case .command: "a command"
            case .arithmetic: "arithmetic"
            case .scriptParameter: "a parameter of the script"
            case .shellVariable(let name): "\(name), which the shell sets"
            case .condition: "a condition"
            case .loop: "a loop"
            case .anything(let what): "'\(what)', which may set anything"
            case .fileNames: "how the shell splits words and finds file names"
            case .home: "a home directory (~)"
            case .quotes: "quotes within quotes"
            case .ending: "whether the script goes on"
            case .size: "more than is read without a shell"
            case .syntax(let what): what
            }
        }
    }

    var cause: Cause
    var line: Int

    init(_ cause: Cause, line: Int) {
        self.cause = cause
        self.line = line
    }

    /// `a command in line 3`.
    var description: String { "\(cause.description) in line \(line)" }
}
