/// Help as text for a terminal of 80 columns, made of the tables.
package enum HelpText {
    static let width = 80

    /// What `erlclu-ctl --help` prints.
    package static var overview: String {
        var text = """
            erlclu-ctl talks Erlang distribution to running nodes: over TCP, or over TLS
            with both sides' certificates verified. No Erlang is needed where it runs.

            Usage: erlclu-ctl [OPTION...] VERB [ARGUMENT...]

            Verbs:

            """
        let listed = Verbs.listed
        let column = (listed.map(\.title.count).max() ?? 0) + 4
        for entry in listed { text += item(entry.title, entry.verb.summary, column: column) }
        for group in OptionGroup.global { text += "\n\(group.title):\n" + options(group.options) }
        text += "\nErrors have codes: 'erlclu-ctl explain CODE' prints the meaning and the remedy.\n"
        text += "More on a verb: 'erlclu-ctl help VERB'; on everything: 'man erlclu-ctl'.\n"
        return text
    }

    /// What `erlclu-ctl help VERB` prints.
    package static func verb(_ verb: VerbSpec, name: String) -> String {
        var text = "\(sentence(verb.summary))\n\n"
        for (index, line) in usage(verb, name: name).enumerated() {
            text += (index == 0 ? "Usage: " : "       ") + line + "\n"
        }
        if !verb.aliases.isEmpty { text += "Also:  \(verb.aliases.joined(separator: ", "))\n" }
        for paragraph in verb.details { text += "\n" + wrap(paragraph, indent: 0) }
        if !verb.subverbs.isEmpty {
            text += "\nVerbs:\n"
            let column = (verb.subverbs.map(\.name.count).max() ?? 0) + 4
            for subverb in verb.subverbs { text += item(subverb.name, subverb.summary, column: column) }
        }
        if !verb.operands.isEmpty {
            text += "\nArguments:\n"
            for operand in verb.operands { text += item(operand.name, operand.help, column: 14) }
        }
        if !verb.options.isEmpty { text += "\nOptions:\n" + options(verb.options) }
        if !verb.examples.isEmpty {
            text += "\nExamples:\n"
            for example in verb.examples {
                text += "  \(example.commandLine)\n" + wrap(sentence(example.purpose), indent: 6)
            }
        }
        if !verb.statuses.isEmpty {
            text += "\nExit status:\n"
            for status in verb.statuses {
                let meaning = ExitStatus.meanings.first { $0.status == status }?.meaning ?? ""
                text += item(String(status.rawValue), meaning, column: 6)
            }
        }
        if !verb.takesRawArguments {
            if let timeout = verb.defaultTimeout {
                let scope = verb.timeoutScope
                text += "\n" + wrap("It gives up after \(timeout.typed), or --timeout\(scope).", indent: 0)
            }
            text += "\nThe options that every verb understands: 'erlclu-ctl --help'.\n"
        }
        return text
    }

    package static func usage(_ verb: VerbSpec, name: String) -> [String] {
        if verb.takesRawArguments { return ["erlclu-ctl \(name) ARGUMENT..."] }
        if !verb.subverbs.isEmpty { return verb.subverbs.map { "erlclu-ctl [OPTION...] \(name) " + $0.usageTail } }
        return ["erlclu-ctl [OPTION...] \(name)" + verb.operands.map { " " + $0.usage }.joined()]
    }

    // MARK: Lists

    static func options(_ options: [OptionSpec]) -> String {
        options.filter { !$0.isErlangStyle }.map { option in
            var help = option.help
            if let variable = option.variable { help += " [\(variable)]" }
            return item(title(of: option), help, column: 30)
        }.joined()
    }

    static func title(of option: OptionSpec) -> String {
        let short = option.short.map { "-\($0), " } ?? "    "
        return short + option.spelling + (option.value.map { " \($0.placeholder)" } ?? "")
    }

    /// A name, and beside it a text that begins at `column`.
    static func item(_ name: String, _ help: String, column: Int) -> String {
        let start = "  " + name
        let body = wrap(help, indent: column)
        if start.count < column {
            return start + String(repeating: " ", count: column - start.count) + body.dropFirst(column)
        }
        return start + "\n" + body
    }

    // MARK: Text

    static func sentence(_ phrase: String) -> String {
        // What is typed somewhere keeps its letters: `erlang:set_cookie/2`, `-sname`, `rpc_ok`.
        let first = phrase.prefix { $0 != " " }
        let isWord = (first.hasSuffix(":") ? first.dropLast() : first).allSatisfy {
            $0.isLetter || $0 == "'" || $0 == "," || $0 == "-"
        }
        return (isWord ? phrase.prefix(1).uppercased() + phrase.dropFirst() : phrase)
            + (phrase.hasSuffix(".") ? "" : ".")
    }

    static func wrap(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var result = ""
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                result += margin + line + "\n"
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return result + margin + line + "\n"
    }
}

extension VerbSpec {
    /// The name and the operands: `eval EXPR`.
    var usageTail: String { ([name] + operands.map(\.usage)).joined(separator: " ") }
}
