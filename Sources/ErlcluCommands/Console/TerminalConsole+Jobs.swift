import ClusterAdmin
import LineEditor

/// Ctrl-G: the job menu, after that of `erl`.
extension TerminalConsole {
    func openMenu() {
        terminal.write(painter.leave())
        askMenu()
    }

    private func askMenu() {
        phase = .menu("")
        terminal.write("Job command (h for help)\r\n --> ")
    }

    func type(_ key: Key, behind typed: String) {
        switch key {
        case .text(let text):
            guard typed.count < 40 else { return }
            terminal.write(TerminalText.escaped(text, keepingLines: false))
            phase = .menu(typed + text)
        case .backspace:
            guard !typed.isEmpty else { return }
            terminal.write("\u{8} \u{8}")
            phase = .menu(String(typed.dropLast()))
        case .enter:
            terminal.write("\r\n")
            obey(typed)
        case .control("c"), .control("g"):
            terminal.write("\r\n")
            connect(to: job)
        case .control("d"), .control("]"): status = .done
        default: break
        }
    }

    private func obey(_ command: String) {
        let words = command.split(separator: " ")
        let named = words.count > 1 ? jobs.first { "\($0.number)" == words[1] } : job
        switch (words.first, named) {
        case ("c", let named?): connect(to: named)
        case (nil, _): connect(to: job)
        case ("i", let named?):
            if named === job { return interrupt() }
            named.shell?.interrupt()
            askMenu()
        case ("k", let named?):
            named.shell?.kill()
            if named === job { phase = .idle } else { askMenu() }
        case ("j", _):
            for listed in jobs {
                terminal.write("  \(listed.number)\(listed === job ? "*" : " ") \(node.node)\r\n")
            }
            askMenu()
        case ("s", _): isOpening = true
        case ("q", _): status = .done
        case ("h", _), ("?", _):
            terminal.write(
                "  c [N]  go on with job N\r\n  i [N]  interrupt it\r\n  k [N]  kill it\r\n  j      list the jobs\r\n"
                    + "  s      start another shell\r\n  q      quit\r\n")
            askMenu()
        default:
            terminal.write("?\r\n")
            askMenu()
        }
    }

    /// Goes on with a job: shows what it printed meanwhile, and its prompt.
    func connect(to next: ConsoleJob) {
        job = next
        phase = .idle
        if job.entered != nil {
            phase = .submitted
        } else if job.isRead {
            edit()
        }
        for event in job.takeKept() where job === next { handle(event) }
    }
}
