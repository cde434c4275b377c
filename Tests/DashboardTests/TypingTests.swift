import ClusterAdmin
import Diagnosis
import TerminalCanvas
import Testing

@testable import Dashboard

/// What is typed ahead, or pasted, into a prompt that says no.
@Suite struct TypingTests {
    private func keys(_ text: String) -> [Key] {
        text.map { $0 == "\n" ? .enter : .text(String($0)) }
    }

    /// The line stays, and what is typed on is text.
    @Test(arguments: ["stop nobody", "nosuch", "s", "connect a b", "mesh now", "context", "explain E-NOTHING"])
    func aRefusedCommandStaysToBeEdited(_ command: String) {
        var model = Cluster.live()
        model.press(.text(":"))
        model.type(command)
        #expect(model.press(.enter) == [])
        #expect(model.typed == command && model.notice != nil)
        // The reason stands above the line.
        let reason = model.notice?.prefix(20) ?? ""
        #expect(model.lines.contains { $0.contains(reason) }, "\(model.lines)")
        model.type("yes")
        #expect(model.press(.enter) == [] && model.typed == command + "yes")
        model.press(.escape)
        #expect(model.typed == nil && model.screen == .members)
    }

    @Test func aNodeNameThatIsNoneStays() {
        var model = Cluster.model(mode: .unconnected)
        _ = model.update(.choices([]))
        model.press(.enter)
        model.type(":help")
        #expect(model.press(.enter) == [] && model.typed == ":help")
        #expect(model.notice?.contains("is no node name") == true)
        model.press(.control("u"))
        model.type("a@b")
        #expect(model.press(.enter) == [.connect(.node("a@b"))] && model.typed == nil)
    }

    /// Lines of a paste are one after the other no keys.
    @Test(arguments: [
        "stop nobody\nyes\ne1.\n", "nosuch\nQ", "mesh\nQ", "eval 1.\nQ", "\nQ", "stop erlclu@10.42.1.18\nyes\n",
    ]) func whatStandsBehindALineIsNoKey(_ text: String) {
        var model = Cluster.live()
        model.press(.text(":"))
        let effects = model.update(.burst(keys(text), continues: false))
        #expect(!effects.contains(.quit) && !effects.contains { if case .control = $0 { true } else { false } })
        #expect(effects.count <= 1)
        // What comes right behind it neither, however it was cut.
        #expect(model.update(.burst(keys("yes\nQ"), continues: true)) == [])
        // A person goes on later.
        model.press(.control("c"))
        #expect(model.press(.text("1"), .text("Q")) == [.quit])
    }

    /// Keys that are pressed fast are keys, as long as no line is entered.
    @Test func fastKeysAreKeys() {
        var model = Cluster.live()
        // A filter is left, and the node opened.
        _ = model.update(.burst(keys("/3.10\n\n"), continues: false))
        #expect(model.screen == .node && model.inspection?.node == "erlclu@10.42.3.10")
        model = Cluster.live()
        // A paste is none.
        _ = model.update(.burst(keys("/" + String(repeating: "x", count: 140) + "\n8"), continues: false))
        #expect(model.screen == .members)
        // What follows is for the shell.
        model = Cluster.live()
        #expect(model.update(.burst(keys("c3"), continues: false)) == [.console(model.list.selected ?? "")])
        #expect(model.screen == .members && !model.isTracing)
        model = Cluster.live()
        #expect(model.update(.burst(keys("8e"), continues: false)) == [])
        #expect(model.screen == .events)
        model.press(.escape)
        _ = model.update(.burst(keys("1:doctor a@b"), continues: false))
        #expect(model.typed == "doctor a@b")
        #expect(model.update(.burst(keys("\n"), continues: false)) == [.examine("a@b")])
    }

    @Test(arguments: ["y", "ye", "yess", "stop", "yes please"]) func aMistypedAnswerIsAskedAgain(_ answer: String) {
        var model = Cluster.live()
        model.press(.text(":"))
        model.type("stop erlclu@10.42.1.18")
        model.press(.enter)
        #expect(model.lines[23].hasPrefix(" yes (the whole word) or no: "))
        model.type(answer)
        #expect(model.press(.enter) == [])
        #expect(model.typed == "" && model.notice == "the whole word yes, or no")
        #expect(model.lines.contains { $0.contains("stop erlclu@10.42.1.18?") })
        model.type("yes")
        #expect(model.press(.enter) == [.control(.stop, "erlclu@10.42.1.18")])
    }

    @Test(arguments: ["", "n", "no", " NO "]) func noIsNo(_ answer: String) {
        var model = Cluster.live()
        model.press(.text(":"))
        model.type("stop erlclu@10.42.1.18")
        model.press(.enter)
        model.type(answer)
        #expect(model.press(.enter) == [] && model.overlay == nil)
        #expect(model.notice == "erlclu@10.42.1.18 is left as it is")
    }

    // MARK: the palette

    @Test func thePaletteNamesAllItsCommands() {
        var model = Cluster.live()
        model.press(.text(":"))
        let shown = model.lines[17..<23].joined(separator: " ")
        for command in PaletteCommand.available(in: model.mode) {
            #expect(shown.contains(command.name), "\(command.name) in \(shown)")
        }
        _ = model.update(.resized(ScreenSize(columns: 40, rows: 10)))
        #expect(model.lines[8].hasPrefix(" ..."))
    }

    @Test func aCodeIsExplained() {
        var model = Cluster.live()
        for word in ["explain E-COOKIE", "explain cookie"] {
            model.press(.text(":"))
            model.type(word)
            model.press(.enter)
            #expect(model.overlay == .explanation(.cookie))
            model.press(.escape)
        }
        // That of the selected row, where there is one.
        model.lists[.members]?.selected = "erlclu@10.42.2.40"
        model.press(.text(":"))
        model.type("explain")
        model.press(.enter)
        #expect(model.overlay == .explanation(Cluster.silence.code))
    }

    @Test func aColumnThatIsNoneIsSaidToBeNone() {
        var model = Cluster.live()
        model.press(.text("/"))
        model.type("zz=qq")
        #expect(model.rows.isEmpty)
        #expect(model.view().text.contains("there is no column zz"))
        #expect(model.view().text.contains("st, node, links"))
        // What stands above a column is a name of it.
        model.press(.escape, .text("/"))
        model.type("cert=11")
        #expect(model.rows.map(\.name) == ["erlclu@10.42.3.10"])
    }
}
