import ClusterAdmin
import Diagnosis
import Presentation
import TerminalCanvas

/// The list of members, and the selected one in detail below it or beside it.
extension DashboardModel {
    /// From here on list and detail stand side by side.
    private static let wideColumns = 120
    /// Below this only the list is shown.
    private static let paneRows = 18

    func drawMembers(_ canvas: inout Canvas, _ area: Area) {
        if picture.seen == nil { return drawBeginning(&canvas, area) }
        if area.columns >= Self.wideColumns {
            let (list, detail) = area.split(left: area.columns * 2 / 3)
            drawList(&canvas, list)
            drawDetail(
                &canvas,
                Area(column: detail.column + 1, row: detail.row, columns: detail.columns - 1, rows: detail.rows))
        } else if area.rows >= Self.paneRows, !detailLines.isEmpty {
            let (list, detail) = area.split(bottom: detailLines.count + 1)
            drawList(&canvas, list)
            drawDetail(&canvas, detail)
        } else {
            drawList(&canvas, area)
        }
    }

    /// Nothing is known yet: what is being tried, and what came of it.
    private func drawBeginning(_ canvas: inout Canvas, _ area: Area) {
        canvas.put("asking \(Self.safe(entry)) for the members of its cluster", at: 2, area.row + 1)
        guard case .lost(let failure) = link else { return }
        canvas.put("\(failure.code.rawValue) at \(failure.stage.rawValue)", at: 2, area.row + 3, Style(.failure, .bold))
        var row = area.row + 4
        for (name, text) in [("WHY", failure.message), ("FIX", failure.remedy.text(means))] where !text.isEmpty {
            guard row < area.row + area.rows else { break }
            canvas.put(name, at: 2, row, Style(.plain, .bold))
            for line in Table.broken(Self.safe(text), area.columns - 8) where row < area.row + area.rows {
                canvas.put(line, at: 6, row)
                row += 1
            }
        }
    }

    // MARK: the list

    private func drawList(_ canvas: inout Canvas, _ area: Area) {
        let rows = self.rows
        drawListHead(&canvas, area, count: rows.count)
        let columns = MemberRow.columns
        let shown = rows.map { row in columns.map { Self.safe($0.cell(row).shown) } }
        var widths = columns.indices.map { index in
            ([columns[index].heading.cellWidth] + shown.map { $0[index].cellWidth }).max() ?? 0
        }
        // What is long is cut before a column is left out.
        if let last = widths.indices.last { widths[last] = min(widths[last], 24) }
        let kept = Table.fitting(columns, widths, into: area.columns - 2)
        var window = list
        let (heading, body) = area.split(top: 1).1.split(top: 1)
        drawLine(&canvas, heading, kept.map { columns[$0].heading }, kept, widths) { _ in Style(.plain, .bold) }
        let range = window.window(of: rows.map(\.member.node), rows: body.rows)
        for (offset, index) in range.enumerated() {
            drawRow(
                &canvas, Area(column: body.column, row: body.row + offset, columns: body.columns, rows: 1),
                rows[index], kept.map { shown[index][$0] }, kept, widths)
        }
        if rows.isEmpty {
            canvas.put("no member is shown: the filter leaves all out", at: area.column + 2, body.row, Style(.muted))
        }
    }

    private func drawListHead(_ canvas: inout Canvas, _ area: Area, count: Int) {
        let heading = MemberRow.columns.first { $0.key == list.sortKey }?.heading ?? ""
        let arrow = list.isReversed ? "v" : "^"
        let words = "sort \(heading)\(arrow)  view \(Self.safe(entry))  \(count) of \(picture.members.count)"
        if !list.filter.isEmpty {
            canvas.put("/\(Self.safe(list.filter.text))", at: area.column, area.row, Style(.accent))
        }
        let width = words.cellWidth
        canvas.put(
            words, at: max(area.column, area.column + area.columns - width - 1), area.row, width: area.columns,
            Style(.muted))
    }

    private func drawRow(
        _ canvas: inout Canvas, _ area: Area, _ row: MemberRow, _ texts: [String], _ kept: [Int], _ widths: [Int]
    ) {
        let isSelected = row.member.node == list.selected
        let columns = MemberRow.columns
        drawLine(&canvas, area, texts, kept, widths) { index in
            let role = columns[kept[index]].role(row)
            var style = Style(Style.Role(role))
            if role == .failure || role == .warning { style.attributes.insert(.underline) }
            if row.isNews { style.attributes.insert(.bold) }
            return style
        }
        canvas.put(
            row.needsAttention ? "!" : isSelected ? ">" : " ", at: area.column, area.row,
            Style(row.needsAttention ? .failure : .plain))
        if list.marked.contains(row.member.node) { canvas.put("*", at: area.column + 1, area.row, Style(.accent)) }
        if isSelected {
            canvas.restyle(area) { $0.adding(.reverse) }
        }
    }

    private func drawLine(
        _ canvas: inout Canvas, _ area: Area, _ texts: [String], _ kept: [Int], _ widths: [Int],
        _ style: (Int) -> Style
    ) {
        var column = area.column + 2
        let edge = area.column + area.columns
        for (index, text) in texts.enumerated() where column < edge {
            let width = min(widths[kept[index]], edge - column)
            let isRight = MemberRow.columns[kept[index]].alignment == .right
            let indent = isRight ? max(0, width - text.cellWidth) : 0
            canvas.put(text, at: column + indent, area.row, width: width - indent, style(index))
            column += width + 1
        }
    }

    // MARK: the selected one

    private func drawDetail(_ canvas: inout Canvas, _ area: Area) {
        guard area.rows > 1, let row = selectedRow else { return }
        let title = " \(Self.safe(row.member.node)) "
        canvas.rule(isASCII ? "-" : "─", at: area.column, area.row, count: area.columns, Style(.muted))
        canvas.put(title, at: area.column + 2, area.row, width: area.columns - 2, Style(.plain, .bold))
        for (offset, line) in detailLines.prefix(area.rows - 1).enumerated() {
            canvas.put(line, at: area.column + 1, area.row + 1 + offset, width: area.columns - 1)
        }
    }

    /// What is known of the selected node, a few facts a line.
    private var detailLines: [String] {
        guard let member = selectedRow?.member else { return [] }
        var lines: [String] = []
        var facts: [String] = []
        func fact(_ name: String, _ cell: Cell) { if cell != .absent { facts.append("\(name) \(cell.shown)") } }
        func endLine() {
            if !facts.isEmpty { lines.append(Self.safe(facts.joined(separator: "  "))) }
            facts = []
        }
        fact("addr", Cell(text: member.address))
        fact("via", Cell(text: member.transport))
        fact("kind", Cell(text: member.kind?.rawValue))
        if let days = member.certificateDays {
            facts.append(days < 0 ? "cert expired \(-days)d ago" : "cert \(days)d left")
        }
        endLine()
        fact("procs", Cell(integer: member.processes))
        fact("mem", member.memoryBytes.map { .bytes($0) } ?? .absent)
        fact("runq", Cell(integer: member.runQueue))
        fact("up", member.uptimeSeconds.map { .seconds($0) } ?? .absent)
        fact("otp", Cell(text: member.otpRelease))
        endLine()
        if let silence = member.silence {
            lines.append("WHY \(Self.safe(silence.code.rawValue)): \(Self.safe(silence.message))")
            if !silence.remedy.isEmpty { lines.append("FIX \(Self.safe(silence.remedy.text(means)))") }
        } else if let remark = member.remark {
            lines.append(Self.safe(remark))
        }
        return lines
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
