import ClusterAdmin
import TerminalCanvas
import Testing

@testable import Dashboard

/// Every key and every command of the tables on every screen: one that is added is tried as well.
@Suite struct EveryKeyTests {
    private static let modes: [DashboardModel.NodeMode] = [.readWrite, .protected, .readOnly, .recorded]
    private static let sizes = [(80, 24), (40, 10), (30, 8)]

    private func expectFrame(_ model: DashboardModel, _ place: String) {
        let canvas = model.view()
        for row in 0..<canvas.rows {
            let width = (0..<canvas.columns).reduce(0) { $0 + canvas[column: $1, row: row].width }
            #expect(width == canvas.columns, "\(place), row \(row)")
        }
        guard !model.isTooSmall else { return }
        #expect(
            ["LIVE", "PAUSED", "REPLAY", "NOT CONNECTED"].contains { canvas.line(0).contains($0) },
            "\(place): \(canvas.line(0))")
        #expect(model.screen == .picker || canvas.line(1).contains("1"), "\(place): \(canvas.line(1))")
        #expect(!canvas.line(canvas.rows - 1).isEmpty, "\(place)")
    }

    /// Whether it is for the selection to stay.
    private static func keepsSelection(_ action: KeyBinding.Action, _ screen: Screen) -> Bool {
        switch action {
        case .move, .nextTrouble, .mark, .forget: false
        // Another visit begins with its first rung.
        case .examine, .refresh: screen != .doctor
        default: true
        }
    }

    @Test(arguments: FullModel.screens) func keys(_ screen: Screen) {
        for mode in Self.modes where screen.isAvailable(in: mode) {
            for (columns, rows) in Self.sizes {
                let start = FullModel("app").model(screen, columns, rows, mode: mode)
                for binding in KeyBinding.all {
                    for key in binding.keys {
                        var model = start
                        let place = "\(binding.name) on \(screen) \(columns)x\(rows)"
                        let selected = model.lists[screen]?.selected
                        let effects = model.update(.key(key))
                        #expect(!effects.contains(where: Self.needsYes), "\(place): \(effects)")
                        expectFrame(model, place)
                        if Self.keepsSelection(binding.action, screen) {
                            #expect(model.lists[screen]?.selected == selected, "\(place)")
                        }
                        // Whatever it has opened, Ctrl-C leaves a prompt and no more than that.
                        if case .prompt = model.overlay {
                            #expect(model.press(.control("c")) == [], "\(place)")
                            #expect(model.overlay == nil && model.screen == screen, "\(place)")
                        }
                        // Size and time go on.
                        _ = model.update(.resized(ScreenSize(columns: 60, rows: 20)))
                        _ = model.update(.clock(model.now + 60_000_000))
                        expectFrame(model, "\(place), then")
                    }
                }
            }
        }
    }

    private static func needsYes(_ effect: DashboardEffect) -> Bool {
        switch effect {
        case .control, .disconnect, .examinePair: true
        default: false
        }
    }

    @Test(arguments: FullModel.screens) func commands(_ screen: Screen) {
        let full = FullModel("app")
        let arguments = ["", " ", " app@h", " nobody", " 1 + 1.", " \u{1B}[2J"]
        for mode in Self.modes where screen.isAvailable(in: mode) && screen != .picker {
            for command in PaletteCommand.all {
                for argument in arguments {
                    var model = full.model(screen, mode: mode)
                    let selected = model.lists[screen]?.selected
                    model.press(.text(":"), .paste(command.name + argument))
                    let place = ":\(command.name)\(argument) on \(screen)"
                    expectFrame(model, place)
                    model.press(.tab)
                    expectFrame(model, "\(place), completed")
                    let effects = model.press(.enter)
                    expectFrame(model, "\(place), entered")
                    if command.action != .filter {
                        #expect(model.lists[screen]?.selected == selected || model.screen == .doctor, "\(place)")
                    }
                    // A node is ended, a link dropped or made after yes alone.
                    #expect(!effects.contains(where: Self.needsYes), "\(place): \(effects)")
                    if mode == .readOnly { #expect(!effects.contains { $0.changesNode }, "\(place)") }
                }
            }
        }
    }

    @Test func everyKeyHasOneMeaning() {
        let keys = KeyBinding.all.flatMap(\.keys)
        #expect(Set(keys).count == keys.count)
    }

    // MARK: what is typed

    @Test func aPromptIsEditedAsALineOfAConsole() {
        var model = Cluster.live()
        model.press(.text("e"))
        model.type("one two")
        model.press(.control("a"))
        model.type("X ")
        #expect(model.typed == "X one two")
        model.press(.wordRight, .control("w"), .control("e"), .control("y"))
        #expect(model.typed == "X  twoone")
        model.press(.metaBackspace, .metaEnter, .left, .delete)
        #expect(model.typed == "X ")
        #expect(model.press(.control("z")) == [.suspend])
        #expect(model.press(.control("c")) == [] && model.typed == nil)
        #expect(model.press(.control("c")) == [.quit])
    }

    @Test func earlierLinesComeBackAndAreSearched() {
        var model = Cluster.live()
        for line in ["mesh", "eval first.", "eval second."] {
            model.press(.text(":"))
            model.type(line)
            model.press(.enter)
        }
        model.press(.text("1"), .text("e"), .up, .up)
        #expect(model.typed == "first.")
        model.press(.up, .down)
        #expect(model.typed == "second.")
        model.press(.control("c"), .text(":"), .control("r"), .text("f"), .text("i"))
        #expect(model.typed == "eval first.")
        #expect(model.lines[23].contains("(search)`fi': eval first."))
        // The first Escape leaves the search, the second one the prompt.
        model.press(.escape)
        #expect(model.typed == "eval first.")
        model.press(.escape)
        #expect(model.typed == nil)
    }

    @Test func aCompletionKeepsWhatFollows() {
        var model = Cluster.live()
        model.press(.text(":"))
        model.type("do erlclu@10.42.3.10")
        model.press(.control("a"), .right, .right, .tab)
        #expect(model.typed == "doctor  erlclu@10.42.3.10")
    }

    @Test func whatIsTypedHasALimit() {
        var model = Cluster.live()
        model.press(.text("/"), .paste(String(repeating: "x", count: 10_000)), .text("y"))
        #expect(model.typed?.count == Prompt.limit)
        model.press(.control("u"))
        for _ in 0..<3 { model.press(.control("y")) }
        #expect(model.typed?.count == Prompt.limit)
        model.press(.control("u"), .paste("a" + String(repeating: "\u{301}", count: 10_000)))
        #expect(model.typed?.unicodeScalars.count == Prompt.limit)
    }

    @Test func theCursorIsSeenWhereItIs() {
        var model = Cluster.live()
        model.press(.text("/"))
        model.type("abc")
        model.press(.left, .left)
        let row = model.size.rows - 1
        let reverse = (0..<80).filter { model.view()[column: $0, row: row].style.attributes.contains(.reverse) }
        #expect(reverse == [3])
        #expect(model.lines[row].hasPrefix(" /abc"))
    }
}
