import Presentation
import TerminalCanvas

/// Lists and details, the same on every screen.
extension DashboardModel {
    /// From here on list and detail stand side by side.
    private static let wideColumns = 120
    /// Below this only the list is shown.
    private static let paneRows = 18
    /// What a list keeps of the body, its heads included.
    private static let listRows = 7

    func drawList<S: ListScreen>(_ screen: S.Type, _ canvas: inout Canvas, _ area: Area) {
        let all = S.rows(self)
        let rows = S.listed(all, self)
        if rows.isEmpty, list.filter.isEmpty {
            let lines = S.empty(self, columns: area.columns - 4)
            return draw(
                lines, &canvas, Area(column: 2, row: area.row + 1, columns: area.columns - 2, rows: area.rows - 1))
        }
        let selected = rows.first { $0.name == list.selected }
        func pane(_ columns: Int) -> [StyledLine] { selected.map { S.detail($0, self, columns: columns) } ?? [] }
        if area.columns >= Self.wideColumns {
            let (left, right) = area.split(left: area.columns * 3 / 5)
            let lines = pane(right.columns - 2)
            drawRows(screen, rows, of: all.count, &canvas, lines.isEmpty ? area : left)
            guard !lines.isEmpty else { return }
            drawPane(
                lines, selected?.title ?? "", &canvas,
                Area(column: right.column + 1, row: right.row, columns: right.columns - 1, rows: right.rows))
            return
        }
        // Where there is no room for both, Tab goes from the one to the other.
        if area.rows < Self.paneRows, isPaneFocused, selected != nil {
            return drawPane(pane(area.columns - 2), selected?.title ?? "", &canvas, area)
        }
        let lines = area.rows >= Self.paneRows ? pane(area.columns - 2) : []
        guard !lines.isEmpty else { return drawRows(screen, rows, of: all.count, &canvas, area) }
        let (top, bottom) = area.split(bottom: min(lines.count + 1, area.rows - Self.listRows))
        drawRows(screen, rows, of: all.count, &canvas, top)
        drawPane(lines, selected?.title ?? "", &canvas, bottom)
    }

    // MARK: the list

    private func drawRows<S: ListScreen>(
        _ screen: S.Type, _ rows: [S.Row], of total: Int, _ canvas: inout Canvas, _ area: Area
    ) {
        let columns = S.columns(self)
        drawHead(screen, &canvas, area, "\(rows.count) of \(total)", columns)
        let (heading, body) = area.split(top: 1).1.split(top: 1)
        var window = list
        let range = window.window(of: rows.map(\.name), rows: body.rows)
        let shown = rows[range].map { row in columns.map { Self.safe($0.cell(row).shown) } }
        var widths = columns.indices.map { index in
            ([columns[index].heading.cellWidth] + shown.map { $0[index].cellWidth }).max() ?? 0
        }
        // What is long is cut before a column is left out, and no column takes more than half of the line.
        let most = max(12, area.columns / 2)
        for index in widths.indices { widths[index] = min(widths[index], most) }
        if let last = widths.indices.last { widths[last] = min(widths[last], 24) }
        let kept = Self.fitting(columns, widths, shown, into: area.columns - 2)
        // What is left of the line is the last column's.
        if let last = kept.last { widths[last] = area.columns }
        let line = ListLine(alignments: kept.map { columns[$0].alignment == .right }, widths: kept.map { widths[$0] })
        line.draw(kept.map { columns[$0].heading }, &canvas, heading) { _ in Style(.plain, .bold) }
        for (offset, index) in range.enumerated() {
            let place = Area(column: body.column, row: body.row + offset, columns: body.columns, rows: 1)
            drawRow(rows[index], kept.map { shown[offset][$0] }, kept.map { columns[$0] }, line, &canvas, place)
        }
        if rows.isEmpty {
            for (offset, line) in emptyFilter(columns: area.columns - 4).enumerated().prefix(body.rows) {
                canvas.put(line.text, at: area.column + 2, body.row + offset, line.style)
            }
        }
    }

    /// Before a column is left out that says something, those are that say nothing of anybody.
    private static func fitting<Row: ListRow>(
        _ columns: [Column<Row>], _ widths: [Int], _ shown: [[String]], into width: Int
    ) -> [Int] {
        var columns = columns
        for index in columns.indices where columns[index].dropOrder > 0 && !shown.isEmpty {
            if shown.allSatisfy({ ["", "-"].contains($0[index]) }) { columns[index].dropOrder += 1_000 }
        }
        return Table.fitting(columns, widths, into: width)
    }

    /// Why a filter leaves all rows out.
    private func emptyFilter(columns: Int) -> [StyledLine] {
        var words = "no row is shown: the filter leaves all out"
        if let unknown = list.filter.unknownColumn {
            let names = columnNames.map { $0.heading.lowercased() }.filter { !$0.isEmpty && !$0.contains(" ") }
            words =
                "no row is shown: there is no column \(unknown), and no row has '\(list.filter.text)' as it stands. "
                + "Columns: \(names.joined(separator: ", "))"
        }
        return StyledLine.paragraph("", words, columns: columns, Style(.muted))
    }

