extension CompletionScript {
    /// For fish 3.
    package static var fish: String {
        var text = """
            # fish completion for erlclu-ctl. Written by 'erlclu-ctl completion fish'; do not edit.

            complete -c erlclu-ctl -f

            """
        for option in globals { text += "complete -c erlclu-ctl\(arguments(of: option))\n" }
        for verb in verbs {
            text += "complete -c erlclu-ctl -n __fish_use_subcommand -a \(verb.name) -d \(fishQuoted(verb.summary))\n"
        }
        for verb in verbs {
            let seen = seen([verb.name] + verb.aliases)
            text += lines(of: verb, where: seen)
            // The second word is offered once.
            let open = seen + "; and not " + Self.seen(verb.subverbs.map(\.name))
            for subverb in verb.subverbs {
                text += line(where: open) + " -a \(subverb.name) -d \(fishQuoted(subverb.summary))\n"
            }
            for subverb in verb.subverbs {
                text += lines(of: subverb, where: seen + "; and " + Self.seen([subverb.name]))
            }
        }
        return text
    }

    private static func seen(_ words: [String]) -> String {
        "__fish_seen_subcommand_from \(words.joined(separator: " "))"
    }

    private static func line(where condition: String) -> String { "complete -c erlclu-ctl -n '\(condition)'" }

    private static func lines(of verb: VerbSpec, where condition: String) -> String {
        verb.options.map { line(where: condition) + arguments(of: $0) + "\n" }.joined()
            + verb.operands.compactMap { operand in
                source(for: operand.kind).map { line(where: condition) + $0 + "\n" }
            }.joined()
    }

    private static func arguments(of option: OptionSpec) -> String {
        var text = (option.short.map { " -s \($0)" } ?? "") + " -l \(option.name.rawValue)"
        if let value = option.value {
            let source = source(for: value.kind) ?? ""
            // -x: files are no values.
            text += value.kind == .file ? " -r" + source : " -x" + source
        }
        return text + " -d \(fishQuoted(option.help))"
    }

    /// Where the values of a place come from.
    private static func source(for kind: ValueKind) -> String? {
        switch candidates(for: kind) {
        case .words(let words): " -a '\(words.joined(separator: " "))'"
        case .known(let names): " -a '(erlclu-ctl complete \(names.rawValue) 2>/dev/null </dev/null)'"
        case .files: " -F"
        case .directories: " -a '(__fish_complete_directories)'"
        case .hosts: " -a '(__fish_print_hostnames)'"
        case .none: nil
        }
    }

    /// Inside fish's single quotes only the quote and the backslash are special.
    private static func fishQuoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }
}
