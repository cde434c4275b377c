import ByteTransport
import Diagnosis
import ErlangNode
import ErlangTerm

/// What is known of the members from the items of a feed: of each node the last snapshot, its last figures and when they
/// came; and out of these the list. Only of nodes that the entry has links to, as it says, is anything kept.
struct FeedPicture {
    static let nodeLimit = 4_096
    /// One that has not answered for so long is taken for hung.
    static let patience = Duration.seconds(2)

    /// The last that is known of a node.
    private struct Sight {
        /// The item of `snapshot`.
        var snapshot: TermView?
        var vitals: FeedItem.Vitals?
        /// Microseconds since the epoch.
        var seen: Int?
        var took = RecentMean()
        /// From the beginning of a look to its answer, in microseconds.
        var roundTrip = RecentMean()
        /// Why it gives no answer; not because it is late.
        var failure: NodeFailure?
        /// When it was asked for what it has not answered.
        var asked: Duration?
    }

    let entry: MemberRoster.Entry
    private(set) var linked: [String] = []
    /// Whether it is known whom the entry has links to.
    private(set) var hasBegun = false
    private var sights: [String: Sight] = [:]
    /// Of those whom the entry has no link to, what others have said.
    private var behind: [String: MemberRelay.Event] = [:]
    private var relayed = RecentMean()
    /// The time, as it passes while we listen: while this process stands still nobody is late.
    private(set) var clock = Duration.zero

    // What was made of all that, until something else is known than figures and times.
    private var rows: [Member]?
    private var rowsMade = 0
    private var roster: MemberRoster
    private var questions: [MemberRoster.Question] = []

    init(entry: MemberRoster.Entry) {
        self.entry = entry
        roster = MemberRoster(entry: entry)
    }

    /// The next items are those of a program that has just been begun.
    mutating func beginAnew() {
        for node in linked { sights[node]?.asked = nil }
    }

    /// Nobody waits any longer for those who have not answered.
    mutating func giveUp() { clock += Self.patience }

    mutating func passes(_ time: Duration) { clock += time }

    /// - Parameter time: microseconds since the epoch.
    /// - Returns: false where it is about nobody who was asked.
    @discardableResult
    mutating func take(_ item: FeedItem, at time: Int) -> Bool {
        switch item {
        case .began, .alive, .silence: return true
        case .members(let names): takeLinked(names)
        case .look(let relayed):
            if sights.values.contains(where: { $0.seen != nil }) { self.relayed.add(relayed) }
            // One that cannot be asked is not.
            for node in linked where sights[node]?.asked == nil && sights[node]?.failure == nil {
                sights[node]?.asked = clock
            }
        case .facts(let node, let took, let snapshot):
            guard answered(node, took, at: time) else { return false }
            sights[node]?.snapshot = snapshot
            sights[node]?.vitals = nil
            rows = nil
        case .vitals(let node, let took, let vitals):
            guard answered(node, took, at: time) else { return false }
            sights[node]?.vitals = vitals
        case .down(let node, let isUnlinked, let failure):
            guard sights[node] != nil else { return false }
            rows = nil
            if isUnlinked, node != entry.name {
                sights[node] = nil
                linked.removeAll { $0 == node }
            } else {
                // It is a member still: the last that was known of it stays.
                sights[node]?.asked = nil
                sights[node]?.failure = failure
            }
        }
        return true
    }

    /// Takes what a node is said to be that the entry has no link to.
    mutating func take(behind event: MemberRelay.Event) {
        switch event {
        case .members: return
        case .item(let node, _):
            guard behind[node] != nil || behind.count < MemberRoster.mostBehind else { return }
            behind[node] = event
        case .ended(let node, _):
            // The program ends after it has given its answer, too.
            if case .item = behind[node], !isAskedAnew.contains(node) { return }
            guard behind[node] != nil || behind.count < MemberRoster.mostBehind else { return }
            behind[node] = event
        }
        isAskedAnew.remove(event.node ?? "")
        rows = nil
    }

    /// Those of whom a new answer is to come.
    private var isAskedAnew: Set<String> = []

    private mutating func takeLinked(_ names: [String]) {
        hasBegun = true
        guard names != linked else { return }
        var known: Set<String> = []
        linked = names.filter { known.insert($0).inserted }
        sights = sights.filter { known.contains($0.key) }
        for node in linked where sights[node] == nil { sights[node] = Sight() }
        rows = nil
    }

    private mutating func answered(_ node: String, _ took: Int, at time: Int) -> Bool {
        guard var sight = sights[node] else { return false }
        if sight.failure != nil { rows = nil }
        sight.took.add(took)
        // The entry's is that of a beat. The first answer comes of a program that had to be begun, and one that hung says
        // nothing of the way to it.
        if node != entry.name, sight.seen != nil, let asked = sight.asked, clock - asked < Self.patience {
            sight.roundTrip.add(Self.microseconds(clock - asked))
        }
        (sight.seen, sight.asked, sight.failure) = (time, nil, nil)
        sights[node] = sight
        return true
    }

    /// The entry has answered a beat.
    mutating func entryAnswered(after time: Duration) {
        sights[entry.name]?.roundTrip.add(Self.microseconds(time))
    }

    private static func microseconds(_ duration: Duration) -> Int { max(1, Int(duration / .microseconds(1))) }

    // MARK: who is waited for

    /// They have been asked, and have not answered. In order.
    var unanswered: [String] { linked.filter { isUnanswered($0) }.sorted() }

