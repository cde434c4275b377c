import ClusterAdmin
import ErlcluTestSupport
import Presentation
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

    /// A node that is gone stays the selected one; where it is forgotten the next row is.
    @Test func aSelectedNodeThatIsGoneStaysSelected() {
        var model = Cluster.live()
        model.press(.end)
        let gone = model.list.selected!
        _ = model.update(.members(Cluster.members.filter { $0.node != gone }))
        #expect(model.list.selected == gone && model.rows.first { $0.name == gone }?.stateWord == "DN")
        let names = model.names
        let place = names.firstIndex(of: gone)!
        model.press(.text("D"))
        #expect(model.list.selected == names[place + 1])
    }

    @Test func aNodeThatIsGoneStaysUntilItIsBackOrForgotten() {
        var model = Cluster.live()
        var gone = Cluster.members[1]
        gone.state = .down
        gone.remark = "gone"
        let others = Cluster.members.filter { $0.node != gone.node }
        _ = model.update(.members(others))
        _ = model.update(.changes([MemberChange(member: gone, what: .left)]))
        let row = model.rows.first { $0.name == gone.node }
        #expect(row?.stateWord == "DN" && row?.member.roundTripMicroseconds == nil)
        #expect(row.map { MemberRow.columns.last?.cell($0) } == .text("gone 0s"))
        _ = model.update(.members(Cluster.members))
        #expect(model.rows.first { $0.name == gone.node }?.stateWord == "UP")
        _ = model.update(.members(others))
        _ = model.update(.changes([MemberChange(member: gone, what: .left)]))
        model.press(.home)
        for _ in model.names where model.list.selected != gone.node { model.press(.down) }
        model.press(.text("D"))
        #expect(!model.names.contains(gone.node))
        model.press(.text("D"))
        #expect(model.notice != nil)
    }

    /// The node that is asked was started again, and has no links yet: who was there is not known, and stays listed.
    @Test func whomTheEntryDoesNotKnowStaysListed() {
        var model = Cluster.live()
        var unknown = Cluster.members[1]
        (unknown.state, unknown.remark) = (.unknown, "erlclu@10.42.1.17 does not know it")
        _ = model.update(.members(Cluster.members.filter { $0.node != unknown.node }))
        _ = model.update(.changes([MemberChange(member: unknown, what: .changed([.state]))]))
        #expect(model.rows.first { $0.name == unknown.node }?.stateWord == "??")
        _ = model.update(.members(Cluster.members))
        #expect(model.rows.first { $0.name == unknown.node }?.stateWord == "UP")
    }

    @Test func whomAContextNamesIsMissed() {
        var model = Cluster.live()
        model.expected = [Cluster.members[0].node, "never@seen"]
        _ = model.update(.members(Cluster.members))
        #expect(model.rows.filter { $0.stateWord == "GH" }.map(\.name) == ["never@seen"])
        #expect(model.lines[0].contains("1 GH"))
    }

    /// Lost again and again within a short time: it flaps.
    @Test func aNodeThatFlapsIsCounted() {
        var model = Cluster.live()
        let node = Cluster.members[1]
        func lose(at second: Int) {
            _ = model.update(.clock(Cluster.start + second * 1_000_000))
            _ = model.update(.changes([MemberChange(member: node, what: .left)]))
            _ = model.update(.changes([MemberChange(member: node, what: .joined)]))
        }
        lose(at: 100)
        #expect(model.picture.happenings.last?.words == "joined")
        lose(at: 200)
        #expect(model.picture.happenings.suffix(2).map(\.words) == ["gone, flap x2", "joined, flap x2"])
        lose(at: 300)
        let row = model.rows.first { $0.name == node.node }
        #expect(row.map { MemberRow.columns.last?.cell($0) } == .text("joined, flap x3 0s"))
        // Long ago is no flapping.
        lose(at: 2_000)
        #expect(model.picture.happenings.last?.words == "joined")
    }

    @Test func roundTripsAreSortedByTheirTime() {
        var model = Cluster.live()
        var members = Cluster.members
        for (index, time) in [1_200_000, 940, 12_400].enumerated() { members[index].roundTripMicroseconds = time }
        _ = model.update(.members(members))
        while model.list.sortKey != "rtt" { model.press(.text("s")) }
        let column = MemberRow.columns.first { $0.key == "rtt" }
        let shown = model.rows.compactMap { column?.cell($0).shown }
        #expect(shown == ["0.9ms", "0.9ms", "12ms", "1.2s", "-", "-"])
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
        #expect(model.rows.filter { $0.stateWord == "UP" }.map(\.name) == ["only@one"])
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

    /// Whole lines at 80 columns.
    @Test func theHelpIsNotCut() {
        for binding in KeyBinding.all { #expect(binding.words.count <= 64, "\(binding.words)") }
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
