extension CompletionScript {
    /// For bash 4 and later; does without the bash-completion package.
    ///
    /// The line is split here: bash itself takes `@`, `=` and `:` for the ends of words, and node names have them.
    package static var bash: String {
        var seen: Set<OptionName> = []
        let valued = (globals + own).filter { $0.value != nil && seen.insert($0.name).inserted }
        var text = """
            # bash completion for erlclu-ctl. Written by 'erlclu-ctl completion bash'; do not edit.

            # Offers those of the arguments that begin as the word at the cursor. Bash puts them behind the last of its own
            # word ends, so what stands before it is left out. compgen -W would expand what the names contain.
            _erlclu_ctl_offer() {
                local candidate kept=${word%"${word##*[@:=]}"}
                for candidate; do
                    [[ $candidate == "$word"* ]] && COMPREPLY+=("${candidate#"$kept"}")
                done
            }

            # Offers the names of that kind in the configuration file.
            _erlclu_ctl_known() {
                local -a names
                mapfile -t names < <("${words[0]}" complete "$1" 2>/dev/null </dev/null)
                _erlclu_ctl_offer "${names[@]}"
            }

            _erlclu_ctl() {
                local -a words
                local line=${COMP_LINE:0:COMP_POINT} word= previous= verb= below= index
                read -ra words <<<"$line"
                [[ $line == *[[:space:]] ]] && words+=('')
                word=${words[-1]}
                for ((index = 1; index < ${#words[@]} - 1; index++)); do
                    case ${words[index]} in
                        \(words(of: valued).joined(separator: "|")))
                            ((index++)) ;;
                        -*) ;;
                        *) if [[ -z $verb ]]; then verb=${words[index]}; elif [[ -z $below ]]; then below=${words[index]}; fi ;;
                    esac
                done
                ((${#words[@]} > 2)) && previous=${words[-2]}
                if [[ $word == --*=* ]]; then previous=${word%%=*} word=${word#*=}; fi
                COMPREPLY=()
                case $previous in

            """
        for option in valued {
            guard let value = option.value else { continue }
            let pattern = words(of: [option]).joined(separator: "|")
            text += "        \(pattern)) \(reply(for: value.kind)); return ;;\n"
        }
        text += """
                esac
                local options='\(words(of: globals).joined(separator: " "))'
                case $verb in
                    '') [[ $word == -* ]] || { \(offer(verbs.map(\.name))); return; } ;;

            """
        for verb in verbs {
            let names = ([verb.name] + verb.aliases).joined(separator: "|")
            if verb.takesRawArguments {
                text += "        \(names)) return ;;\n"
            } else if verb.subverbs.isEmpty {
                text += "        \(names))\n" + arguments(of: verb, indent: "            ") + "            ;;\n"
            } else {
                text += "        \(names))\n            case $below in\n"
                text += "                '') [[ $word == -* ]] || { \(offer(verb.subverbs.map(\.name))); return; } ;;\n"
                for subverb in verb.subverbs {
                    let indent = "                    "
                    text +=
                        "                \(subverb.name))\n" + arguments(of: subverb, indent: indent) + indent + ";;\n"
                }
                text += "            esac ;;\n"
            }
        }
        return text + """
                esac
                _erlclu_ctl_offer $options
            }
            complete -o filenames -F _erlclu_ctl erlclu-ctl

            """
    }

    private static func arguments(of verb: VerbSpec, indent: String) -> String {
        let own = words(of: verb.options)
        let operand = verb.operands.last.map { reply(for: $0.kind) } ?? ":"
        return (own.isEmpty ? "" : indent + "options+=' \(own.joined(separator: " "))'\n")
            + indent + "[[ $word == -* ]] || { \(operand); return; }\n"
    }

    private static func offer(_ words: [String]) -> String { "_erlclu_ctl_offer " + words.joined(separator: " ") }

    private static func reply(for kind: ValueKind) -> String {
        switch candidates(for: kind) {
        case .words(let words): offer(words)
        case .known(let names): "_erlclu_ctl_known \(names.rawValue)"
        case .files: "COMPREPLY=($(compgen -f -- \"$word\"))"
        case .directories: "COMPREPLY=($(compgen -d -- \"$word\"))"
        case .hosts: "COMPREPLY=($(compgen -A hostname -- \"$word\"))"
        case .none: ":"
        }
    }
}
