import ClusterAdmin
import Diagnosis
import LineEditor
import TerminalCanvas

/// What is typed below the screen, and what comes of it.
extension DashboardModel {
    mutating func edit(_ prompt: Prompt, _ key: Key) -> [DashboardEffect] {
        var prompt = prompt
        switch key {
        case .escape where !prompt.editor.isSearching: return leave(prompt)
        case .backspace where prompt.text.isEmpty && prompt.kind != .filter: return leave(prompt)
        case .up where prompt.kind == .filter: list.move(by: -1)
        case .down where prompt.kind == .filter: list.move(by: 1)
        default:
            switch prompt.editor.handle(key) {
            case .submit:
                overlay = nil
                let effects = enter(prompt)
                // A line of which nothing came but a sentence stays for whoever corrects it: what is typed on is no key.
                if overlay == nil, notice != nil, effects.isEmpty, !prompt.isAnswered { overlay = .prompt(prompt) }
                return effects
            case .interrupt, .discarded, .leave: return leave(prompt)
            case .complete(let before):
                if prompt.isCommand { prompt.editor.replaceBeforeCursor(with: completed(before)) }
            case .suspend: return [.suspend]
            case .clearScreen: return [.repaint]
            case .menu, .bell, nil: break
            }
        }
        overlay = .prompt(prompt)
        if prompt.kind == .filter { list.filter = RowFilter(prompt.text, columns: columnNames) }
        return []
    }

    private mutating func leave(_ prompt: Prompt) -> [DashboardEffect] {
        overlay = nil
        if prompt.kind == .filter { list.filter = RowFilter("") }
        return []
    }

    private func completed(_ text: String) -> String {
        PaletteLine.completed(text, in: mode, nodes: listedNodes, contexts: contextNames)
    }

    /// Expressions and commands have one history, since eval is both.
    var expressions: History {
        History(entries: history.entries.filter { $0.hasPrefix("eval ") }.map { String($0.dropFirst("eval ".count)) })
    }

    private var contextNames: [String] {
        choices.map { $0.compactMap { if case .context(let name) = $0.target { name } else { nil } } } ?? contexts
    }

    private mutating func enter(_ prompt: Prompt) -> [DashboardEffect] {
        switch prompt.kind {
        case .filter: return []
        case .node: return prompt.text.trimmed.isEmpty ? [] : connect(toNode: prompt.text.trimmed)
        case .expression(let nodes): return evaluate(prompt.text, on: nodes)
        case .command(let aim): return run(prompt.text, aim)
        case .confirmation(let action):
            return answer(prompt, action)
        }
    }

    /// Whoever has mistyped is asked again: the rest of a word is no key.
    private mutating func answer(_ prompt: Prompt, _ action: NodeAction) -> [DashboardEffect] {
        switch prompt.text.trimmed.lowercased() {
        case "yes": return perform(action)
        case "", "n", "no": notice = "\(action.node) is left as it is"
        default:
            _ = ask(action)
            notice = "the whole word yes, or no"
        }
        return []
    }

    private mutating func perform(_ action: NodeAction) -> [DashboardEffect] {
        switch action {
        case .control(let control, let node): [.control(control, node)]
        case .disconnect(let pair): [.disconnect(pair)]
        case .dial(let pair): examine(pair)
        }
    }

    private mutating func evaluate(_ text: String, on nodes: [String]) -> [DashboardEffect] {
        let expression = text.trimmed
        guard !expression.isEmpty, !nodes.isEmpty else { return [] }
        history.add("eval \(expression)")
        evaluations += 1
        for node in nodes {
            results.append(EvaluationResult(number: evaluations, node: node, expression: expression))
        }
        return open(.results) + [.evaluate(number: evaluations, expression: expression, nodes: nodes)]
    }

    // MARK: the palette

