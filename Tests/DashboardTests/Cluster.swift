import ClusterAdmin
import Diagnosis
import HandshakeTrace
import TerminalCanvas

@testable import Dashboard

/// A cluster in which something of everything is wrong, and a dashboard that has seen it.
enum Cluster {
    /// 2026-11-30 14:02:11 UTC, in microseconds.
    static let start = 1_796_047_331_000_000

    static func member(
        _ node: String, _ state: Member.State = .up, kind: Member.Kind = .visible, links: Int? = 3, days: Int? = 61
    ) -> Member {
        var member = Member(
            node: node, state: state, kind: kind, isEntry: node == "erlclu@10.42.1.17",
            address: state == .up ? "\(node.split(separator: "@").last ?? ""):38211" : nil,
            transport: state == .up ? "tls" : nil, otpRelease: state == .up ? "27" : nil,
            uptimeSeconds: state == .up ? 273_600 : nil, processes: state == .up ? 412 : nil,
            runQueue: state == .up ? 0 : nil, memoryBytes: state == .up ? 71 << 20 : nil, links: links,
            linksExpected: links.map { _ in 4 }, certificateDays: days)
        member.roundTripMicroseconds = state == .up ? 940 : nil
        return member
    }

    static let silence = NodeFailure(
        .timeout, stage: .up, node: "erlclu@10.42.2.40",
        message: "erlclu@10.42.2.40 did not answer its neighbour in time", remedy: "look at the node itself")

    static let otherName = NodeFailure(
        .nameType, stage: .challenge, node: "web@vm",
        message: "you dialled web@vm, it calls itself web@vm.example.org: one is a short name, the other a long one",
        remedy: Remedy(.dial(name: "web@vm.example.org", Endpoint(host: "vm", port: 4711))) + Remedy("; so it is"))

    static let choices = [
        DashboardChoice(.context("prod"), node: "erlclu@10.42.1.17", transport: "tls", remark: "3 nodes"),
        DashboardChoice(.release("/opt/shop"), node: "shop@127.0.0.1", transport: "tls", remark: "the current folder"),
        DashboardChoice(.node("web@vm"), node: "web@vm", transport: nil, remark: "port 4711 of this host"),
    ]

    static func certificate(_ node: String, days: Int, serial: String = "1", names: [String]) -> NodeCertificate {
        NodeCertificate(
            node: node,
            chain: [
                CertificateFacts(
                    subject: "CN=\(node)", issuer: "CN=ca", serial: serial, notBefore: 1_790_000_000,
                    notAfter: start / 1_000_000 + days * 86_400 + 60, dnsNames: names, ipAddresses: [],
                    extendedKeyUsage: nil, fingerprint: "ab\(serial)")
            ], source: .options, time: start / 1_000_000)
    }

    static let certificates = [
        certificate("a@h1", days: 61, names: ["h1"]), certificate("b@h2", days: -2, names: ["h2"]),
        certificate("c@h3", days: 300, names: ["other"]),
        NodeCertificate(node: "d@h4", chain: [], source: nil, usesTLS: false, time: 0),
    ]

    static let status = NodeStatus(
        node: "erlclu@10.42.3.10", progress: "started", processID: "17", otpRelease: "27", ertsVersion: "15.1",
        uptimeSeconds: 3_700, processes: 61, processLimit: 1_048_576, runQueue: 0, memoryBytes: 71 << 20,
        applications: [NodeStatus.Application(name: "kernel", version: "10.1")])

    /// Up to a certificate that has run out.
    static var ladder: Ladder {
        var ladder = Ladder(usesTLS: true, start: start)
        ladder.pass(.tcp, at: start + 300, "10.42.2.31:38211")
        ladder.fail(
            NodeFailure(
                .certificateExpired, stage: .tls, node: "erlclu@10.42.2.31",
                message: "its certificate ran out 2 days ago", remedy: "renew it there"), at: start + 3_000)
        return ladder
    }

    /// A mesh in which the third lists too few, seen twice.
    static func mesh(of count: Int = 6) -> DashboardModel {
        let names = (1...count).map { "n\($0)@h" }
        let members = names.map { name in
            var member = member(name)
            var others = Set(names).subtracting([name])
            if name == "n3@h" { others.subtract(["n4@h", "n5@h"]) }
            if name == "n4@h" { others.subtract(["n3@h"]) }
            if name == "n6@h" { member.state = .unreachable }
            member.lists = name == "n6@h" ? nil : others
            return member
        }
        var model = model()
        _ = model.update(.members(members))
        _ = model.update(.members(members))
        return model
    }

    static var members: [Member] {
        var unreachable = member("erlclu@10.42.2.40", .unreachable, links: nil, days: nil)
        unreachable.silence = silence
        unreachable.seen = start - 12_000_000
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
        // The entry is selected at first: trouble stands above it.
        model.press(.home)
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

    /// What stands in the prompt; nil where there is none.
    var typed: String? { if case .prompt(let prompt) = overlay { prompt.text } else { nil } }

    /// The members as they are listed.
    var rows: [MemberRow] { MembersScreen.listed(self) }

    /// The screen as lines.
    var lines: [String] { view().text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}
