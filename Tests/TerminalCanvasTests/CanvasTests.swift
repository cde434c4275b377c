import TerminalCanvas
import Testing

@Suite struct CanvasTests {
    private func canvas(_ columns: Int, _ rows: Int, isASCII: Bool = false) -> Canvas {
        Canvas(ScreenSize(columns: columns, rows: rows), isASCII: isASCII)
    }

    @Test func textStaysWithinItsWidth() {
        var canvas = canvas(10, 2)
        #expect(canvas.put("abcdef", at: 2, 0, width: 3) == 3)
        #expect(canvas.put("abcdef", at: 8, 1) == 2)
        #expect(canvas.text == "  abc\n        ab\n")
    }

    @Test(arguments: [(-1, 0), (0, -1), (10, 0), (0, 2), (3, 5)]) func outsideOfItNothingIsDrawn(column: Int, row: Int)
    {
        var canvas = canvas(10, 2)
        #expect(canvas.put("abc", at: column, row) == 0)
        #expect(canvas.text == "\n\n")
    }

    @Test func aWideCharacterIsTakenWholeOrLeftOut() {
        var canvas = canvas(5, 2)
        #expect(canvas.put("日本語", at: 0, 0) == 4)
        #expect(canvas.line(0) == "日本")
    }

    @Test func noHalfOfAWideCharacterIsLeft() {
        var canvas = canvas(8, 2)
        canvas.put("日本語", at: 0, 0)
        canvas.put("x", at: 1, 0)
        canvas.put("y", at: 4, 0)
        #expect(canvas.line(0) == " x本y")
        var other = self.canvas(8, 2)
        other.put("abcd", at: 0, 0)
        other.put("日", at: 1, 0)
        #expect(other.line(0) == "a日d")
    }

    @Test(arguments: [
        "\u{1B}[2J", "a\u{9B}31m", "\u{202E}abc", "\u{2066}x", "a\u{200B}b", "\u{7F}", "\r\n", "\u{FEFF}", "\u{E000}",
        "a\tb", "\u{2028}",
    ]) func nothingIsDrawnThatATerminalActsOn(_ text: String) {
        var canvas = canvas(10, 2)
        canvas.put(text, at: 0, 0)
        for cell in canvas.cells {
            for scalar in cell.text.unicodeScalars {
                let category = scalar.properties.generalCategory
                #expect(
                    ![.control, .format, .privateUse, .lineSeparator].contains(category),
                    "\(scalar.escaped(asASCII: true))")
            }
        }
    }

    @Test func marksAreLimited() {
        var canvas = canvas(10, 2)
        #expect(canvas.put("a" + String(repeating: "\u{301}", count: 500) + "b", at: 0, 0) == 2)
        #expect(canvas[column: 0, row: 0].text.unicodeScalars.count == 1 + CanvasCell.marksLimit)
        #expect(canvas[column: 1, row: 0].text == "b")
    }

    @Test func asciiMeansASCII() {
        var canvas = canvas(12, 2, isASCII: true)
        canvas.put("é日─x", at: 0, 0)
        #expect(canvas.line(0) == "???x")
    }

    @Test func anAreaIsSplitAndNeverNegative() {
        let area = Area(column: 2, row: 3, columns: 10, rows: 5)
        #expect(area.split(top: 2).0 == Area(column: 2, row: 3, columns: 10, rows: 2))
        #expect(area.split(top: 2).1 == Area(column: 2, row: 5, columns: 10, rows: 3))
        #expect(area.split(bottom: 9).0.rows == 0)
        #expect(area.split(left: 4).1 == Area(column: 6, row: 3, columns: 6, rows: 5))
        #expect(area.split(top: -1).0.rows == 0)
    }
}
