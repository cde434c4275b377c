import ByteTransport
import ErlangNode
import ErlangTerm

/// Puts the members together from what each of them sees.
struct MemberRoster {
    /// One end's view of a link.
    private struct Link {
        var from: String
        var facts: TermView
    }

    /// What our own connection tells of the node that it goes to.
    struct Entry {
        var name: String
        var address: String
        /// Seconds since 1970.
        var certificateEnd: Int?

        init(name: String, address: String, certificateEnd: Int?) {
            self.name = name
            self.address = address
            self.certificateEnd = certificateEnd
        }

        init(_ session: any NodeSession) {
            self.init(
                name: session.nodeName, address: session.endpoint.description,
                certificateEnd: session.servedCertificate?.notAfter)
        }
    }

    private let entry: Entry
    private var names: [String] = []
    /// Whom the entry says are members: it has left the tools out.
    private var confirmed: Set<String> = []
    private var snapshots: [String: TermView] = [:]
    private var failures: [String: NodeFailure] = [:]
    /// By the node at the other end.
    private var links: [String: [Link]] = [:]

    init(entry: Entry) { self.entry = entry }

    mutating func take(_ event: NodeAdministrator.MemberEvent) {
        switch event {
        case .members(let names):
            confirmed.formUnion(names)
            for name in names { add(name) }
        case .item(let name, let item):
            guard let facts = item.elements(tagged: "snapshot", 2)?[1] else { return }
            snapshots[name] = facts
            for connection in facts.value(of: "connections")?.list.map(Array.init) ?? [] {
                guard let peer = connection.value(of: "node")?.atom?.name else { continue }
                add(peer)
                links[peer, default: []].append(Link(from: name, facts: connection))
            }
        case .ended(let name, let failure):
            if snapshots[name] == nil { failures[name] = failure }
        }
    }

    private mutating func add(_ name: String) {
        if !names.contains(name) { names.append(name) }
    }

    /// The rows, the entry first, then by name.
    /// - Parameter now: seconds since 1970.
    func members(now: Int) -> [Member] {
        let listed = names.filter { !isTool($0) }
        return listed.sorted { ($0 != entry.name ? 1 : 0, $0) < ($1 != entry.name ? 1 : 0, $1) }
            .map { member($0, among: Set(listed), now: now) }
    }

    private func member(_ name: String, among listed: Set<String>, now: Int) -> Member {
        let facts = snapshots[name]
        let seen = links[name] ?? []
        let peers = facts?.value(of: "connections")?.list?.filter { isUp($0) }.compactMap {
            $0.value(of: "node")?.atom?.name
        }
        let others = listed.subtracting([name])
        let isEntry = name == entry.name
        let certificateEnd = (isEntry ? entry.certificateEnd : nil) ?? servedCertificateEnd(facts, seen)
        return Member(
            node: name,
            state: facts != nil ? .up : seen.contains { isUp($0.facts) } ? .unreachable : .pending,
            kind: kind(name),
            isEntry: isEntry,
            address: seen.lazy.compactMap { Self.address($0.facts, listens: facts?.value(of: "listens")?.integer) }
                .first
                ?? (isEntry ? entry.address : nil),
            transport: transport(seen, facts),
            otpRelease: NodeAdministrator.text(facts?.value(of: "otp")),
            uptimeSeconds: facts?.value(of: "uptime_ms")?.integer.map { $0 / 1000 },
            processes: facts?.value(of: "processes")?.integer,
            runQueue: facts?.value(of: "run_queue")?.integer,
            memoryBytes: facts?.value(of: "memory")?.integer,
            links: peers.map { Set($0).intersection(others).count },
            linksExpected: facts == nil ? nil : others.count,
            certificateDays: certificateEnd.map { Int(((Double($0) - Double(now)) / 86_400).rounded(.down)) },
            remark: facts == nil ? failures[name]?.message ?? hearsay(seen) : nil,
            silence: facts == nil ? failures[name] : nil)
    }

    /// When the certificate runs out that whoever connects to the node is shown. A node that dialled showed its
    /// client's certificate, which may be another one: unless it is known who dialled, nothing is.
    private func servedCertificateEnd(_ facts: TermView?, _ seen: [Link]) -> Int? {
        if let own = facts?.value(of: "serves")?.value(of: "not_after")?.integer { return own }
        return seen.filter { $0.facts.value(of: "dialled")?.bool == true }
            .compactMap { $0.facts.value(of: "certificate")?.value(of: "not_after")?.integer }.max()
    }

    /// All links of a hidden node are hidden, those to visible nodes too: such a link tells which of the two it is
    /// only where one end has said what it is.
    private func kind(_ name: String) -> Member.Kind? {
        if saysHidden(name) { return .hidden }
        let seen = links[name] ?? []
        if seen.contains(where: { !isHidden($0.facts) }) { return .visible }
        if seen.contains(where: { !saysHidden($0.from) }) { return .hidden }
        return snapshots[name] == nil ? nil : .visible
    }

    private func saysHidden(_ name: String) -> Bool { snapshots[name]?.value(of: "hidden")?.bool == true }

    private func isHidden(_ link: TermView) -> Bool { link.value(of: "type")?.isAtom("hidden") == true }

    /// Why nobody was asked that is only heard of.
    private func hearsay(_ seen: [Link]) -> String? {
        let up = seen.filter { isUp($0.facts) }.map(\.from)
        if up.contains(entry.name) { return "\(entry.name) has a link to it that came up after the others were asked" }
        if let told = Self.enumerated(up) { return "known to \(told) only: \(entry.name) has no link to it" }
        return Self.enumerated(seen.map(\.from)).map { "a link between it and \($0) is being set up" }
    }

    /// The first few.
    private static func enumerated(_ names: [String]) -> String? {
        let names = Set(names).sorted()
        guard let last = names.last else { return nil }
        guard names.count > 1 else { return last }
        guard names.count > 3 else { return "\(names.dropLast().joined(separator: ", ")) and \(last)" }
        return "\(names.prefix(2).joined(separator: ", ")) and \(names.count - 2) others"
    }

    /// Another tool's dynamic name (NAME_ME), seen at a member that is not the entry: hidden, and before the @ a random
    /// number of 64 bits in base 36 (net_kernel), as in `each_member`. It has 12 or 13 characters, rarely 11.
    private func isTool(_ name: String) -> Bool {
        guard snapshots[name] == nil, !confirmed.contains(name),
            links[name]?.allSatisfy({ isHidden($0.facts) }) == true, let at = name.firstIndex(of: "@")
        else { return false }
        let alive = name[..<at]
        return (11...13).contains(alive.count) && alive.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
    }

    private func isUp(_ link: TermView) -> Bool { link.value(of: "state")?.isAtom("up") == true }

    /// The address that a neighbour sees, with the port that the node says it listens on: the port of a link that it
    /// dialled is none to dial back to.
    private static func address(_ link: TermView, listens: Int?) -> String? {
        guard let ip = NodeAdministrator.text(link.value(of: "ip")),
            let port = listens ?? link.value(of: "port")?.integer
        else { return nil }
        return Endpoint(host: ip, port: UInt16(clamping: port)).description
    }

    private func transport(_ seen: [Link], _ facts: TermView?) -> String? {
        if let link = seen.first { return NodeAdministrator.text(link.facts.value(of: "transport")) }
        let own = facts?.value(of: "connections")?.list?.first { _ in true }
        return NodeAdministrator.text(own?.value(of: "transport"))
    }
}
