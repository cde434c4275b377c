import ClusterAdmin
import Diagnosis
import Presentation
import TerminalCanvas

/// A member as the screen lists it.
struct MemberRow: ListRow {
    var member: Member
    /// What happened to it last, and when, microseconds since the epoch; nil: nothing since the start.
    var last: (words: String, time: Int)?
    /// When it was drawn.
    var now: Int
    var place = Place.member

    /// How it comes to be listed.
    enum Place: Sendable {
        case member
        /// It was there, and nobody lists it any more.
        case lost(LostMember)
        /// A context names it, and nobody has a link to it.
        case ghost(RegistrationBook.Standing)
        /// The epmd of its host knows it, and nobody has a link to it.
        case stranger(Stranger)
    }

    private var isGhost: Bool { if case .ghost = place { true } else { false } }
    private var stranger: Stranger? { if case .stranger(let stranger) = place { stranger } else { nil } }
    /// It was a member, and its epmd knows it still.
    private var isCutOff: Bool { if case .lost(let loss) = place { loss.standing == .registered } else { false } }

    /// A change is news for so long.
    private static let newsTime = 10_000_000

    var name: String { member.node }

    /// The state in two letters: never colour alone.
    var stateWord: String {
        if isGhost { return "GH" }
        if stranger != nil || isCutOff { return "RG" }
        return switch member.state {
        case .up: member.kind == .hidden ? "HD" : "UP"
        case .pending: "PN"
        case .down: "DN"
        case .unreachable: "UR"
        case .unknown: "??"
        }
    }

    /// Trouble first.
    var stateRank: Int {
        if isGhost { return 2 }
        if let stranger { return stranger.alarms ? 0 : 7 }
        if isCutOff { return 0 }
        return switch member.state {
        case .down: 0
        case .unreachable: 1
        case .unknown: 3
        case .pending: 4
        case .up: member.kind == .hidden ? 6 : 5
        }
    }

    /// Whether a person should look at it.
    var needsAttention: Bool {
        if let stranger { return stranger.alarms }
        if member.kind == .hidden, member.state == .up { return false }
        return isGhost || isCutOff || [.down, .unreachable].contains(member.state)
            || Self.columns.contains { $0.role(self) == .failure || $0.key == "links" && $0.role(self) == .warning }
    }

    var isNews: Bool { last.map { now - $0.time < Self.newsTime } ?? false }

    /// What stands in the column LAST: why it does not answer, or what happened and how long ago.
    private var lastWords: String {
        if let silence = member.silence { return silence.code.rawValue + (age.map { " \($0)" } ?? "") }
        if let remark = member.remark { return remark }
        if isCutOff, case .lost(let loss) = place {
            return "not connected \(Cell.seconds(max(0, now - loss.since) / 1_000_000).shown)"
        }
        guard let last else { return "-" }
        return "\(last.words) \(Cell.seconds(max(0, now - last.time) / 1_000_000).shown)"
    }

    /// How old what is shown of it is, where it does not answer any more; nil: it is as new as the list.
    var age: String? {
        guard member.state != .up || isCutOff, let seen = member.seen else { return nil }
        return Cell.seconds(max(0, now - seen) / 1_000_000).shown
    }

    /// Two digits, and no more of them than a link's time is worth: 0.9ms, 12ms, 1.2s.
    private var roundTrip: Cell {
        guard let time = member.roundTripMicroseconds else { return .absent }
        func tenths(_ number: Int, _ unit: String) -> String { "\(number / 10).\(number % 10)\(unit)" }
        if time < 9_950 { return .text(tenths(max(1, (time + 50) / 100), "ms")) }
        return .text(time < 999_500 ? "\((time + 500) / 1000)ms" : tenths((time + 50_000) / 100_000, "s"))
    }

    /// The columns of a member that the screen shows, made of those that `members` prints.
    static let columns: [Column<MemberRow>] = {
        let known = Dictionary(uniqueKeysWithValues: Column<Member>.members.map { ($0.key, $0) })
        func column(_ key: String, _ heading: String, dropOrder: Int = 0) -> [Column<MemberRow>] {
            guard let of = known[key] else { return [] }
            let alignment: Column<MemberRow>.Alignment = of.alignment == .right ? .right : .left
            return [
                Column(key, heading, alignment, dropOrder: dropOrder) { of.cell($0.member) }
                    .meaning { of.role($0.member) }
            ]
        }
        let state = Column<MemberRow>("st", "ST") { .text($0.stateWord) }
            .meaning { row in known["state"]?.role(row.member) ?? .plain }
        let last = Column<MemberRow>("last", "LAST") { .text($0.lastWords) }
        let roundTrip = Column<MemberRow>("rtt", "RTT", .right, dropOrder: 4) { $0.roundTrip }
        return [state] + column("node", "NODE") + column("links", "LINKS", dropOrder: 2) + [roundTrip]
            + column("otp_release", "OTP", dropOrder: 4) + column("certificate_days", "CERT", dropOrder: 3)
            + column("uptime_seconds", "UP", dropOrder: 5) + column("run_queue", "RUNQ", dropOrder: 6)
            + column("memory_bytes", "MEM", dropOrder: 7) + [last]
    }()

    func rank(_ key: String) -> SortValue? {
        switch key {
        case "st": .number(stateRank)
        case "rtt": member.roundTripMicroseconds.map { .number($0) } ?? SortValue.none
        default: nil
        }
    }
}
