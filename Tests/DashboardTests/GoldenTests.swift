import ErlcluTestSupport
import TerminalCanvas
import Testing

@testable import Dashboard

/// Each screen as cells: at the sizes that matter, in ASCII, with what its cells mean, and in each of its states.
@Suite struct GoldenTests {
    private static let sizes = [(80, 24), (60, 20), (160, 50), (40, 10), (39, 10)]

    @Test(arguments: Scenes.usual.indices) func sizes(index: Int) throws {
        let scene = Scenes.usual[index]
        var sheets: [String] = []
        for (columns, rows) in Self.sizes {
            sheets.append(Self.sheet("\(columns)x\(rows)", try scene.model(columns, rows).view().text))
        }
        expectSnapshot(sheets.joined(), named: "\(scene.name).txt")
    }

    /// Which colour and attributes each cell has; `NcursesScreenTests` shows what terminals make of these.
    @Test(arguments: Scenes.usual.indices) func meanings(index: Int) throws {
        let scene = Scenes.usual[index]
        expectSnapshot(try scene.model().view().meanings, named: "\(scene.name)-meanings.txt")
    }

    @Test(arguments: Scenes.usual.indices) func inASCII(index: Int) throws {
        var model = try Scenes.usual[index].model()
        let whole = model.view()
        model.isASCII = true
        let plain = model.view()
        #expect(plain.text.utf8.allSatisfy { $0 < 0x80 })
        // Only lines are drawn with other characters: nothing moves, and nothing is lost.
        for (one, other) in zip(whole.cells, plain.cells) {
            #expect(one.style == other.style)
            #expect(one.text == other.text || one.text == "─" && other.text == "-", "\(one.text) \(other.text)")
        }
    }

    @Test(arguments: Scenes.states.indices) func states(index: Int) throws {
        let (screen, scenes) = Scenes.states[index]
        let sheets = try scenes.map { Self.sheet($0.name, try $0.model().view().text) }
        expectSnapshot(sheets.joined(), named: "\(screen)-states.txt")
    }

    /// Without colour each trouble has a word or a sign: what is drawn as a failure is underlined, or bold, or its row has
    /// an exclamation mark.
    @Test func monochromeIsComplete() throws {
        for scene in Scenes.usual + Scenes.states.flatMap(\.1) {
            let canvas = try scene.model().view()
            for row in 1..<canvas.rows {
                let line = canvas.line(row)
                for column in 0..<canvas.columns where canvas[column: column, row: row].style.role == .failure {
                    let cell = canvas[column: column, row: row]
                    #expect(
                        cell.text == " " || !cell.style.attributes.isEmpty || line.hasPrefix("!")
                            || line.contains("E-"),
                        "\(scene.name): \(line)")
                }
            }
        }
    }

    private static func sheet(_ title: String, _ text: String) -> String { "== \(title)\n\(text)\n" }
}

extension Canvas {
    /// A letter for each cell that is not plain: g good, w warning, f failure, m muted, a accent; in upper case where it is
    /// bold. Behind each line what is reversed (R) and underlined (U), by columns.
    fileprivate var meanings: String {
        (0..<rows).map { row in
            var letters = ""
            var spans = ""
            for column in 0..<columns {
                let style = self[column: column, row: row].style
                let letter = Self.letter(style.role)
                letters += style.attributes.contains(.bold) ? letter.uppercased() : letter
            }
            for (attribute, sign) in [(Style.Attributes.reverse, "R"), (.underline, "U")] {
                spans += self.spans(row) { $0.attributes.contains(attribute) }.map {
                    " \(sign)\($0.lowerBound)-\($0.upperBound - 1)"
                }.joined()
            }
            while letters.last == "." { letters.removeLast() }
            return letters + spans + "\n"
        }.joined()
    }

    private static func letter(_ role: Style.Role) -> String {
        switch role {
        case .plain: "."
        case .good: "g"
        case .warning: "w"
        case .failure: "f"
        case .muted: "m"
        case .accent: "a"
        }
    }

    private func spans(_ row: Int, _ isIn: (Style) -> Bool) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        for column in 0..<columns where isIn(self[column: column, row: row].style) {
            if spans.last?.upperBound == column {
                spans[spans.count - 1] = spans[spans.count - 1].lowerBound..<column + 1
            } else {
                spans.append(column..<column + 1)
            }
        }
        return spans
    }
}
