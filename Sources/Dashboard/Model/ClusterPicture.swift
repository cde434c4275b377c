import ClusterAdmin
import Diagnosis
import Presentation

/// What is known of the cluster: the last list of members, what became of them, and the handshakes that were traced.
package struct ClusterPicture: Sendable {
    /// A line of the screen Events.
    struct Happening: Hashable, Sendable {
        /// Microseconds since the epoch.
        var time: Int
        var node: String
        var words: String
        var isTrouble: Bool
    }

    /// More than a person reads; the oldest are dropped.
    static let happeningsLimit = 1000

    private(set) var members: [Member] = []
    /// When they were seen, microseconds since the epoch; nil before the first list.
    private(set) var seen: Int?
    /// Oldest first.
    private(set) var happenings: [Happening] = []
    /// How many there were before these.
    private(set) var happeningsDropped = 0
    var handshakes = HandshakeLog()
    private var meshLedger = MeshLedger()
    /// Nil before the first list.
    var mesh: ClusterMesh? { meshLedger.mesh }
    /// Whether two looks agree that links are missing.
    private(set) var isMeshTroubled = false
    private var last: [String: Happening] = [:]
    /// When a node was lost, so far as that was a short time ago; oldest first.
    private var losses: [String: [Int]] = [:]
    /// A node that is lost again and again within this time flaps. Microseconds.
    static let flapTime = 600_000_000
    /// Who counts more has seen enough.
    private static let mostFlaps = 99
    /// Members that were there and are gone, until they are back or somebody forgets them.
    private var gone: [String: LostMember] = [:]
    /// Since when members give no answer, microseconds since the epoch.
    private var silentSince: [String: Int] = [:]
    private var registrations = RegistrationBook()
    /// Names that an epmd has and no member lists.
    private var unlisted: (shown: [RegistrationBook.Entry], more: Int) = ([], 0)
    /// Whether any epmd has said which names it has, or that it gives no answer.
    private(set) var hasRegistrations = false
    private var acquaintances = AcquaintanceBook()

    /// Who is lost, so far as it is not settled that they have stopped.
    var lossAlarm: LossAlarm? { LossAlarm(gone.values) }

    mutating func take(_ members: [Member], at time: Int) {
        // Whoever is not listed any more has gone, whatever became of it before.
        let present = Set(members.map(\.node))
        for member in self.members where !present.contains(member.node) { keep(member, isDown: true, at: time) }
        silentSince = members.reduce(into: [:]) { since, member in
            if member.silence != nil { since[member.node] = silentSince[member.node] ?? member.seen ?? time }
        }
        self.members = members
        seen = time
        for member in members { gone[member.node] = nil }
        for change in meshLedger.take(members) {
            guard let to = change.to else { continue }
            let words =
                change.what == .ok
                ? "linked with \(to) both ways again"
                : change.what == .asymmetric ? "lists \(to), which does not list it" : "has no link with \(to)"
            add(Happening(time: time, node: change.from, words: words, isTrouble: change.what != .ok))
        }
        isMeshTroubled = !(mesh?.troubles.isEmpty ?? true)
        listStrangers()
    }

    /// What does not say how it is now stays, and why it gave no answer before.
    private mutating func keep(_ member: Member, isDown: Bool, at time: Int) {
        let known = gone[member.node]
        guard known != nil || gone.count < Self.happeningsLimit else { return }
        var loss = LostMember(
            member: member, since: known?.since ?? time, silence: known?.silence ?? member.silence,
            silentSince: known?.silentSince ?? silentSince[member.node], standing: known?.standing ?? .unknown)
        if isDown { loss.member.state = .down }
        (loss.member.links, loss.member.linksExpected, loss.member.lists) = (nil, nil, nil)
        (loss.member.silence, loss.member.remark) = (nil, nil)
        (loss.member.runQueue, loss.member.roundTripMicroseconds) = (nil, nil)
        gone[member.node] = loss
    }

    /// Takes what the epmd of a host has said. It settles what became of those who are lost there.
    mutating func take(registrationsOf host: String, _ answer: Result<[RegisteredNode], NodeFailure>, at time: Int) {
        hasRegistrations = true
        if registrations.lacksRoom(for: host) {
            registrations.makeRoom(members: members.lazy.map(\.node), lost: gone.keys)
        }
        registrations.take(host, answer)
        listStrangers()
        // What was said before somebody was lost does not count.
        let ofHost = gone.filter { RegistrationRounds.host(of: $0.key) == host }
        for (node, loss) in ofHost.sorted(by: { $0.key < $1.key }) {
            let standing = registrations.standing(of: node)
            guard standing != .unknown, standing != loss.standing else { continue }
            gone[node]?.standing = standing
            switch standing {
            case .registered where loss.member.state == .down:
                note(
                    "still registered with the epmd of its host: up there, not connected", of: node, at: time,
                    isTrouble: true)
            case .absent where loss.member.state == .down:
                note("stopped: the epmd of its host does not know it any more", of: node, at: time, isTrouble: true)
            case .unknown, .unanswered, .registered, .absent: break
            }
        }
    }

    mutating func take(_ changes: [MemberChange], at time: Int) {
        let present = Set(members.map(\.node))
        for change in changes {
            // It has left, or the node that is asked does not know it any more.
            if present.contains(change.member.node) {
                gone[change.member.node] = nil
            } else {
                keep(change.member, isDown: change.what == .left, at: time)
            }
        }
        listStrangers()
        for change in changes where change.what != .found {
            let happening = Happening(
                time: time, node: change.member.node, words: Self.words(change) + flaps(change, at: time),
                isTrouble: change.member.state != .up || change.what == .left)
            if last.count >= 4 * Self.happeningsLimit { last = [:] }
            last[happening.node] = happening
            add(happening)
        }
    }

    /// Something about the node that is asked itself.
    mutating func note(_ words: String, of node: String, at time: Int, isTrouble: Bool) {
        add(Happening(time: time, node: node, words: words, isTrouble: isTrouble))
    }

    /// - Parameter expected: nodes that are to be there.
    func rows(at now: Int, expected: [String]) -> [MemberRow] {
        func row(_ member: Member, _ place: MemberRow.Place = .member) -> MemberRow {
            MemberRow(
                member: member, last: last[member.node].map { ($0.words, $0.time) }, now: now, place: place)
        }
        // Nothing is missing before somebody has looked.
        guard seen != nil else { return [] }
        let present = Set(members.map(\.node)).union(gone.keys)
        let ghosts = expected.filter { !present.contains($0) }.map { node in
            let standing = registrations.standing(of: node)
            let words = standing == .registered ? "expected, registered" : "expected"
            return row(Member(node: node, state: .unknown, kind: nil, remark: words), .ghost(standing))
        }
        let strangers = strangers(besides: expected).map { stranger in
            row(
                Member(node: stranger.node, state: .unknown, kind: nil, remark: stranger.remark), .stranger(stranger))
        }
        return members.map { row($0) } + gone.values.map { row($0.member, .lost($0)) } + ghosts + strangers
    }

    /// Names that an epmd has and no member lists, as far as they are shown.
    func strangers(besides expected: [String]) -> [Stranger] {
        unlisted.shown.filter { !expected.contains($0.node) }.map { entry in
            Stranger(
                node: entry.node, port: entry.port, acquaintance: acquaintances.acquaintance(with: entry.node))
        }
    }

    /// Whether the node that is asked is still to say whom it knows.
    var isAskingWhoIsKnown: Bool { acquaintances.isAsking }

    /// - Parameter host: nil: all.
    /// - Returns: names that no member lists, for the node that is asked: which of them does it know?
    mutating func namesToAskFor(of host: String?) -> [String] {
        let nodes = unlisted.shown.map(\.node)
        return acquaintances.ask(
            for: host.map { host in nodes.filter { RegistrationRounds.host(of: $0) == host } } ?? nodes)
    }

    /// - Parameter known: nil: there was no answer.
    mutating func take(known: Set<String>?, of nodes: [String]) { acquaintances.take(nodes, known: known) }

    /// How many more names there are than are shown.
    var moreStrangers: Int { unlisted.more }

    private mutating func listStrangers() {
        unlisted = seen == nil ? ([], 0) : registrations.unlisted(besides: members + gone.values.map(\.member))
    }

    /// No longer lists a node that is gone.
    /// - Returns: whether it was such a node.
    mutating func forget(_ node: String) -> Bool {
        defer { listStrangers() }
        return gone.removeValue(forKey: node) != nil
    }

    private mutating func add(_ happening: Happening) {
        happenings.append(happening)
        let surplus = happenings.count - Self.happeningsLimit
        guard surplus > 0 else { return }
        happenings.removeFirst(surplus)
        happeningsDropped += surplus
    }

    /// How often the node has been lost within a short time, where that is more than once and this is about it.
    private mutating func flaps(_ change: MemberChange, at time: Int) -> String {
        let node = change.member.node
        let isLost: Bool
        switch change.what {
        case .left: isLost = true
        case .changed(let aspects) where aspects.contains(.state):
            isLost = [.down, .unreachable].contains(change.member.state)
        case .joined: isLost = false
        case .changed, .found: return ""
        }
        var times = (losses[node] ?? []).filter { time - $0 < Self.flapTime }
        if isLost, times.count < Self.mostFlaps { times.append(time) }
        if losses.count >= 4 * Self.happeningsLimit { losses = [:] }
        losses[node] = times.isEmpty ? nil : times
        return times.count > 1 ? ", flap x\(times.count)" : ""
    }

    /// What happened, in a word or two: the state that it is in now counts most.
    private static func words(_ change: MemberChange) -> String {
        switch change.what {
        case .found: "found"
        case .joined: "joined"
        case .left: "gone"
        case .changed(let aspects):
            aspects.contains(.state)
                ? change.member.state.rawValue
                    + (change.member.silence.map { ": \($0.code.rawValue), \($0.message)" } ?? "")
                : aspects.map { news($0, of: change.member) }.joined(separator: ", ")
        }
    }

    /// What is not as it was, and how it is now.
    private static func news(_ aspect: MemberChange.Aspect, of member: Member) -> String {
        switch aspect {
        case .state: member.state.rawValue
        case .entry: member.isEntry ? "is asked" : "is not asked any more"
        case .kind: member.kind.map { "is \($0.rawValue)" } ?? "hidden or visible: not known"
        case .address: member.address.map { "listens at \($0)" } ?? "where it listens is not known"
        case .transport: member.transport.map { "linked by \($0)" } ?? "not known how it is linked"
        case .otpRelease: member.otpRelease.map { "runs OTP \($0)" } ?? "its release is not known"
        case .links: member.links.map { "links \($0)" } ?? "its links are not known"
        case .certificateDays:
            member.certificateDays.map { "certificate \(Cell.days($0).shown)" } ?? "no certificate known"
        }
    }
}
