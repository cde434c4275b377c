import ClusterAdmin
import LineEditor

/// Tab: what the node says could follow.
extension TerminalConsole {
    func complete(_ before: String) {
        shell?.expand(before) { [weak self] expansion in
            // What was typed meanwhile it does not fit to.
            guard let self, case .editing = phase, !editor.isSecret, editor.beforeCursor == before else { return }
            if !expansion.addition.isEmpty { editor.insert(expansion.addition) } else { list(expansion, of: before) }
            paint()
        }
    }

    private func list(_ expansion: ShellExpansion, of before: String) {
        let lines = CandidateList.lines(expansion, columns: painter.columns, isDumb: isDumb)
        // One that has run over the screen is not printed again by each Tab.
        if lines.isEmpty || listed == before && lines.count >= painter.rows { return terminal.write("\u{7}") }
        listed = before
        leaveLine()
        for line in lines { terminal.write(line + "\r\n") }
    }
}
