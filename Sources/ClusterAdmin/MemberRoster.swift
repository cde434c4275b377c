import ByteTransport
import Diagnosis
import ErlangNode
import ErlangTerm

/// Puts the members together from what each of them sees, and says who is to be asked next: whoever one of them has a
/// link to, through that one. So the members are the same through whichever of them they are asked.
struct MemberRoster {
    /// What our own connection reports of the node that it goes to.
    struct Entry {
        var name: String
        var certificateEnd: Int? { certificate?.notAfter }
        var certificate: CertificateFacts?

        init(name: String, certificate: CertificateFacts? = nil) {
            self.name = name
            self.certificate = certificate
        }

        init(_ session: any NodeSession) {
            self.init(name: session.nodeName, certificate: session.servedCertificate)
        }
    }

    /// Nodes that the last node of a route has links to. Nobody connects to anybody for a question.
    struct Question: Equatable {
        /// From the entry, which does not stand in it, to the one that asks; empty where the entry does.
        var route: [String]
        var nodes: [String]
    }

    /// One end's view of a link.
    private struct Link {
        var from: String
        var facts: TermView
    }

    /// Longer routes are not taken: each node on it carries the questions of the others.
    static let longestRoute = 8
    /// Of those whom members have links to, and the entry has not, no more are listed or asked.
    static let mostBehind = 4_096

    private let entry: Entry
    private var names: [String] = []
    private var known: Set<String> = []
    private var behindCount = 0
    /// Whom the entry says are members: it has left the tools out.
    private var confirmed: Set<String> = []
    /// How each node that is asked is reached; the node stands last in it.
    private var routes: [String: [String]] = [:]
    private var questions: [Question] = []
    private(set) var snapshots: [String: TermView] = [:]
    private(set) var failures: [String: NodeFailure] = [:]
    /// By the node at the other end.
    private var links: [String: [Link]] = [:]

    init(entry: Entry) {
        self.entry = entry
        routes[entry.name] = []
    }

    /// Takes what became of a question: of the first one, which the entry asks all that it is connected to, or of
    /// another one. Only who was asked is believed.
    mutating func take(_ event: MemberRelay.Event) {
        switch event {
        case .members(let names):
            confirmed.formUnion(names)
            for name in names {
                add(name)
                if routes[name] == nil { routes[name] = [name] }
            }
        case .item(let name, let item):
            guard let facts = item.elements(tagged: "snapshot", 2)?[1], let route = routes[name],
                snapshots[name] == nil
            else { return }
            snapshots[name] = facts
            takeLinks(of: name, facts, route)
        case .ended(let name, let failure):
            if snapshots[name] == nil, failures[name] == nil { failures[name] = failure }
        }
    }

    /// Whom to ask because of what was heard since the last call.
    mutating func takeQuestions() -> [Question] {
        defer { questions = [] }
        return questions
    }

    private mutating func takeLinks(of name: String, _ facts: TermView, _ route: [String]) {
        var unasked: [String] = []
        for connection in facts.value(of: "connections")?.list.map(Array.init) ?? [] {
            guard let peer = connection.value(of: "node")?.atom?.name, addBehind(peer) else { continue }
            links[peer, default: []].append(Link(from: name, facts: connection))
            guard routes[peer] == nil, route.count < Self.longestRoute, isUp(connection), !isTool(peer) else {
                continue
            }
            routes[peer] = route + [peer]
            unasked.append(peer)
        }
        if !unasked.isEmpty { questions.append(Question(route: route, nodes: unasked)) }
    }

    /// - Returns: whether it is listed.
    private mutating func addBehind(_ name: String) -> Bool {
        if known.contains(name) { return true }
        guard behindCount < Self.mostBehind else { return false }
        behindCount += 1
        add(name)
        return true
    }

    private mutating func add(_ name: String) {
        if known.insert(name).inserted { names.append(name) }
    }

    // MARK: the rows

    /// The rows, the entry first, then by name.
    /// - Parameter now: seconds since 1970.
    func members(now: Int) -> [Member] {
        let kinds = Dictionary(uniqueKeysWithValues: names.filter { !isTool($0) }.map { ($0, kind($0)) })
        // Who may be visible counts: the mesh is complete when all of these have links.
        let mesh = Set(kinds.filter { $0.value != .hidden }.keys)
        return kinds.keys.sorted { ($0 != entry.name ? 1 : 0, $0) < ($1 != entry.name ? 1 : 0, $1) }
            .map { member($0, kinds[$0] ?? nil, mesh, now: now) }
    }

