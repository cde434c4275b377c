import ClusterAdmin
import LineEditor
import Presentation
import TerminalCanvas

/// Ctrl-G: the job menu, after that of `erl`.
extension TerminalConsole {
    func openMenu() {
        leaveLine()
        askMenu()
    }

    static let menuPrompt = "Job command (h for help)\r\n --> "

    func askMenu() {
        phase = .menu("")
        terminal.write(Self.menuPrompt)
    }

    func type(_ key: Key, behind typed: String) {
        switch key {
        case .text(let text):
            guard typed.count + text.count <= 400 else { return }
            terminal.write(TerminalText.escaped(text, keepingLines: false))
            phase = .menu(typed + text)
        case .backspace:
            guard !typed.isEmpty else { return }
            terminal.write("\u{8} \u{8}")
            phase = .menu(String(typed.dropLast()))
        case .enter:
            terminal.write("\r\n")
            obey(typed)
        case .control("c"), .control("g"), .escape:
            terminal.write("\r\n")
            connect(to: job)
        case .control("d"), .control("]"): status = .done
        default: break
        }
    }

    private func obey(_ text: String) {
        switch JobCommand(text) {
        case .back: connect(to: job)
        case .connect(let number): with(number) { connect(to: $0) }
        case .interrupt(let number):
            with(number) {
                if $0 === job {
                    connect(to: job)
                    return interrupt()
                }
                if $0.shell?.interrupt() == true { announce(Self.bindingsLost) }
                askMenu()
            }
        case .kill(let number):
            with(number) {
                $0.shell?.kill()
                if $0 === job { phase = .idle } else { askMenu() }
            }
        case .list:
            for listed in jobs {
                let name = TerminalText.escaped(listed.description, keepingLines: false)
                terminal.write("  \(listed.number)\(listed === job ? "*" : " ") \(name)\r\n")
            }
            askMenu()
        case .start(let node, let language): open(node, language)
        case .quit: status = .done
        case .help:
            terminal.write(JobCommand.overview)
            askMenu()
        case .unknown:
            terminal.write("?\r\n")
            askMenu()
        }
    }

    private func with(_ number: Int?, _ body: (ConsoleJob) -> Void) {
        guard let number else { return body(job) }
        if let named = jobs.first(where: { $0.number == number }) { return body(named) }
        terminal.write("there is no job \(number)\r\n")
        askMenu()
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
