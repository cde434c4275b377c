/// Completions of the options for shells, made of their table.
enum DaemonCompletion {
    /// - Returns: nil for another shell.
    static func script(for shell: String) -> String? {
        switch shell {
        case "bash": bash
        case "zsh": zsh
        case "fish": fish
        default: nil
        }
    }

    private static func note(_ shell: String) -> String { "Written by 'erlclud --completion \(shell)'; do not edit." }

    private static var bash: String {
        let words = DaemonOption.allCases.map { "--" + $0.rawValue }.joined(separator: " ")
        let files = DaemonOption.allCases.filter(\.isFile).map { "--" + $0.rawValue }.joined(separator: "|")
        return """
            # bash completion for erlclud. \(note("bash"))
            _erlclud() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
                case $previous in
                \(files)) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
                *) mapfile -t COMPREPLY < <(compgen -W "\(words)" -- "$current") ;;
                esac
            }
            complete -F _erlclud erlclud

            """
    }

    private static var zsh: String {
        let lines = DaemonOption.allCases.map { option in
            let words = option.words.replacing("\\", with: "\\\\").replacing("'", with: "'\\''")
                .replacing("[", with: "\\[").replacing("]", with: "\\]").replacing(":", with: "\\:")
            let value = option.placeholder.map { _ in ":value:" + (option.isFile ? "_files" : " ") } ?? ""
            return "    '--\(option.rawValue)[\(words)]\(value)'"
        }
        return """
            #compdef erlclud
            # zsh completion for erlclud. \(note("zsh"))
            _arguments \\
            \(lines.joined(separator: " \\\n"))

            """
    }

    private static var fish: String {
        let lines = DaemonOption.allCases.map { option in
            let value = option.placeholder == nil ? "" : option.isFile ? " -r -F" : " -x"
            let words = option.words.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            return "complete -c erlclud -l \(option.rawValue)\(value) -d '\(words)'"
        }
        return """
            # fish completion for erlclud. \(note("fish"))
            complete -c erlclud -f
            \(lines.joined(separator: "\n"))

            """
    }
}

extension DaemonOption {
    fileprivate var isFile: Bool { placeholder == "FILE" }
}
