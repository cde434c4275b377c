extension CompletionScript {
    /// For bash 4 and later; does without the bash-completion package.
    package static var bash: String {
        var text = """
            # bash completion for erlclu-ctl. Written by 'erlclu-ctl completion bash'; do not edit.

            _erlclu_ctl() {
                local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb= index
                # Bash takes = for a word of its own.
                if [[ $word == = ]]; then word=; elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
                for ((index = 1; index < COMP_CWORD; index++)); do
                    case ${COMP_WORDS[index]} in
                        \(words(of: globals.filter { $0.value != nil } + valued).joined(separator: "|")))
                            [[ ${COMP_WORDS[index+1]} == = ]] && ((index++))
                            ((index++)) ;;
                        -*) ;;
                        *) [[ -z $verb ]] && verb=${COMP_WORDS[index]} ;;
                    esac
                done
                COMPREPLY=()
                case $previous in

            """
        for option in globals + valued {
            guard let value = option.value else { continue }
            let pattern = words(of: [option]).joined(separator: "|")
            text += "        \(pattern)) \(reply(for: value.kind)); return ;;\n"
        }
        text += """
                esac
                local options='\(words(of: globals).joined(separator: " "))'
                case $verb in
                    '') [[ $word == -* ]] || { \(list(verbs.map(\.name))); return; } ;;

            """
        for verb in verbs {
            let own = words(of: verb.options)
            let operand =
                verb.subverbs.isEmpty ? verb.operands.last.map { reply(for: $0.kind) } : list(verb.subverbs.map(\.name))
            let names = ([verb.name] + verb.aliases).joined(separator: "|")
            if verb.takesRawArguments {
                text += "        \(names)) return ;;\n"
                continue
            }
            text += "        \(names))\n"
            if !own.isEmpty { text += "            options+=' \(own.joined(separator: " "))'\n" }
            text += "            [[ $word == -* ]] || { \(operand ?? ":"); return; } ;;\n"
        }
        return text + """
                esac
                COMPREPLY=($(compgen -W "$options" -- "$word"))
            }
            complete -o filenames -F _erlclu_ctl erlclu-ctl

            """
    }

    /// The options of verbs that take a value.
    private static var valued: [OptionSpec] { verbs.flatMap(\.options).filter { $0.value != nil } }

    private static func list(_ words: [String]) -> String {
        "COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$word\"))"
    }

    private static func reply(for kind: ValueKind) -> String {
        if let words = candidates(for: kind) { return list(words) }
        return switch kind {
        case .file: "COMPREPLY=($(compgen -f -- \"$word\"))"
        case .directory: "COMPREPLY=($(compgen -d -- \"$word\"))"
        case .host: "COMPREPLY=($(compgen -A hostname -- \"$word\"))"
        default: ":"
        }
    }
}
