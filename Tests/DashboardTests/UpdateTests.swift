import ClusterAdmin
import ErlcluTestSupport
import TerminalCanvas
import Testing

@testable import Dashboard

/// What keys and news do to the model.
@Suite struct UpdateTests {
    @Test func theSelectionStaysWithItsNode() {
        var model = Cluster.live()
        model.press(.text("G"), .up)
        let selected = model.list.selected
        var members = Cluster.members
        members.insert(Cluster.member("a@new"), at: 0)
        _ = model.update(.members(members))
        #expect(model.list.selected == selected)
    }

    @Test func aSelectedNodeThatIsGoneGivesItToTheNext() {
        var model = Cluster.live()
        model.press(.down)
        let names = model.rows.map(\.member.node)
        _ = model.update(.members(Cluster.members.filter { $0.node != names[1] }))
        #expect(model.list.selected == names[2])
        _ = model.update(.members([]))
        #expect(model.list.selected == nil)
        _ = model.update(.members(Cluster.members))
        #expect(model.list.selected == names[0])
    }

    @Test func troubleComesFirst() {
        let model = Cluster.live()
        #expect(model.rows.map(\.stateWord) == ["DN", "UR", "UP", "UP", "UP", "HD"])
    }

    @Test(arguments: [
        ("10.42.1", ["erlclu@10.42.1.17", "erlclu@10.42.1.18", "maint@10.42.1.17"]),
        ("!10.42.1", ["erlclu@10.42.2.31", "erlclu@10.42.2.40", "erlclu@10.42.3.10"]),
        ("st=dn", ["erlclu@10.42.2.31"]),
        ("st=U", ["erlclu@10.42.1.17", "erlclu@10.42.1.18", "erlclu@10.42.2.40", "erlclu@10.42.3.10"]),
        ("!st=UP", ["erlclu@10.42.2.31", "erlclu@10.42.2.40", "maint@10.42.1.17"]), ("no=such", []),
        ("", Cluster.members.map(\.node).sorted()),
    ]) func filters(_ text: String, _ shown: [String]) {
        var model = Cluster.live()
        model.press(.text("/"))
        model.type(text)
        #expect(model.rows.map(\.member.node).sorted() == shown)
        model.press(.enter)
        #expect(model.rows.map(\.member.node).sorted() == shown)
        model.press(.escape)
        #expect(model.rows.count == Cluster.members.count)
    }

    @Test func keysOfAFilterAreText() {
        var model = Cluster.live()
        model.press(.text("/"))
        #expect(model.press(.text("Q"), .text("c")) == [])
        #expect(model.list.filter.text == "Qc")
        model.press(.backspace, .backspace)
        #expect(model.list.filter.isEmpty)
        model.press(.escape)
        #expect(model.overlay == nil)
    }

    @Test func sortingGoesThroughTheColumns() {
        var model = Cluster.live()
        model.press(.text("s"))
        #expect(model.rows.map(\.member.node) == Cluster.members.map(\.node).sorted())
        model.press(.text("S"))
        #expect(model.rows.map(\.member.node) == Cluster.members.map(\.node).sorted().reversed())
    }

    /// What is not known comes last, both ways round it stays in the list.
    @Test func certificatesBySoonestEnd() {
        var model = Cluster.live()
        while model.list.sortKey != "certificate_days" { model.press(.text("s")) }
        #expect(model.rows.first?.member.certificateDays == -2)
        #expect(model.rows.last?.member.certificateDays == nil)
    }

    @Test func marksAreKeptByName() {
        var model = Cluster.live()
        let first = model.rows[0].member.node
        model.press(.text(" "), .text(" "))
        #expect(model.list.marked.count == 2 && model.list.marked.contains(first))
        model.press(.text("u"))
        #expect(model.list.marked.isEmpty)
    }

    @Test func aStoppedPictureStays() {
        var model = Cluster.live()
        model.press(.text("p"))
        _ = model.update(.members([Cluster.member("only@one")]))
        #expect(model.rows.count == Cluster.members.count)
        #expect(model.lines[0].hasSuffix("PAUSED"))
        model.press(.text("p"))
        #expect(model.rows.map(\.member.node) == ["only@one"])
    }

    @Test func effects() {
        var model = Cluster.live()
        #expect(model.press(.text("Q")) == [.quit])
        #expect(model.press(.control("c")) == [.quit])
        #expect(model.press(.text("q")) == [.quit])
        #expect(model.press(.escape) == [])
        #expect(model.press(.text("c")) == [.console(model.rows[0].member.node)])
        #expect(model.press(.text("r")) == [.look])
        #expect(model.press(.text("+")) == [.interval(5)])
        #expect(model.press(.text("-"), .text("-")) == [.interval(2), .interval(1)])
        #expect(model.press(.text("-")) == [])
        #expect(model.press(.control("z")) == [.suspend])
        #expect(model.press(.control("l")) == [.repaint])
        #expect(model.press(.text("o")) == [.save(model.view())])
    }

    @Test func qGoesBackBeforeItLeaves() {
        var model = Cluster.live()
        model.press(.text("8"))
        #expect(model.press(.text("q")) == [])
        #expect(model.screen == .members)
        #expect(model.press(.text("q")) == [.quit])
    }

    @Test func everyKeyHasOneMeaning() {
        var seen: Set<Key> = []
        for binding in KeyBinding.all {
            for key in binding.keys { #expect(seen.insert(key).inserted, "\(key)") }
        }
    }

    /// Whatever is pressed, whatever comes, at every size: a screen is drawn.
    @Test(arguments: [1, 2, 3] as [UInt64]) func anythingMayHappen(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var model = Cluster.model()
        let keys = KeyBinding.all.flatMap(\.keys) + [.enter, .escape, .text("x"), .paste("st=U"), .backspace, .unknown]
        for _ in 0..<400 {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0:
                _ = model.update(
                    .resized(
                        ScreenSize(
                            columns: Int.random(in: 0...200, using: &generator),
                            rows: Int.random(in: 0...60, using: &generator))))
            case 1:
                _ = model.update(
                    .members(
                        Cluster.members.shuffled(using: &generator).dropLast(Int.random(in: 0...6, using: &generator))))
            case 2:
                _ = model.update(
                    .changes(
                        Cluster.members.shuffled(using: &generator).prefix(2).map {
                            MemberChange(member: $0, what: .joined)
                        }))
            default: if let key = keys.randomElement(using: &generator) { _ = model.update(.key(key)) }
            }
            let canvas = model.view()
            #expect(canvas.columns == model.size.columns && canvas.rows == model.size.rows)
        }
    }
}