    var isAnybodyUnanswered: Bool { linked.contains { isUnanswered($0) } }

    private func isUnanswered(_ node: String) -> Bool { asked(node) != nil && !isLate(node) }

    /// They have not answered for so long that they are taken for hung.
    var late: Set<String> { Set(linked.filter { isLate($0) }) }

    private func isLate(_ node: String) -> Bool { asked(node).map { clock >= $0 + Self.patience } ?? false }

    private func asked(_ node: String) -> Duration? { sights[node]?.asked }

    /// How long it takes until another one is late.
    var timeUntilLate: Duration? {
        linked.compactMap { isUnanswered($0) ? asked($0) : nil }.min().map { $0 + Self.patience - clock }
    }

    // MARK: the list

    /// Whom others have links to, and the entry has not.
    mutating func survey() -> (roster: MemberRoster, questions: [MemberRoster.Question]) {
        buildRows(at: rowsMade)
        var seed = direct()
        isAskedAnew = Set(questions.flatMap(\.nodes))
        return (seed, seed.takeQuestions())
    }

    /// Whether somebody is behind others, and whether nothing is known yet of one of them.
    mutating func isAnybodyBehind(at time: Int) -> (somebody: Bool, unknown: Bool) {
        buildRows(at: time)
        return (!questions.isEmpty, questions.contains { $0.nodes.contains { behind[$0] == nil } })
    }

    /// Nothing more is to come of those who were asked.
    mutating func settleBehind() {
        isAskedAnew = []
        // Of those who are to be listed each has room, whoever else has answered.
        keepBehind(Set(questions.flatMap(\.nodes)))
        for question in questions {
            let relay = MemberRelay(
                program: .snapshot, bindings: [], nodes: question.nodes, includesHidden: true, route: question.route)
            for node in question.nodes where behind[node] == nil {
                take(behind: .ended(node: node, relay.unheard(node)))
            }
        }
    }

    private func direct() -> MemberRoster {
        var roster = MemberRoster(entry: entry)
        roster.take(.members(linked))
        for node in linked {
            guard let sight = sights[node] else { continue }
            if let snapshot = sight.snapshot {
                roster.take(.item(node: node, snapshot))
            } else if let failure = sight.failure {
                roster.take(.ended(node: node, failure))
            } else if isLate(node) {
                roster.take(.ended(node: node, MemberRelay.late(node, isEntry: node == entry.name)))
            }
        }
        return roster
    }

    private mutating func keepBehind(_ names: Set<String>) { behind = behind.filter { names.contains($0.key) } }

    private mutating func buildRows(at time: Int) {
        // The days of certificates go by.
        guard rows == nil || abs(time - rowsMade) > 60_000_000 else { return }
        var roster = direct()
        questions = []
        var asked = roster.takeQuestions()
        while !asked.isEmpty {
            questions += asked
            for node in asked.lazy.flatMap(\.nodes) { if let event = behind[node] { roster.take(event) } }
            asked = roster.takeQuestions()
        }
        keepBehind(Set(questions.flatMap(\.nodes)))
        rows = roster.members(now: time / 1_000_000)
        rowsMade = time
    }

    /// The list as it is now.
    /// - Parameter time: microseconds since the epoch.
    mutating func members(at time: Int) -> [Member] {
        // What is said of one that is late and was never heard of stands in the rows.
        if linked.contains(where: { isLate($0) && sights[$0]?.snapshot == nil }) { rows = nil }
        buildRows(at: time)
        return (rows ?? []).map { row in
            guard let sight = sights[row.node] else { return row }
            var member = row
            member.seen = sight.seen
            member.refreshMicroseconds = sight.seen == nil ? nil : sight.took.rounded
            member.roundTripMicroseconds = sight.roundTrip.rounded > 0 ? sight.roundTrip.rounded : nil
            if let vitals = sight.vitals {
                member.uptimeSeconds = vitals.uptimeSeconds
                member.processes = vitals.processes
                member.runQueue = vitals.runQueue
                member.memoryBytes = vitals.memoryBytes
            }
            if isLate(row.node) {
                return silent(member, MemberRelay.late(member.node, isEntry: member.isEntry))
            }
            guard let failure = sight.failure, sight.snapshot != nil else { return member }
            return silent(member, failure)
        }
    }

    /// The last that was known of it stays, but for what says how it is now.
    private func silent(_ member: Member, _ failure: NodeFailure) -> Member {
        var member = member
        (member.state, member.links, member.linksExpected, member.runQueue) = (.unreachable, nil, nil, nil)
        member.roundTripMicroseconds = nil
        member.lists = nil
        (member.remark, member.silence) = (failure.message, failure)
        return member
    }

    /// Of those who have answered at least once.
    var cost: RefreshCost {
        var cost = RefreshCost()
        cost.members = linked.count
        cost.entry = relayed.rounded + (sights[entry.name]?.took.rounded ?? 0)
        let others = linked.compactMap { node in
            node == entry.name || sights[node]?.seen == nil ? nil : sights[node].map { (node, $0.took.rounded) }
        }
        guard let dearest = others.max(by: { $0.1 < $1.1 }) else { return cost }
        cost.member = others.reduce(0) { $0 + $1.1 } / others.count
        (cost.dearest, cost.dearestCost) = dearest
        return cost
    }
}

extension MemberRelay.Event {
    fileprivate var node: String? {
        switch self {
        case .members: nil
        case .item(let node, _), .ended(let node, _): node
        }
    }
}
