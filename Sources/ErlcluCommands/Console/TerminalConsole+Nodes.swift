import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import LineEditor
import Presentation
import TerminalCanvas

/// Shells come and go, on one node or on several; each node has a link of its own.
extension TerminalConsole {
    /// Opens a shell for a job, which has the terminal meanwhile.
    func open(_ new: ConsoleJob) {
        let before = job
        job = new
        phase = .idle
        openings.append(
            LoopActor.begin { [weak self] in await self?.openShell(for: new, before: before) })
    }

    private func openShell(for new: ConsoleJob, before: ConsoleJob) async {
        do throws(NodeFailure) {
            let question = ShellQuestion(new.language) { [weak self, weak new] event in
                guard let self, let new else { return }
                if new === job, !isInMenu { handle(event) } else { handle(event, ofOther: new) }
            }
            let shell = try await new.node.ask(question, until: run.renewedDeadline)
            opened(new, shell)
            shell.start()
        } catch {
            if !Task.isCancelled { failed(new, .node(error), before: before) }
        }
    }

    private func opened(_ new: ConsoleJob, _ shell: NodeShell) {
        hasOpened = true
        named(new.node.node)
        new.shell = shell
        shell.resize(columns: painter.columns, rows: painter.rows)
        jobs.append(new)
    }

    private func failed(_ new: ConsoleJob, _ failure: CommandFailure, before: ConsoleJob) {
        guard hasOpened else {
            initialFailure = failure
            return
        }
        interject { run.explain(failure) }
        guard new === job else { return }
        if !isOpen(before) { return offerAgain(ending: failure.status) }
        job = before
        askMenu()
    }

    /// Ctrl-C while a shell is being opened. Should it come up nevertheless it is one of the jobs.
    func breakOffOpening() {
        terminal.write("\r\n")
        if let other = jobs.last {
            job = other
            askMenu()
        } else if hasOpened {
            offerAgain(ending: .interrupted)
        } else {
            status = .interrupted
        }
    }

    private var isInMenu: Bool {
        if case .menu = phase { true } else { false }
    }

    private func isOpen(_ job: ConsoleJob) -> Bool { jobs.contains { $0 === job } }

    /// Opens another shell.
    /// - Parameter name: of the node; nil: that of the current job.
    func open(_ name: String?, _ language: EvaluationRequest.Language?) {
        do throws(CommandFailure) {
            let number = (jobs.map(\.number).max() ?? 0) + 1
            open(ConsoleJob(number: number, node: try node(name), language: language, isDumb: isDumb))
        } catch {
            terminal.flush()
            run.explain(error)
            askMenu()
        }
    }

    private func node(_ wanted: String?) throws(CommandFailure) -> any Administration {
        guard var name = wanted else { return job.node }
        // A name alone is on the host of the node that one is looking at.
        if !name.contains("@") { name += job.node.node.drop { $0 != "@" } }
        if let known = jobs.first(where: { $0.node.node == name }) { return known.node }
        return try run.open(further: name)
    }

    /// What a shell does while it has not got the terminal.
    private func handle(_ event: NodeShell.Event, ofOther other: ConsoleJob) {
        switch event {
        case .lost(let failure): lose(other.node, failure)
        case .ended(let reason): end(other, reason)
        default: other.keep(event)
        }
    }

    /// A shell has ended. The one that was opened last gets the terminal, unless the menu has it.
    func end(_ ended: ConsoleJob, _ reason: String?) {
        jobs.removeAll { $0 === ended }
        guard ended === job else { return }
        if let reason {
            interject {
                announce("the shell on \(ended.node.node) ended: \(TerminalText.escaped(reason, keepingLines: false))")
            }
        }
        guard let next = jobs.last else {
            status = reason == nil ? .done : .negative
            return
        }
        if isInMenu { job = next } else { connect(to: next) }
    }

    /// The link to a node is lost, and with it every shell there; those on other nodes stay.
    func lose(_ node: any Administration, _ failure: NodeFailure) {
        let gone = jobs.filter { $0.node === node }
        // All its shells report it.
        guard !gone.isEmpty else { return }
        jobs.removeAll { $0.node === node }
        let isCurrent = gone.contains { $0 === job }
        if isCurrent {
            switch phase {
            case .menu, .asking: terminal.write("\r\n")
            case .idle, .editing, .submitted, .lost: leaveLine()
            }
            phase = .idle
        }
        interject {
            run.explain(.node(failure))
            announce("the shell on \(node.node) is gone with the link")
        }
        if isCurrent { offerAgain(ending: ExitStatus(rawValue: failure.code.exitStatus)) }
    }

    /// Prints something in front of what is being typed.
    private func interject(_ body: () -> Void) {
        switch phase {
        case .editing, .submitted: terminal.write(painter.erase())
        case .menu, .asking, .lost: terminal.write("\r\n")
        case .idle: leaveLine()
        }
        terminal.flush()
        body()
        switch phase {
        case .editing, .submitted: paint()
        case .menu(let typed): terminal.write(Self.menuPrompt + TerminalText.escaped(typed, keepingLines: false))
        case .asking: terminal.write("Really? (y/N) ")
        case .lost: terminal.write(Self.offer)
        case .idle: break
        }
    }

    private static let offer = "Connect again? (y/n) "

    private func offerAgain(ending status: ExitStatus) {
        leaveLine()
        queued = []
        tail = OpenLine()
        phase = .lost(ending: status)
        terminal.write(Self.offer)
    }

    func connectAgain(_ key: Key, else ending: ExitStatus) {
        switch key {
        case .text("y"), .text("Y"), .enter:
            terminal.write("yes\r\n")
            open(ConsoleJob(number: job.number, node: job.node, language: job.language, isDumb: isDumb))
        case .text("n"), .text("N"), .text("q"), .control("c"), .control("d"), .control("]"):
            terminal.write("no\r\n")
            if let next = jobs.last { connect(to: next) } else { status = ending }
        default: break
        }
    }
}
