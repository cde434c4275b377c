/// A canvas as a picture: Scalable Vector Graphics 1.1, text as text, so that it can be searched and stays small.
extension Canvas {
    /// Of a cell, in pixels; what monospaced fonts at 14 pixels have.
    private static let cellWidth = 8.4
    private static let cellHeight = 18
    private static let margin = 10

    /// - Parameter title: what a reader who sees no pictures is given.
    package func svg(title: String) -> String {
        let width = Int((Double(columns) * Self.cellWidth).rounded(.up)) + 2 * Self.margin
        let height = rows * Self.cellHeight + 2 * Self.margin
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img">
            <title>\(Self.escaped(title))</title>
            <style>
            text { font: 14px 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #d4d4d4 }
            .good { fill: #7fc97f } .warning { fill: #e5c07b } .failure { fill: #ff6b68 } .muted { fill: #8a8a8a }
            .accent { fill: #6cb6ff } .bold { font-weight: bold } .underline { text-decoration: underline }
            .reverse { fill: #1e1e1e } .bar { fill: #d4d4d4 }
            </style>
            <rect width="100%" height="100%" rx="6" fill="#1e1e1e"/>

            """
        for row in 0..<rows { text += svg(row) }
        return text + "</svg>\n"
    }

    private func svg(_ row: Int) -> String {
        var text = ""
        let baseline = Self.margin + row * Self.cellHeight + 13
        for run in runs(row) {
            let left = Self.position(run.column)
            let width = Self.position(run.column + run.columns) - left
            if run.style.attributes.contains(.reverse) {
                text += """
                    <rect class="bar" x="\(Self.number(left))" y="\(baseline - 14)" width="\(Self.number(width))" \
                    height="\(Self.cellHeight)"/>

                    """
            }
            let classes = Self.classes(run.style)
            for piece in run.pieces {
                text += """
                    <text x="\(Self.number(Self.position(piece.column)))" y="\(baseline)"\(classes) \
                    textLength="\(Self.number(Double(piece.text.cellWidth) * Self.cellWidth))" \
                    lengthAdjust="spacingAndGlyphs">\(Self.escaped(piece.text))</text>

                    """
            }
        }
        return text
    }

    private struct Run {
        var column: Int
        var columns = 0
        var style: Style
        var text = ""

        /// Without the blanks between columns: not every viewer keeps them.
        var pieces: [(column: Int, text: String)] {
            var pieces: [(column: Int, text: String)] = []
            var here = column
            var blanks = 2
            for character in text {
                if character == " " {
                    blanks += 1
                } else if blanks >= 2 || pieces.isEmpty {
                    pieces.append((here, String(character)))
                    blanks = 0
                } else {
                    pieces[pieces.count - 1].text += String(repeating: " ", count: blanks) + String(character)
                    blanks = 0
                }
                here += CellWidth.of(character)
            }
            return pieces
        }
    }

    /// Cells of one style, blanks at the end of the row left out.
    private func runs(_ row: Int) -> [Run] {
        var runs: [Run] = []
        for column in 0..<columns {
            let cell = self[column: column, row: row]
            if runs.last?.style != cell.style { runs.append(Run(column: column, style: cell.style)) }
            runs[runs.count - 1].text += cell.text
            runs[runs.count - 1].columns += 1
        }
        if let last = runs.last, !last.style.attributes.contains(.reverse), last.text.allSatisfy({ $0 == " " }) {
            runs.removeLast()
        }
        return runs
    }

    private static func classes(_ style: Style) -> String {
        var classes: [String] = []
        switch style.role {
        case .plain: break
        case .good: classes.append("good")
        case .warning: classes.append("warning")
        case .failure: classes.append("failure")
        case .muted: classes.append("muted")
        case .accent: classes.append("accent")
        }
        if style.attributes.contains(.bold) { classes.append("bold") }
        if style.attributes.contains(.underline) { classes.append("underline") }
        // The colour of the bar counts.
        if style.attributes.contains(.reverse) { classes = classes.filter { $0 == "bold" } + ["reverse"] }
        return classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
    }

    private static func position(_ column: Int) -> Double { Double(margin) + Double(column) * cellWidth }

    /// One decimal is less than anybody sees.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
        return result
    }
}
