import ClusterAdmin
import Presentation
import Testing

@testable import ErlcluCommands

/// What `members --watch` tells of, and in which order.
@Suite struct MemberWatchLinesTests {
    private static func mesh(_ count: Int, days: Int = 90) -> [Member] {
        (0..<count).map { number in
            Member(
                node: "n\(number + 10)@h", state: .up, kind: .visible, isEntry: number == 0, uptimeSeconds: number,
                processes: 50 + count, links: count - 1, linksExpected: count - 1, certificateDays: days)
        }
    }

    private func words(_ change: MemberChange) -> String { "\(change.member.node) \(change.words)" }

    @Test func whoJoinsIsToldFirstAndTheRestInALine() {
        var ledger = MemberLedger()
        #expect(ledger.take(Self.mesh(12)).map(\.keys) == Array(repeating: [], count: 12))
        #expect(ledger.take(Self.mesh(12)).isEmpty)
        let joined = ledger.take(Self.mesh(13))
        #expect(joined.count == 13)
        let lines = MemberChange.folded(joined)
        #expect(lines.map(words) == ["n22@h joined", "n10@h links"])
        let cells = MemberChange.columns.map { $0.cell(lines[1]).shown }
        #expect(cells.filter { !$0.isEmpty } == ["12 members", "12/12", "n10@h, n11@h, n12@h and 9 others"])
        // What is new is marked, and nothing else.
        let marked = MemberChange.columns.filter { $0.role(lines[1]) == .changed }.map(\.key)
        #expect(marked == ["links"])
    }

    @Test func whoLeavesComesBeforeWhoJoins() {
        var ledger = MemberLedger()
        _ = ledger.take(Self.mesh(4))
        var later = Self.mesh(5)
        later.remove(at: 3)
        later[0].links = 3
        later[1].state = .unreachable
        later[1].remark = "n11@h did not answer its neighbour in time"
        let lines = MemberChange.folded(ledger.take(later))
        #expect(lines.map(words) == ["n13@h left", "n11@h state", "n14@h joined", "n10@h links", "n12@h links"])
        #expect(lines[0].member.state == .down && lines[0].member.remark == "gone")
    }

    /// Whoever joins is nobody that a hidden node would have to know.
    @Test func aHiddenNodeDoesNotChangeWithTheMesh() {
        var ledger = MemberLedger()
        var hidden = Member(node: "h@h", state: .up, kind: .hidden, links: 1, linksExpected: 3)
        _ = ledger.take([hidden])
        hidden.linksExpected = 4
        #expect(ledger.take([hidden]).isEmpty)
        hidden.links = 0
        #expect(ledger.take([hidden]).map(words) == ["h@h links"])
    }

    /// Certificates that are a day older are one line as well; who lost a link of its own is not among them.
    @Test func onlyWhatIsAlikeIsOneLine() {
        var ledger = MemberLedger()
        _ = ledger.take(Self.mesh(6))
        var later = Self.mesh(6, days: 89)
        later[5].links = 3
        let lines = MemberChange.folded(ledger.take(later))
        #expect(lines.map(words) == ["n10@h cert", "n15@h links, cert"])
        #expect(lines[0].others == ["n11@h", "n12@h", "n13@h", "n14@h"])
    }

    /// A node that has restarted knows nobody at first: that says nothing of the others.
    @Test func whomANewEntryDoesNotKnowIsNotDown() {
        var ledger = MemberLedger()
        _ = ledger.take(Self.mesh(4))
        _ = ledger.miss("n10@h", .down, "refused")
        ledger.beginAnew()
        let alone = MemberChange.folded(ledger.take(Self.mesh(1)))
        #expect(alone.map(words) == ["n11@h state", "n10@h state"])
        #expect(alone[0].member.state == .unknown && alone[0].others == ["n12@h", "n13@h"])
        #expect(alone[0].member.remark == "n10@h does not know it")
        // Nothing is new as long as it stays so.
        #expect(ledger.take(Self.mesh(1)).isEmpty)
        // It learns of two of them, and of none that is new.
        let later = ledger.take(Self.mesh(3))
        #expect(later.map(words) == ["n11@h state", "n12@h state", "n10@h links"])
        #expect(later.allSatisfy { $0.member.state == .up })
        // From here on it knows of these when they go.
        let last = ledger.take(Self.mesh(2))
        #expect(last.map(words) == ["n12@h left", "n10@h links", "n11@h links"])
        #expect(last[0].member.state == .down)
    }

    /// What stands behind the changes does not move, whatever changes at once.
    @Test func theColumnOfChangesIsWideEnough() {
        let member = Self.mesh(1)[0]
        let all = MemberChange.Aspect.allCases
        for bits in 1..<(1 << all.count) {
            let aspects = all.indices.filter { bits & 1 << $0 != 0 }.map { all[$0] }
            let change = MemberChange(member: member, what: .changed(aspects))
            #expect(change.words.count <= MemberChange.wordsWidth, "\(change.words)")
            #expect(change.keys == aspects.map(\.rawValue))
        }
        #expect(MemberChange(member: member, what: .changed([.links, .certificateDays])).words == "links, cert")
        let many = MemberChange(member: member, what: .changed([.entry, .address, .links]))
        #expect(many.words == "entry, ...")
    }

    /// What is compared are columns, in their order.
    @Test func whatIsComparedIsShown() {
        let keys = Column<Member>.members.map(\.key)
        let compared = MemberChange.Aspect.allCases.map(\.rawValue)
        #expect(keys.filter { compared.contains($0) } == compared)
    }

    @Test func aNodeThatIsMissedIsToldOnce() {
        var ledger = MemberLedger()
        _ = ledger.take(Self.mesh(2))
        #expect(ledger.miss("n10@h", .down, "refused").map(words) == "n10@h state")
        #expect(ledger.miss("n10@h", .down, "refused") == nil)
        #expect(ledger.miss("other@h", .down, "refused") == nil)
        // A remark alone is no news.
        var later = Self.mesh(2)
        #expect(ledger.take(later).map(words) == ["n10@h state"])
        later[1].remark = "busy"
        #expect(ledger.take(later).isEmpty)
    }
}
