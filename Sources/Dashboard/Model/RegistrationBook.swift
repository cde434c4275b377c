import ClusterAdmin
import Diagnosis

/// What the epmd of each host said last, as far as it was asked.
struct RegistrationBook: Sendable {
    /// Whether a node is registered with the epmd of its host.
    enum Standing: Hashable, Sendable {
        /// Nobody has asked.
        case unknown
        /// Its epmd gives no answer: why.
        case unanswered(String)
        case registered
        case absent
    }

    /// A name that an epmd has, as a node.
    struct Entry: Hashable, Sendable {
        var node: String
        var port: UInt16
    }

    private struct Names: Sendable {
        var all: Set<String>
        /// Those that may be listed, in order.
        var listable: [RegisteredNode]
        /// The same, as they were one answer earlier.
        var before: [RegisteredNode]
    }

    private enum Answer: Sendable {
        case names(Names)
        case failure(NodeFailure)
    }

    /// More hosts are not kept.
    static let mostHosts = 64
    /// So many that no member lists are shown of a host, and of all.
    static let mostOfHost = 24
    static let mostUnlisted = 96
    /// Of more names of a host nobody looks whether they are members.
    private static let mostLookedAt = 256
    /// From here on Linux gives out ports to those that ask for none (`ip_local_port_range`). Ports that are fixed in a
    /// configuration are below, and the same on all hosts.
    private static let firstGivenPort: UInt16 = 32_768

    private var answers: [String: Answer] = [:]
    /// In the order in which they were heard of: that of the entry first.
    private var hosts: [String] = []
    /// Which answer was the last of each host, counted from the first of all.
    private var turns: [String: Int] = [:]
    private var turn = 0

    mutating func take(_ host: String, _ answer: Result<[RegisteredNode], NodeFailure>) {
        if answers[host] == nil {
            guard hosts.count < Self.mostHosts else { return }
            hosts.append(host)
        }
        turn += 1
        turns[host] = turn
        switch answer {
        case .success(let names):
            let listable = names.lazy.filter { DashboardTarget.isNodeName("\($0.name)@\(host)") }
                .sorted { ($0.name, $0.port) < ($1.name, $1.port) }.prefix(Self.mostLookedAt)
            answers[host] = .names(
                Names(
                    all: Set(names.map(\.name)), listable: Array(listable),
                    before: self.names(of: host)?.listable ?? []))
        case .failure(let failure): answers[host] = .failure(failure)
        }
    }

    /// Whether an answer of this host is not kept unless another host goes.
    func lacksRoom(for host: String) -> Bool { answers[host] == nil && hosts.count >= Self.mostHosts }

    /// Drops the host that was heard longest ago: one where nobody is, or else one where somebody was lost. What its
    /// epmd has said of those that are lost is kept with them.
    /// - Parameters:
    ///   - members: of the last list. Their hosts stay.
    ///   - lost: those that are missed.
    mutating func makeRoom(members: some Sequence<String>, lost: some Sequence<String>) {
        let inhabited = Set(members.compactMap(RegistrationRounds.host(of:)))
        let missed = Set(lost.compactMap(RegistrationRounds.host(of:)))
        let idle = hosts.filter { !inhabited.contains($0) }
        let empty = idle.filter { !missed.contains($0) }
        guard let oldest = (empty.isEmpty ? idle : empty).min(by: { turns[$0, default: 0] < turns[$1, default: 0] })
        else { return }
        hosts.removeAll { $0 == oldest }
        (answers[oldest], turns[oldest]) = (nil, nil)
    }

    func standing(of node: String) -> Standing {
        guard let host = RegistrationRounds.host(of: node), let answer = answers[host] else { return .unknown }
        switch answer {
        case .failure(let failure): return .unanswered("\(failure.code.rawValue): \(failure.message)")
        case .names(let names): return names.all.contains(String(node.prefix { $0 != "@" })) ? .registered : .absent
        }
    }

    private func names(of host: String) -> Names? {
        if case .names(let names)? = answers[host] { names } else { nil }
    }

    /// Names of which no node is listed, as far as they are shown, and how many more there are. Where two hosts have one
    /// epmd, each of its names is one node.
    func unlisted(besides listed: [Member]) -> (shown: [Entry], more: Int) {
        guard !hosts.isEmpty else { return ([], 0) }
        let nodes = Set(listed.map(\.node))
        var shown: [Entry] = []
        var more = 0
        for (index, host) in hosts.enumerated() {
            guard let names = self.names(of: host) else { continue }
            let same = hosts.indices.filter { $0 != index && isOne(hosts[$0], host, nodes) }
            var ofHost = 0
            for entry in names.listable {
                let node = "\(entry.name)@\(host)"
                if nodes.contains(node) { continue }
                let isKnown = same.contains { other in
                    if nodes.contains("\(entry.name)@\(hosts[other])") { return true }
                    // It is shown by the name of the host that was heard of first.
                    return other < index && self.names(of: hosts[other])?.all.contains(entry.name) ?? false
                }
                if isKnown { continue }
                guard ofHost < Self.mostOfHost, shown.count < Self.mostUnlisted else {
                    more += 1
                    continue
                }
                ofHost += 1
                shown.append(Entry(node: node, port: entry.port))
            }
        }
        return (shown, more)
    }

    // MARK: one epmd with two names

    /// Whether two names of hosts lead to one epmd, so far as what it says shows it: all its names and ports are the same,
    /// and that is no chance. They are not asked at the same moment, so each may be an answer ahead of the other.
    private func isOne(_ first: String, _ second: String, _ nodes: Set<String>) -> Bool {
        guard let one = names(of: first), let other = names(of: second) else { return false }
        if one.listable.isEmpty || other.listable.isEmpty { return false }
        let isSame = one.listable == other.listable || one.listable == other.before || one.before == other.listable
        guard isSame else { return false }
        // No epmd has a name twice.
        let isTwice = one.listable.contains { entry in
            nodes.contains("\(entry.name)@\(first)") && nodes.contains("\(entry.name)@\(second)")
        }
        if isTwice { return false }
        // Whatever is called by this computer's own address may be called by another name of it as well.
        if Self.isLoopback(first) || Self.isLoopback(second) { return true }
        if Self.isAddress(first), Self.isAddress(second) { return false }
        // Hosts with one configuration have the same names at the same fixed ports.
        return one.listable.contains { $0.port >= Self.firstGivenPort }
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasPrefix("localhost.") || host == "::1"
            || host.hasPrefix("127.") && isAddress(host)
    }

    private static func isAddress(_ host: String) -> Bool {
        host.contains(":") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }
}
