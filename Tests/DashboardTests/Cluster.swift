import ClusterAdmin
import Dashboard
import Diagnosis
import TerminalCanvas

/// A cluster in which something of everything is wrong, and a dashboard that has seen it.
enum Cluster {
    /// 2026-11-30 14:02:11 UTC, in microseconds.
    static let start = 1_796_047_331_000_000

    static func member(
        _ node: String, _ state: Member.State = .up, kind: Member.Kind = .visible, links: Int? = 3, days: Int? = 61
    ) -> Member {
        Member(
            node: node, state: state, kind: kind, isEntry: node == "erlclu@10.42.1.17",
            address: state == .up ? "\(node.split(separator: "@").last ?? ""):38211" : nil,
            transport: state == .up ? "tls" : nil, otpRelease: state == .up ? "27" : nil,
            uptimeSeconds: state == .up ? 273_600 : nil, processes: state == .up ? 412 : nil,
            runQueue: state == .up ? 0 : nil, memoryBytes: state == .up ? 71 << 20 : nil, links: links,
            linksExpected: links.map { _ in 4 }, certificateDays: days)
    }

    static var members: [Member] {
        var unreachable = member("erlclu@10.42.2.40", .unreachable, links: nil, days: nil)
        unreachable.silence = NodeFailure(
            .timeout, stage: .up, node: "erlclu@10.42.2.40",
            message: "erlclu@10.42.2.40 did not answer its neighbour in time",
            remedy: "look at the node itself")
        return [
            member("erlclu@10.42.1.17"), member("erlclu@10.42.1.18"), member("erlclu@10.42.3.10", links: 2, days: 11),
            member("erlclu@10.42.2.31", .down, links: nil, days: -2), unreachable,
            member("maint@10.42.1.17", kind: .hidden, links: 1),
        ]
    }

    static func model(
        _ columns: Int = 80, _ rows: Int = 24, mode: DashboardModel.NodeMode = .protected, isASCII: Bool = false
    ) -> DashboardModel {
        DashboardModel(
            title: "prod", entry: "erlclu@10.42.1.17", transport: "tls", mode: mode,
            size: ScreenSize(columns: columns, rows: rows), isASCII: isASCII, now: start, means: { _ in "--option" })
    }

    /// The same after a look, and after a node has joined.
    static func live(
        _ columns: Int = 80, _ rows: Int = 24, mode: DashboardModel.NodeMode = .protected, isASCII: Bool = false
    ) -> DashboardModel {
        var model = model(columns, rows, mode: mode, isASCII: isASCII)
        _ = model.update(.members(members))
        _ = model.update(.clock(start + 4_000_000))
        _ = model.update(.changes([MemberChange(member: members[3], what: .changed([.state]))]))
        _ = model.update(.clock(start + 65_000_000))
        return model
    }
}

extension DashboardModel {
    /// Presses keys one after the other.
    @discardableResult
    mutating func press(_ keys: Key...) -> [DashboardEffect] { keys.flatMap { update(.key($0)) } }

    /// Types text.
    mutating func type(_ text: String) { for character in text { _ = update(.key(.text(String(character)))) } }

    /// The screen as lines.
    var lines: [String] { view().text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}
