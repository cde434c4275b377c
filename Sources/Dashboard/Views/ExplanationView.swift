import Diagnosis
import TerminalCanvas

/// What a failure code means, as `explain` has it.
extension DashboardModel {
    func drawExplanation(of code: FailureCode, _ canvas: inout Canvas, _ area: Area) {
        let lines = Self.lines(of: code, columns: area.columns - 4, means)
        let top = min(paneScroll, max(0, lines.count - area.rows))
        draw(
            Array(lines[top...].prefix(area.rows)), &canvas,
            Area(column: area.column + 2, row: area.row, columns: area.columns - 2, rows: area.rows))
    }

    private static func lines(
        of code: FailureCode, columns: Int, _ means: (Remedy.Means) -> String
    ) -> [StyledLine] {
        let page = code.page
        func part(_ title: String, _ texts: [String]) -> [StyledLine] {
            [StyledLine(""), StyledLine(title, Style(.plain, .bold))]
                + texts.flatMap { StyledLine.paragraph("", $0, columns: columns) }
        }
        return StyledLine.paragraph("", code.rawValue, columns: columns, Style(.failure, .bold))
            + StyledLine.paragraph("", page.meaning, columns: columns)
            + part("Recognised by", [page.recognition]) + part("The message contains", [page.facts])
            + part("Likely causes", page.causes.map { "- \($0)" }) + part("Remedy", [page.remedy.text(means)])
    }
}