    private mutating func run(_ text: String, _ aim: CommandAim) -> [DashboardEffect] {
        guard !text.trimmed.isEmpty else { return [] }
        let line = PaletteLine(text, in: mode)
        guard line.isExact, let command = line.candidates.first else {
            let elsewhere = PaletteLine(text, in: .readWrite)
            if line.candidates.isEmpty, elsewhere.isExact, let command = elsewhere.candidates.first,
                let reason = mode.refusal
            {
                notice = "\(command.name) is not there: \(reason)"
            } else {
                notice =
                    line.candidates.isEmpty
                    ? "no command is called \(text.trimmed)"
                    : "which one? \(line.candidates.map(\.name).joined(separator: ", "))"
            }
            return []
        }
        history.add(text.trimmed)
        return perform(command, line.argument.trimmed, aim)
    }

    private mutating func perform(
        _ command: PaletteCommand, _ argument: String, _ aim: CommandAim
    ) -> [DashboardEffect] {
        var node = aim.subject
        switch command.argument {
        case .none where !argument.isEmpty:
            notice = "\(command.name) takes nothing behind it"
            return []
        case .expression where argument.isEmpty, .context where argument.isEmpty,
            .words where argument.isEmpty && command.action != .filter:
            notice = command.usage
            return []
        case .node where !argument.isEmpty:
            let known = listedNodes
            var meant = known.contains(argument) ? [argument] : known.filter { $0.hasPrefix(argument) }
            // Who only looks may look at any node, whether it has ever joined or not.
            if meant.isEmpty, command.action.takesAnyNode, argument.contains("@"),
                DashboardTarget.isNodeName(argument)
            {
                meant = [argument]
            }
            guard meant.count == 1 else {
                notice =
                    meant.isEmpty
                    ? "no node is listed that is called \(argument)"
                        + (command.action.takesAnyNode ? "; NAME@HOST takes any" : "")
                    : "which one? \(meant.prefix(4).joined(separator: ", "))"
                return []
            }
            node = meant.first
        default: break
        }
        switch command.action {
        case .key(let action): return perform(action)
        case .context: return connect(to: .context(argument))
        case .connect: return connect(toNode: argument)
        case .evaluate:
            guard !aim.evaluated.isEmpty else { return missNodes(aim) }
            return evaluate(argument, on: aim.evaluated)
        case .trace:
            let effects = open(.handshakes, aim)
            return effects + (isTracing ? [] : startTrace(aim))
        case .endTrace:
            if !isTracing { notice = "no trace runs" }
            return isTracing ? [.endTrace] : []
        case .filter:
            list.filter = RowFilter(argument, columns: columnNames)
            return []
        case .explain: return explain(argument)
        case .disconnect where argument.isEmpty && aim.pair != nil:
            return aim.pair.map { ask(.disconnect($0)) } ?? []
        case .examine where argument.isEmpty && aim.pair != nil: return aim.pair.map { askToExamine($0) } ?? []
        case .examine, .inspect, .console, .control, .disconnect:
            guard let node else {
                notice = "no node is selected: \(command.usage)"
                return []
            }
            return perform(command.action, on: node)
        }
    }

    private mutating func perform(_ action: PaletteCommand.Action, on node: String) -> [DashboardEffect] {
        switch action {
        case .examine: return examine(node)
        case .inspect: return inspect(node)
        case .console: return [.console(node)]
        case .control(let control): return ask(.control(control, node))
        case .disconnect:
            guard node != entry else {
                notice = "\(node) is the node that is asked; which of its links? disconnect NODE"
                return []
            }
            return ask(.disconnect(NodePair(from: entry, to: node)))
        default: return []
        }
    }

    /// What a code means: the one that is named, or that of the selected row.
    private mutating func explain(_ name: String) -> [DashboardEffect] {
        if name.isEmpty { return perform(.explain) }
        let word = name.uppercased()
        guard let code = FailureCode.allCases.first(where: { [word, "E-\(word)"].contains($0.rawValue) }) else {
            notice = "no code is called \(name)"
            return []
        }
        overlay = .explanation(code)
        paneScroll = 0
        return []
    }

    mutating func ask(_ action: NodeAction) -> [DashboardEffect] {
        overlay = .prompt(Prompt(.confirmation(action)))
        return []
    }
}

extension String {
    fileprivate var trimmed: String {
        let rest = drop { $0 == " " }
        return String(rest.reversed().drop { $0 == " " }.reversed())
    }
}
