import ClusterAdmin
import ErlcluTestSupport
import TerminalCanvas
import Testing

@testable import Dashboard

/// What is on the screen, cell by cell.
@Suite struct ScreenTests {
    @Test(arguments: [(80, 24), (60, 20), (160, 50), (40, 10), (39, 10)]) func members(columns: Int, rows: Int) {
        var model = Cluster.live(columns, rows)
        model.press(.down, .text(" "))
        expectSnapshot(model.view().text, named: "members-\(columns)x\(rows).txt")
    }

    @Test func inASCII() {
        let text = Cluster.live(isASCII: true).view().text
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        expectSnapshot(text, named: "members-ascii.txt")
    }

    @Test func inAReadOnlyContext() {
        var model = Cluster.live(mode: .readOnly)
        #expect(!model.view().text.contains("onsole"))
        #expect(model.lines[0].contains("read-only"))
        #expect(model.press(.text("c")) == [])
    }

    @Test func help() {
        var model = Cluster.live()
        model.press(.text("?"))
        expectSnapshot(model.view().text, named: "help.txt")
        model.press(.escape)
        #expect(model.view() == Cluster.live().view())
    }

    @Test func events() {
        var model = Cluster.live()
        model.press(.text("8"))
        expectSnapshot(model.view().text, named: "events.txt")
    }

    @Test func beforeAnythingIsKnown() {
        var model = Cluster.model()
        expectSnapshot(model.view().text, named: "connecting.txt")
        _ = model.update(.interrupted(Cluster.members[4].silence!))
        expectSnapshot(model.view().text, named: "unreached.txt")
    }

    @Test func theLastGoodListStaysWhenTheEntryIsLost() {
        var model = Cluster.live()
        let before = model.rows.map(\.member.node)
        _ = model.update(.interrupted(Cluster.members[4].silence!))
        #expect(model.lines[0].hasSuffix("STALE"))
        #expect(model.lines[23].contains("E-TIMEOUT"))
        #expect(model.rows.map(\.member.node) == before)
        _ = model.update(.resumed(entry: "erlclu@10.42.1.18"))
        #expect(model.lines[0].hasSuffix("LIVE"))
    }

    /// Nothing that a node calls itself leaves its cell, whatever it is made of.
    @Test(arguments: [
        "\u{1B}[2J\u{1B}[31m@x", "\u{202E}evil@x", String(repeating: "w", count: 2000) + "@x",
        "a" + String(repeating: "\u{301}", count: 300) + "@x", "日本語" + String(repeating: "字", count: 90) + "@x",
        "a\nb@x", "\u{200B}\u{2060}@x", "\u{9B}2J@x",
    ]) func hostileNames(_ name: String) {
        for (columns, rows) in [(80, 24), (40, 10), (160, 50)] {
            var model = Cluster.live(columns, rows)
            var members = Cluster.members
            members[1].node = name
            members[2].remark = name
            _ = model.update(.members(members))
            let clean = Cluster.live(columns, rows).view()
            let canvas = model.view()
            // The frame is where it was: status, screens and the last line.
            #expect(canvas.line(1) == clean.line(1))
            #expect(canvas.line(rows - 1) == clean.line(rows - 1))
            for cell in canvas.cells {
                #expect(
                    !cell.text.unicodeScalars.contains { [.control, .format].contains($0.properties.generalCategory) })
            }
        }
    }

    @Test func threeHundredNodesAreOneScreen() {
        var model = Cluster.model()
        _ = model.update(.members((0..<300).map { Cluster.member("n\($0 + 1000)@h") }))
        model.press(.text("G"))
        #expect(model.view().text.contains("n1299@h"))
        #expect(!model.view().text.contains("n1000@h"))
        model.press(.text("g"))
        #expect(model.view().text.contains("n1000@h"))
    }
}
