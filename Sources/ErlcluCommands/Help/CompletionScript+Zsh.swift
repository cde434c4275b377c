extension CompletionScript {
    /// For zsh's own completion system.
    package static var zsh: String {
        var text = """
            #compdef erlclu-ctl
            # Written by 'erlclu-ctl completion zsh'; do not edit.

            # Offers the names of that kind in the configuration file.
            _erlclu_ctl_known() {
                local -a names
                names=(${(f)"$(erlclu-ctl complete $1 2>/dev/null </dev/null)"})
                compadd -a names
            }

            _erlclu_ctl() {
                local curcontext=$curcontext state line
                local -a options verbs
                options=(

            """
        for option in globals { text += "        \(specification(option))\n" }
        text += "    )\n    verbs=(\n"
        for verb in verbs { text += "        \(quoted(verb.name + ":" + verb.summary))\n" }
        text += """
                )
                _arguments -C -S -s $options '1: :->verb' '*:: :->arguments'
                case $state in
                    verb) _describe -t verbs verb verbs ;;
                    arguments)
                        case $words[1] in

            """
        for verb in verbs {
            let names = ([verb.name] + verb.aliases).joined(separator: "|")
            text += "                \(names)) "
            if verb.takesRawArguments {
                text += "_arguments -S -s $options '*: :' ;;\n"
            } else if verb.subverbs.isEmpty {
                text += arguments(of: verb) + " ;;\n"
            } else {
                // The second word is offered once; what follows belongs to it.
                let names = verb.subverbs.map(\.name).joined(separator: " ")
                text += "_arguments -C -S -s $options '1:verb:(\(names))' '*:: :->below'\n"
                text += "                    [[ $state == below ]] && case $words[1] in\n"
                for subverb in verb.subverbs {
                    text += "                        \(subverb.name)) \(arguments(of: subverb)) ;;\n"
                }
                text += "                    esac ;;\n"
            }
        }
        return text + """
                        esac ;;
                esac
            }

            # Loaded from fpath, the file is the function; sourced, it registers it.
            if [[ $funcstack[1] == _erlclu-ctl || $funcstack[1] == _erlclu_ctl ]]; then
                _erlclu_ctl "$@"
            else
                compdef _erlclu_ctl erlclu-ctl
            fi

            """
    }

    private static func arguments(of verb: VerbSpec) -> String {
        var text = "_arguments -S -s $options"
        for option in verb.options { text += " \\\n                    \(specification(option))" }
        for (index, operand) in verb.operands.enumerated() {
            let place = operand.presence == .repeated ? "*" : "\(index + 1)"
            text += " \\\n                    " + quoted("\(place):\(operand.name):\(action(operand.kind))")
        }
        return text
    }

    private static func specification(_ option: OptionSpec) -> String {
        let help = "[" + bracketed(option.help) + "]"
        let value = option.value.map { ":" + bracketed($0.placeholder) + ":" + action($0.kind) } ?? ""
        guard let short = option.short else {
            let long = option.spelling + (option.value == nil ? "" : "=")
            return (option.isRepeatable ? "'*'" : "") + quoted(long + help + value)
        }
        let exclusion = option.isRepeatable ? "'*'" : quoted("(-\(short) \(option.spelling))")
        let attached = option.value == nil ? "" : "+"
        let joined = option.value == nil ? "" : "="
        return exclusion + "{-\(short)\(attached),\(option.spelling)\(joined)}" + quoted(help + value)
    }

    private static func action(_ kind: ValueKind) -> String {
        switch candidates(for: kind) {
        case .words(let words): "(" + words.joined(separator: " ") + ")"
        // The space keeps zsh from adding words of its own to the call.
        case .known(let names): " _erlclu_ctl_known \(names.rawValue)"
        case .files: "_files"
        case .directories: "_files -/"
        case .hosts: "_hosts"
        case .none: " "
        }
    }

    /// Brackets and colons end a description.
    private static func bracketed(_ text: String) -> String {
        text.map { "[]:".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
