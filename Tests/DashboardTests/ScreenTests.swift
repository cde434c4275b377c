import ClusterAdmin
import ErlcluTestSupport
import TerminalCanvas
import Testing

@testable import Dashboard

/// What is on the screen, cell by cell.
@Suite struct ScreenTests {
    @Test func inAReadOnlyContext() {
        var model = Cluster.live(mode: .readOnly)
        #expect(!model.view().text.contains("onsole"))
        #expect(model.lines[0].contains("read-only"))
        #expect(model.press(.text("c")) == [])
    }

    @Test func help() {
        var model = Cluster.live()
        model.press(.text("?"))
        #expect(model.view().text.contains("one row up"))
        model.press(.escape)
        #expect(model.view() == Cluster.live().view())
    }

    /// What is urgent stands in a narrow frame as well, and a column that says nothing of anybody is left out before one
    /// that does.
    @Test func aNarrowFrameShowsWhatIsUrgent() {
        var model = Cluster.mesh()
        model.press(.text("3"), .text("1"))
        _ = model.update(.resized(ScreenSize(columns: 60, rows: 20)))
        #expect(model.lines[0].contains("mesh !") && model.lines[0].contains("TRACE"), "\(model.lines[0])")
        var members = Cluster.members
        for index in members.indices { members[index].certificateDays = nil }
        var plain = Cluster.model(60, 20)
        _ = plain.update(.members(members))
        #expect(!plain.lines[3].contains("CERT") && plain.lines[3].contains("RTT"), "\(plain.lines[3])")
    }

    /// Whom a look waits for stands in the head of the list: the keys stay where they are.
    @Test func whoIsWaitedForCoversNoKeys() {
        var model = Cluster.live()
        let keys = model.lines[23]
        _ = model.update(.awaiting(["erlclu@10.42.2.40"]))
        #expect(model.lines[23] == keys && model.lines[2].contains("waiting for erlclu@10.42.2.40"))
    }

    @Test func theLastGoodListStaysWhenTheEntryIsLost() {
        var model = Cluster.live()
        let before = model.rows.map(\.member.node)
        _ = model.update(.interrupted(Cluster.silence))
        #expect(model.lines[0].hasSuffix("seen 1m05s ago  STALE"))
        #expect(model.lines[22].contains("E-TIMEOUT"))
        // The keys stay where they are.
        #expect(model.lines[23].contains("?help"))
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
