import Diagnosis
import ErlangTerm
import ReleaseFiles

/// Sorts arguments into a verb, options and operands, by the tables of `VerbSpec` and `OptionGroup`.
///
/// As GNU getopt_long: `--name value`, `--name=value`, `-n value`, `-nvalue`, flags in one word (`-qv`), options before
/// or behind the verb and between operands, `--` before operands that start with a dash, `-` alone an operand.
/// Abbreviations are not taken: a new option would change their meaning.
package struct CommandLineParser {
    package init() {}

    /// - Parameter arguments: without the program's name.
    package func parse(_ arguments: [String]) throws(UsageError) -> ParsedCommandLine {
        var line = ParsedCommandLine()
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                while let operand = rest.popFirst() { try take(operand, into: &line) }
            } else if isOption(argument, in: line) {
                try takeOption(argument, following: &rest, into: &line)
            } else {
                try take(argument, into: &line)
                if line.verb?.takesRawArguments == true {
                    line.operands = Array(rest)
                    return line
                }
            }
        }
        if !line.options.contains(.help), !line.options.contains(.version) {
            if line.path.isEmpty, Self.naming.contains(where: { line.options.contains($0) }) {
                line.path = [.ui]
                line.isVerbImplied = true
            }
            try checkCompleteness(of: line)
        }
        return line
    }

    /// Whoever names a target and no verb wants to see it.
    private static let naming = [OptionName.node, .context, .release, .vmArgs]

    /// Whether `argument` is meant as an option. A lone dash is an operand; so is what no option can begin with, where
    /// operands are free text: `-1 + 2`, `-X + 1`, `-(2)` are expressions. Options begin with a lower-case letter.
    private func isOption(_ argument: String, in line: ParsedCommandLine) -> Bool {
        guard argument.hasPrefix("-"), argument != "-" else { return false }
        guard let second = argument.utf8.dropFirst().first, line.verb?.operands.last?.kind == .text else { return true }
        return second == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(second)
    }

    // MARK: Operands

    private func take(_ operand: String, into line: inout ParsedCommandLine) throws(UsageError) {
        guard let verb = line.verb else {
            guard let found = Verbs.named(operand) else { throw unknown(operand, among: Verbs.all) }
            line.path.append(found)
            return
        }
        if !verb.subverbs.isEmpty {
            guard let found = verb.subverbs.first(where: { $0.name == operand }) else {
                throw .unknownSubverb(
                    operand, of: line.verbName, choices: verb.subverbs.filter { !$0.isHidden }.map(\.name))
            }
            line.path.append(found)
            return
        }
        let places = verb.operands
        guard let place = line.operands.count < places.count ? places[line.operands.count] : places.last,
            line.operands.count < places.count || place.presence == .repeated
        else {
            throw .surplusOperand(operand, verb: line.verbName, mayBeNode: verb.asksNodes)
        }
        try check(operand, as: place.kind, for: place.name)
        line.operands.append(operand)
    }

    /// A verb that may change or end a node is never suggested: what is suggested is typed without much thought.
    private func unknown(_ word: String, among verbs: [VerbSpec]) -> UsageError {
        let names = verbs.filter { !$0.isHidden && $0.effect == .looks }.flatMap { [$0.name] + $0.aliases }
        return .unknownVerb(word, suggestion: NearMiss.of(word, among: names))
    }

    private func checkCompleteness(of line: ParsedCommandLine) throws(UsageError) {
        guard let verb = line.verb else { throw .noVerb }
        if !verb.subverbs.isEmpty {
            throw .missingSubverb(of: line.verbName, choices: verb.subverbs.filter { !$0.isHidden }.map(\.name))
        }
        let required = verb.operands.filter { $0.presence == .required }
        if line.operands.count < required.count {
            throw .missingOperand(required[line.operands.count].name, verb: line.verbName)
        }
    }

    // MARK: Options

    private func takeOption(
        _ argument: String, following rest: inout ArraySlice<String>, into line: inout ParsedCommandLine
    ) throws(UsageError) {
        let equals = argument.utf8.firstIndex(of: UInt8(ascii: "="))
        let typed = equals.map { String(argument[..<$0]) } ?? argument
        if let option = line.option(where: { $0.isSpelled(typed) }) {
            let inline = equals.map { String(argument.utf8[$0...].dropFirst()) ?? "" }
            line.options.occurrences.append(
                try occurrence(of: option, typed: typed, inline: inline, following: &rest))
        } else if argument.hasPrefix("--") {
            throw unknown(typed, in: line)
        } else {
            try takeShortOptions(argument, following: &rest, into: &line)
        }
    }

    private func takeShortOptions(
        _ argument: String, following rest: inout ArraySlice<String>, into line: inout ParsedCommandLine
    ) throws(UsageError) {
        var letters = argument.dropFirst()
        // Erlang's own tools write `-timeout 5`; as `-t imeout` it would only puzzle.
        let word = String(argument.prefix { $0 != "=" })
        let longer = "-" + word
        if let meant = line.option(where: { !$0.isErlangStyle && $0.isSpelled(longer) }) {
            throw .unknownOption(word, suggestion: meant.spelling)
        }
        while let letter = letters.popFirst() {
            guard let option = line.option(where: { $0.short == letter }) else {
                throw unknown(argument.count == 2 ? argument : "-\(letter)", whole: argument, in: line)
            }
            var inline: String?
            if option.value != nil, !letters.isEmpty {
                // `-n=name` can only mean `-n name`: no value of ours starts with an equals sign.
                inline = String(letters.first == "=" ? letters.dropFirst() : letters)
                letters = ""
            }
            line.options.occurrences.append(
                try occurrence(of: option, typed: "-\(letter)", inline: inline, following: &rest))
        }
    }

    private func occurrence(
        of option: OptionSpec, typed: String, inline: String?, following rest: inout ArraySlice<String>
    ) throws(UsageError) -> ParsedOptions.Occurrence {
        guard let value = option.value else {
            if inline != nil { throw .unexpectedValue(option: typed) }
            return ParsedOptions.Occurrence(name: option.name, value: "")
        }
        guard let text = inline ?? rest.popFirst() else {
            throw .missingValue(option: typed, placeholder: value.placeholder)
        }
        try check(text, as: value.kind, for: typed)
        return ParsedOptions.Occurrence(name: option.name, value: text)
    }

    private func unknown(_ option: String, whole: String? = nil, in line: ParsedCommandLine) -> UsageError {
        let verbs = Verbs.all
        let all =
            verbs.map { (name: $0.name, verb: $0) }
            + verbs.flatMap { verb in verb.subverbs.map { (name: "\(verb.name) \($0.name)", verb: $0) } }
        let owners = all.filter { _, verb in
            !verb.isHidden && verb.options.contains { $0.spelling == option || $0.short.map { "-\($0)" } == option }
        }
        if !owners.isEmpty { return .optionOfOtherVerb(option, verbs: owners.map(\.name)) }
        // `-timeout` is a habit from Erlang's own tools; `--timeout` is one edit away.
        let word = whole ?? option
        let options = line.knownOptions.filter { !$0.name.lowersTheGuard }.map(\.spelling)
        return .unknownOption(option, suggestion: NearMiss.of(word, among: options))
    }

    // MARK: Values

    private func check(_ text: String, as kind: ValueKind, for place: String) throws(UsageError) {
        switch kind {
        case .text, .contextName, .file, .directory, .verb: return
        case .host:
            if text.isEmpty {
                throw .invalidValue(
                    place: place, value: text, expected: "the name or the IP address of a host", suggestion: nil)
            }
        case .nodeName:
            if text.isEmpty || text.hasPrefix("@") || !SettingText.isOneWord(text) {
                throw .invalidValue(place: place, value: text, expected: "a node name, NAME@HOST", suggestion: nil)
            }
        case .failureCode: return
        case .choice(let choices):
            if !choices.contains(text) {
                throw .invalidValue(
                    place: place, value: text, expected: "one of \(choices.joined(separator: ", "))",
                    suggestion: NearMiss.of(text, among: choices))
            }
        case .duration:
            if DurationSyntax(text) == nil {
                throw .invalidValue(place: place, value: text, expected: DurationSyntax.expectation, suggestion: nil)
            }
        case .tunnel:
            if TunnelChoice(text) == nil {
                throw .invalidValue(place: place, value: text, expected: TunnelChoice.expected, suggestion: nil)
            }
        case .secureShell:
            if SecureShellChoice(text) == nil {
                throw .invalidValue(place: place, value: text, expected: SecureShellChoice.expected, suggestion: nil)
            }
        case .endpoint(let word):
            if text != word, HostAndPort(text) == nil {
                let expected = "HOST:PORT" + (word.map { ", or \($0)" } ?? "")
                throw .invalidValue(place: place, value: text, expected: expected, suggestion: nil)
            }
        }
    }
}