    private func member(_ name: String, _ kind: Member.Kind?, _ mesh: Set<String>, now: Int) -> Member {
        let facts = snapshots[name]
        let seen = links[name] ?? []
        let linked = facts.map { Set(peers($0).filter { $0 != name && mesh.contains($0) }) }
        let certificateEnd =
            certificateEnd(facts?.value(of: "serves")) ?? (name == entry.name ? entry.certificateEnd : nil)
            ?? shownCertificateEnd(seen)
        return Member(
            node: name,
            state: state(name, kind, seen),
            kind: kind,
            isEntry: name == entry.name,
            address: address(name, facts, seen),
            transport: transport(seen, facts),
            otpRelease: NodeAdministrator.text(facts?.value(of: "otp")),
            uptimeSeconds: facts?.value(of: "uptime_ms")?.integer.map { $0 / 1000 },
            processes: facts?.value(of: "processes")?.integer,
            runQueue: facts?.value(of: "run_queue")?.integer,
            memoryBytes: facts?.value(of: "memory")?.integer,
            links: linked?.count,
            linksExpected: linked.map { _ in mesh.count - (mesh.contains(name) ? 1 : 0) },
            lists: linked,
            certificateDays: certificateEnd.map { Int(((Double($0) - Double(now)) / 86_400).rounded(.down)) },
            remark: facts == nil ? failures[name]?.message ?? hearsay(seen) : nil,
            silence: facts == nil ? failures[name] : nil)
    }

    /// A hidden node is no part of the mesh, and often nothing that answers questions (a C node, say): it is up as long
    /// as somebody's link to it is, unless it was asked and kept silent.
    private func state(_ name: String, _ kind: Member.Kind?, _ seen: [Link]) -> Member.State {
        if snapshots[name] != nil { return .up }
        guard confirmed.contains(name) || seen.contains(where: { isUp($0.facts) }) else { return .pending }
        return kind == .hidden && failures[name]?.code != .timeout ? .up : .unreachable
    }

    private func peers(_ facts: TermView) -> [String] {
        (facts.value(of: "connections")?.list.map(Array.init) ?? []).filter { isUp($0) }.compactMap {
            $0.value(of: "node")?.atom?.name
        }
    }

    private func certificateEnd(_ certificate: TermView?) -> Int? { certificate?.value(of: "not_after")?.integer }

    /// When the certificate runs out that whoever connects to the node is shown. A node that dialled showed its
    /// client's certificate, which may be another one: unless it is known who dialled, nothing is.
    private func shownCertificateEnd(_ seen: [Link]) -> Int? {
        seen.filter { wasDialled($0) }.compactMap { certificateEnd($0.facts.value(of: "certificate")) }.max()
    }

    /// All links of a hidden node are hidden, those to visible nodes too: such a link shows which of the two it is
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
        let up = Self.enumerated(seen.filter { isUp($0.facts) }.map(\.from))
        if let up { return "known to \(up) only, too far from \(entry.name) to be asked" }
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

    /// Another tool's dynamic name, seen at a member that is not the entry.
    private func isTool(_ name: String) -> Bool {
        snapshots[name] == nil && !confirmed.contains(name) && Self.isToolName(name)
            && links[name]?.allSatisfy { isHidden($0.facts) } == true
    }

    /// Such a name is one of a hidden node, as in `each_member`.
    static func isToolName(_ name: String) -> Bool { Party.isDynamicName(name) }

    /// What we were shown ourselves.
    func servedToUs(by name: String) -> CertificateFacts? { name == entry.name ? entry.certificate : nil }

    /// What those were shown that have connected to the node.
    func shownCertificates(by name: String) -> [TermView] {
        (links[name] ?? []).filter { wasDialled($0) }.compactMap { $0.facts.value(of: "certificate") }
    }

    /// Those that gave an answer, or were asked for one, in order.
    var asked: [String] { names.filter { snapshots[$0] != nil || failures[$0] != nil }.sorted() }

    private func isUp(_ link: TermView) -> Bool { link.value(of: "state")?.isAtom("up") == true }

    /// Whether the one that sees the link has made it.
    private func wasDialled(_ link: Link) -> Bool { link.facts.value(of: "dialled")?.bool == true }

    /// Where the node listens: as it says itself, or else where others have dialled it. The port of a link that it
    /// dialled is none to dial back to.
    private func address(_ name: String, _ facts: TermView?, _ seen: [Link]) -> String? {
        let dialled = seen.filter { wasDialled($0) }.compactMap { $0.facts.value(of: "port")?.integer }
        guard let port = facts?.value(of: "listens")?.integer ?? dialled.min(), let at = name.firstIndex(of: "@")
        else { return nil }
        return Endpoint(host: String(name[name.index(after: at)...]), port: UInt16(clamping: port)).description
    }

    private func transport(_ seen: [Link], _ facts: TermView?) -> String? {
        let link = seen.min { $0.from < $1.from }?.facts ?? facts?.value(of: "connections")?.list?.first { _ in true }
        return NodeAdministrator.text(link?.value(of: "transport"))
    }
}
