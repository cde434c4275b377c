import LineEditor
import TerminalCanvas

/// What is typed below the screen, and what a person should see meanwhile.
extension DashboardModel {
    func drawPrompt(_ prompt: Prompt, _ canvas: inout Canvas, _ area: Area) {
        let lines = lines(above: prompt, columns: size.columns - 2)
        for (line, row) in zip(lines, (area.row - lines.count)...) {
            canvas.put(String(repeating: " ", count: size.columns), at: 0, row)
            canvas.put(line.text, at: 1, row, width: size.columns - 2, line.style)
        }
        let window = LineWindow(prompt.editor, columns: size.columns - 1)
        let cursor = 1 + canvas.put(window.before, at: 1, area.row, Style(.plain, .bold))
        let behind = window.behind.isEmpty ? " " : window.behind
        let end = cursor + canvas.put(behind, at: cursor, area.row, Style(.plain, .bold))
        let width = min(size.columns, cursor + 1) - cursor
        canvas.restyle(Area(column: cursor, row: area.row, columns: width, rows: 1)) { _ in Style(.plain, .reverse) }
        let hint = hint(for: prompt)
        let place = size.columns - hint.cellWidth - 1
        if place > end + 1 { canvas.put(hint, at: place, area.row, Style(.muted)) }
    }

    private func hint(for prompt: Prompt) -> String {
        switch prompt.kind {
        case .filter: return "Enter keep, Esc all rows"
        case .node: return "Enter connect, Esc leave"
        case .expression: return prompt.text.isEmpty ? "Enter evaluate, Up the last, Esc leave" : ""
        case .confirmation: return "Enter answer, Esc leave"
        case .command:
            let line = PaletteLine(prompt.text, in: mode)
            guard let only = line.candidates.first, line.isExact || line.candidates.count == 1 else {
                return line.candidates.isEmpty ? "no such command" : "Tab complete, Esc leave"
            }
            return "\(only.usage): \(only.words)"
        }
    }

    /// What is about to be done, and to whom. It has rows of its own: what is typed may be long, and so may a name.
    private func lines(above prompt: Prompt, columns: Int) -> [StyledLine] {
        let refusal = notice.map { StyledLine.paragraph("", $0, columns: columns, Style(.warning, .bold)) } ?? []
        return refusal.prefix(Self.mostLines) + subject(of: prompt, columns: columns)
    }

    /// Above a prompt there are no more lines than this of a kind: the list is to be seen as well.
    private static let mostLines = 4

    /// The names of the commands that a line may become.
    private static func names(_ candidates: [PaletteCommand], columns: Int) -> [StyledLine] {
        let lines = StyledLine.paragraph(
            "", candidates.map(\.name).joined(separator: "  "), columns: columns, Style(.muted))
        guard lines.count > mostLines else { return lines }
        return lines.prefix(mostLines - 1) + [StyledLine("...", Style(.muted))]
    }

    private func subject(of prompt: Prompt, columns: Int) -> [StyledLine] {
        switch prompt.kind {
        case .filter, .node: return []
        case .expression(let nodes): return [Self.line("eval on ", nodes, columns: columns)]
        case .confirmation(let action):
            let asked = StyledLine(action.words(columns: columns - 1) + "?", Style(.plain, .bold))
            return [asked]
                + StyledLine.paragraph("", action.warning, columns: columns, Style(.warning, .bold))
        case .command(let aim):
            let line = PaletteLine(prompt.text, in: mode)
            guard line.isExact, let command = line.candidates.first else {
                return Self.names(line.candidates, columns: columns)
            }
            switch command.action {
            case .evaluate where !aim.evaluated.isEmpty:
                return [Self.line("eval on ", aim.evaluated, columns: columns)]
            case .trace where !aim.marked.isEmpty && !isTracing:
                return [Self.line("trace on ", aim.marked, columns: columns)]
            default: break
            }
            guard command.argument == .node, line.argument.isEmpty else { return [] }
            if let pair = aim.pair, [.examine, .disconnect].contains(command.action) {
                let action = command.action == .examine ? NodeAction.dial(pair) : .disconnect(pair)
                return [StyledLine(action.words(columns: columns), Style(.plain, .bold))]
            }
            return aim.subject.map { [Self.line("\(command.name) ", [$0], columns: columns)] } ?? []
        }
    }

    /// Names nodes as far as there is room.
    private static func line(_ words: String, _ nodes: [String], columns: Int) -> StyledLine {
        let style = Style(.plain, .bold)
        let room = columns - words.cellWidth
        guard nodes.count > 1 else {
            return StyledLine(words + safe(nodes.first ?? "").cutInTheMiddle(columns: room), style)
        }
        let named = "\(nodes.count) nodes: " + nodes.map { safe($0) }.joined(separator: ", ")
        let isLong = named.cellWidth > room
        return StyledLine(words + (isLong ? named.prefix(columns: room - 4) + " ..." : named[...]), style)
    }
}
