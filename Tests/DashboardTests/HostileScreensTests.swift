import ClusterAdmin
import Diagnosis
import TerminalCanvas
import Testing

@testable import Dashboard

/// Whatever nodes, files and peers say, on every screen: no cell acts on a terminal, and the frame stays where it is.
@Suite struct HostileScreensTests {
    private static let texts = [
        "\u{1B}[2J\u{1B}[31m\u{1B}]52;c;ZXZpbA==\u{7}", "\u{9B}2J\u{90}q\u{9C}", "\u{202E}evil\u{2066}\u{200F}",
        "\u{200B}\u{2060}\u{FEFF}\u{FE0F}\u{E0041}\u{AD}", "a\r\nb\u{8}\u{B}\u{2028}\u{85}c\t",
        String(repeating: "w", count: 2_000), String(repeating: "字", count: 1_000),
        "a" + String(repeating: "\u{301}", count: 300), String(repeating: "\u{301}", count: 300),
        "👩‍👩‍👧‍👦🇩🇪👍🏽", "क्षि각", "\u{10FFFF}\u{E000}\u{FFFE}", "%s%n\\e[0m", "",
    ]
    private static let sizes = [(80, 24), (40, 10), (60, 20), (160, 50)]

    private func expectFrame(_ model: DashboardModel, _ clean: DashboardModel, _ place: String) {
        let canvas = model.view()
        #expect(canvas.columns == model.size.columns && canvas.rows == model.size.rows, "\(place)")
        for row in 0..<canvas.rows {
            // Each row takes all columns and not one more.
            let width = (0..<canvas.columns).reduce(0) { $0 + canvas[column: $1, row: row].width }
            #expect(width == canvas.columns, "\(place), row \(row): \(canvas.line(row))")
        }
        for cell in canvas.cells {
            let scalars = cell.text.unicodeScalars
            #expect(scalars.count <= 1 + CanvasCell.marksLimit, "\(place)")
            let acts = scalars.contains {
                [.control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned]
                    .contains($0.properties.generalCategory)
            }
            #expect(!acts, "\(place): \(cell.text.debugDescription)")
        }
        if model.screen != .picker {
            #expect(canvas.line(1) == clean.view().line(1), "\(place)")
            #expect(canvas.line(0).hasSuffix("LIVE"), "\(place): \(canvas.line(0))")
        }
    }

    @Test(arguments: FullModel.screens) func everyScreen(_ screen: Screen) {
        for (columns, rows) in Self.sizes {
            let clean = FullModel("app").model(screen, columns, rows)
            for text in Self.texts {
                let full = FullModel(text)
                var model = full.model(screen, columns, rows)
                let place = "\(screen) \(columns)x\(rows) \(text.prefix(12).debugDescription)"
                expectFrame(model, clean, place)
                let names = model.names
                // Each row's pane, and the pane to its end.
                for _ in names.prefix(6) {
                    expectFrame(model, clean, place)
                    model.press(.down)
                }
                model.press(.home, .tab, .end)
                expectFrame(model, clean, "\(place), pane")
            }
        }
    }

    /// What is asked below the screen holds such names as well, and what is copied is text.
    @Test(arguments: texts) func everyPromptAndNotice(_ text: String) {
        let clean = FullModel("app").model(.members)
        let full = FullModel(text)
        func expectLast(_ model: DashboardModel, _ place: String) { expectFrame(model, clean, place) }
        for key in ["e", "/", ":", "x", "?", "y", "d"] as [String] {
            var model = full.model(.members)
            let effects = model.press(.text(key))
            expectLast(model, key)
            for case .copy(let copied) in effects {
                let acts = copied.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control }
                #expect(!acts)
            }
            model.press(.paste(text), .paste(text))
            expectLast(model, "\(key), pasted")
        }
        var asked = full.model(.members)
        asked.overlay = .prompt(Prompt(.confirmation(.control(.stop, full.node))))
        expectLast(asked, "confirmation")
        var told = full.model(.members)
        _ = told.update(.notice(text))
        expectLast(told, "notice")
        _ = told.update(.key(.down))
        _ = told.update(.awaiting([full.node, text, text, text]))
        expectLast(told, "awaiting")
    }
}
