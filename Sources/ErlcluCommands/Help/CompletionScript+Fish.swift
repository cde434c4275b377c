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
            let names = ([verb.name] + verb.aliases).joined(separator: " ")
            let condition = " -n '__fish_seen_subcommand_from \(names)'"
            for option in verb.options { text += "complete -c erlclu-ctl\(condition)\(arguments(of: option))\n" }
            for subverb in verb.subverbs {
                text += "complete -c erlclu-ctl\(condition) -a \(subverb.name) -d \(fishQuoted(subverb.summary))\n"
            }
            for operand in verb.operands {
                if let words = candidates(for: operand.kind) {
                    text += "complete -c erlclu-ctl\(condition) -a '\(words.joined(separator: " "))'\n"
                } else if operand.kind == .host {
                    text += "complete -c erlclu-ctl\(condition) -a '(__fish_print_hostnames)'\n"
                }
            }
        }
        return text
    }

    private static func arguments(of option: OptionSpec) -> String {
        var text = (option.short.map { " -s \($0)" } ?? "") + " -l \(option.name.rawValue)"
        if let value = option.value {
            if let words = candidates(for: value.kind) {
                text += " -x -a '\(words.joined(separator: " "))'"
            } else {
                switch value.kind {
                case .file: text += " -r -F"
                case .directory: text += " -x -a '(__fish_complete_directories)'"
                case .host: text += " -x -a '(__fish_print_hostnames)'"
                default: text += " -x"
                }
            }
        }
        return text + " -d \(fishQuoted(option.help))"
    }

    /// Inside fish's single quotes only the quote and the backslash are special.
    private static func fishQuoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }
}