    private func drawHead<S: ListScreen>(
        _ screen: S.Type, _ canvas: inout Canvas, _ area: Area, _ count: String,
        _ columns: [Column<S.Row>]
    ) {
        let heading = columns.first { $0.key == list.sortKey }?.heading
        let sort = heading.map { ["sort \($0)\(list.isReversed ? "v" : "^")"] } ?? []
        var phrases = Self.safe(S.head(self)).split(separator: "  ").map(String.init)
        func joined(_ phrases: [String]) -> String { phrases.joined(separator: "  ") }
        var words = joined(sort + phrases + [count])
        // What a person has chosen is known; the beginning of the rest says most.
        if words.cellWidth >= area.columns { words = joined(phrases + [count]) }
        if words.cellWidth >= area.columns { words = joined(phrases) }
        while words.cellWidth >= area.columns, phrases.count > 1 {
            phrases.removeLast()
            words = joined(phrases)
        }
        if !list.filter.isEmpty {
            canvas.put("/\(Self.safe(list.filter.text))", at: area.column, area.row, Style(.accent))
        }
        canvas.put(
            words, at: max(area.column, area.column + area.columns - words.cellWidth - 1), area.row,
            width: area.columns, Style(.muted))
    }

    private func drawRow<Row: ListRow>(
        _ row: Row, _ texts: [String], _ columns: [Column<Row>], _ line: ListLine, _ canvas: inout Canvas, _ area: Area
    ) {
        let isSelected = row.name == list.selected
        let isNews = row.isNews
        line.draw(texts, &canvas, area) { index in
            let role = columns[index].role(row)
            var style = Style(Style.Role(role))
            if role == .failure || role == .warning { style.attributes.insert(.underline) }
            if isNews { style.attributes.insert(.bold) }
            return style
        }
        canvas.put(
            row.needsAttention ? "!" : isSelected ? ">" : " ", at: area.column, area.row,
            Style(row.needsAttention ? .failure : .plain))
        if list.marked.contains(row.name) {
            canvas.put("*", at: area.column + 1, area.row, Style(.accent))
        } else if isSelected, row.needsAttention {
            // The mark of the selection does not depend on how it is drawn.
            canvas.put(">", at: area.column + 1, area.row)
        }
        if isSelected { canvas.restyle(area) { $0.adding(.reverse) } }
    }

    // MARK: the selected row

    private func drawPane(_ lines: [StyledLine], _ title: String, _ canvas: inout Canvas, _ area: Area) {
        guard area.rows > 1 else { return }
        canvas.rule(isASCII ? "-" : "─", at: area.column, area.row, count: area.columns, Style(.muted))
        canvas.put(
            " \(Self.safe(title)) ", at: area.column + 2, area.row, width: area.columns - 2,
            Style(.plain, isPaneFocused ? [.bold, .reverse] : .bold))
        let room = area.rows - 1
        let top = min(paneScroll, max(0, lines.count - room))
        let more = lines.count - top - room
        if more > 0 {
            let count = more == 1 ? "1 more line" : "\(more) more lines"
            let words = isPaneFocused ? " \(count) " : " \(count): Tab "
            canvas.put(words, at: area.column + max(2, area.columns - words.count - 2), area.row, Style(.muted))
        }
        draw(
            Array(lines[top...].prefix(room)), &canvas,
            Area(column: area.column + 1, row: area.row + 1, columns: area.columns - 1, rows: room))
    }

    func draw(_ lines: [StyledLine], _ canvas: inout Canvas, _ area: Area) {
        for (offset, line) in lines.prefix(area.rows).enumerated() {
            let label =
                line.label.isEmpty
                ? 0 : canvas.put(line.label, at: area.column, area.row + offset, Style(.plain, .bold)) + 1
            canvas.put(
                line.text, at: area.column + label, area.row + offset, width: area.columns - label, line.style)
        }
    }
}

/// Where the texts of a row stand.
private struct ListLine {
    /// Whether a text stands at the right end of its column.
    var alignments: [Bool]
    var widths: [Int]

    func draw(_ texts: [String], _ canvas: inout Canvas, _ area: Area, _ style: (Int) -> Style) {
        var column = area.column + 2
        let edge = area.column + area.columns
        for (index, text) in texts.enumerated() where column < edge {
            let width = min(widths[index], edge - column)
            let indent = alignments[index] ? max(0, width - text.cellWidth) : 0
            canvas.put(text, at: column + indent, area.row, width: width - indent, style(index))
            column += width + 1
        }
    }
}

extension StyledLine {
    /// A text below a label, broken into lines.
    static func paragraph(_ label: String, _ text: String, columns: Int, _ style: Style = .plain) -> [StyledLine] {
        guard !text.isEmpty else { return [] }
        let indent = label.isEmpty ? 0 : label.cellWidth + 1
        return Table.broken(DashboardModel.safe(text), max(8, columns - indent)).enumerated().map { index, line in
            index == 0 || label.isEmpty
                ? StyledLine(line, style, label: index == 0 ? label : "")
                : StyledLine(String(repeating: " ", count: indent) + line, style)
        }
    }
}

extension Style.Role {
    /// The same meaning as in a table.
    init(_ role: CellRole) {
        switch role {
        case .plain, .changed: self = .plain
        case .good: self = .good
        case .warning: self = .warning
        case .failure: self = .failure
        }
    }
}
