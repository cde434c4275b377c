import ClusterAdmin
import Diagnosis
import Presentation
import TerminalCanvas

/// A member as the screen lists it.
struct MemberRow: Sendable {
    var member: Member
    /// What happened to it last, and when, microseconds since the epoch; nil: nothing since the start.
    var last: (words: String, time: Int)?
    /// When it was drawn.
    var now: Int

    /// A change is news for so long.
    private static let newsTime = 10_000_000

    /// The state in two letters: never colour alone.
    var stateWord: String {
        switch member.state {
        case .up: member.kind == .hidden ? "HD" : "UP"
        case .pending: "PN"
        case .down: "DN"
        case .unreachable: "UR"
        case .unknown: "??"
        }
    }

    /// Trouble first.
    var stateRank: Int {
        switch member.state {
        case .down: 0
        case .unreachable: 1
        case .unknown: 2
        case .pending: 3
        case .up: member.kind == .hidden ? 5 : 4
        }
    }

    /// Whether a person should look at it.
    var needsAttention: Bool {
        if member.kind == .hidden, member.state == .up { return false }
        return [.down, .unreachable].contains(member.state)
            || Self.columns.contains { $0.role(self) == .failure || $0.key == "links" && $0.role(self) == .warning }
    }

    var isNews: Bool { last.map { now - $0.time < Self.newsTime } ?? false }

    /// What stands in the column LAST: why it does not answer, or what happened and how long ago.
    private var lastWords: String {
        if let remark = member.silence?.code.rawValue ?? member.remark { return remark }
        guard let last else { return "-" }
        return "\(last.words) \(Cell.seconds(max(0, now - last.time) / 1_000_000).shown)"
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
        return [state] + column("node", "NODE") + column("links", "LINKS", dropOrder: 2)
            + column("otp_release", "OTP", dropOrder: 4) + column("certificate_days", "CERT", dropOrder: 3)
            + column("uptime_seconds", "UP", dropOrder: 5) + column("run_queue", "RUNQ", dropOrder: 6)
            + column("memory_bytes", "MEM", dropOrder: 7) + [last]
    }()

    /// As they are shown, for filters.
    var fields: [(key: String, text: String)] { Self.columns.map { ($0.key, $0.cell(self).shown) } }

    /// Whether it stands before another one in a list that is sorted by a column; names decide between equals.
    static func isOrdered(_ first: MemberRow, _ second: MemberRow, by key: String) -> Bool {
        let (a, b) = (first.order(key), second.order(key))
        return a == b ? first.member.node < second.member.node : a < b
    }

    private func order(_ key: String) -> SortValue {
        if key == "st" { return .number(stateRank) }
        guard let cell = Self.columns.first(where: { $0.key == key })?.cell(self) else { return .none }
        switch cell {
        case .integer(let number), .bytes(let number), .seconds(let number): return .number(number)
        case .ratio(let part, let whole): return .number(part - whole)
        case .absent, .blank: return .none
        case .text, .atom, .texts, .mark: return .text(cell.shown)
        }
    }

    /// What is not known comes last.
    private enum SortValue: Comparable {
        case number(Int)
        case text(String)
        case none
    }
}
