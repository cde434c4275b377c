package import ByteTransport

/// Whose epmd is to be asked, and when: that of the entry's host first, then those of the other members' hosts. One at a
/// time, each rarely, and sooner where somebody of its host is missed.
package struct RegistrationRounds {
    /// More hosts are not asked: one without members gives way to a new one.
    package static let mostHosts = 64
    /// Between two questions to whomsoever.
    package static let gap = Duration.milliseconds(500)
    /// Between two questions to the same epmd, whatever happens.
    package static let least = Duration.seconds(3)
    /// One that gives no answer is asked half as often each time, down to this.
    package static let longest = Duration.seconds(600)

    private struct Host {
        var name: String
        var due: Instant
        var asked: Instant?
        /// How often it gave no answer since its last one.
        var failures = 0
        /// When somebody was listed there last.
        var inhabited: Instant
        /// Somebody has been missed there since it was asked last.
        var owesAnswer = false
        /// It is the entry's, and stays.
        var isEntry = false
    }

    /// In the order in which they were heard of.
    private var hosts: [Host] = []
    private var listed: Set<String> = []
    private var last: Instant?
    private let interval: Duration
    private let asksOthers: Bool

    /// - Parameters:
    ///   - interval: between two questions to an epmd that answers.
    ///   - asksOthers: false: only the entry's host is asked.
    package init(entry: String, interval: Duration = .seconds(30), asksOthers: Bool = true, at now: Instant) {
        self.interval = interval
        self.asksOthers = asksOthers
        if let host = Self.host(of: entry) { hosts.append(Host(name: host, due: now, inhabited: now, isEntry: true)) }
    }

    package static func host(of node: String) -> String? {
        let host = node.drop { $0 != "@" }.dropFirst()
        return host.isEmpty || host.utf8.count > 255 ? nil : String(host)
    }

    /// Takes a list of members. Where one is missing that was in the last list, its host is asked soon.
    package mutating func take(_ members: [String], at now: Instant) {
        let present = Set(members)
        let inhabited = Set(members.compactMap(Self.host(of:)))
        let missed = Set(listed.subtracting(present).compactMap(Self.host(of:)))
        listed = present
        for index in hosts.indices {
            if inhabited.contains(hosts[index].name) { hosts[index].inhabited = now }
            guard missed.contains(hosts[index].name) else { continue }
            hosts[index].owesAnswer = true
            hurry(index, at: now)
        }
        var known = Set(hosts.map(\.name))
        for case let host? in members.map(Self.host(of:)) where !known.contains(host) {
            guard asksOthers, makeRoom(besides: inhabited) else { break }
            hosts.append(Host(name: host, due: now, inhabited: now))
            known.insert(host)
        }
    }

    /// Where there is no room, the host goes that has had no member for longest. Not one that has still to say what became
    /// of somebody: whoever has no room because of it gets it with one of the next lists.
    /// - Returns: whether one more can be asked.
    private mutating func makeRoom(besides inhabited: Set<String>) -> Bool {
        guard hosts.count >= Self.mostHosts else { return true }
        let idle = hosts.indices.filter { index in
            let host = hosts[index]
            return !host.isEntry && !host.owesAnswer && !inhabited.contains(host.name)
        }
        guard let oldest = idle.min(by: { hosts[$0].inhabited < hosts[$1].inhabited }) else { return false }
        hosts.remove(at: oldest)
        return true
    }

    /// Somebody wants to know now.
    package mutating func hurry(at now: Instant) {
        for index in hosts.indices { hurry(index, at: now) }
    }

    private mutating func hurry(_ index: Int, at now: Instant) {
        hosts[index].due = min(hosts[index].due, max(now, hosts[index].asked.map { $0 + Self.least } ?? now))
    }

    /// - Returns: the host to ask now, which is taken for asked; nil: none yet.
    package mutating func next(at now: Instant) -> String? {
        guard let index = soonest, wake.map({ $0 <= now }) ?? false else { return nil }
        hosts[index].asked = now
        hosts[index].due = now + interval
        last = now
        return hosts[index].name
    }

    /// When `next` has one; nil: never.
    package var wake: Instant? {
        guard let index = soonest else { return nil }
        return max(hosts[index].due, last.map { $0 + Self.gap } ?? hosts[index].due)
    }

    private var soonest: Int? { hosts.indices.min { hosts[$0].due < hosts[$1].due } }

    /// What came of a question.
    package mutating func answered(_ host: String, isAnswer: Bool, at now: Instant) {
        guard let index = hosts.firstIndex(where: { $0.name == host }) else { return }
        hosts[index].owesAnswer = false
        hosts[index].failures = isAnswer ? 0 : min(hosts[index].failures + 1, 16)
        guard !isAnswer else { return }
        let pause = min(Self.longest, Self.least * (1 << min(hosts[index].failures, 10)))
        hosts[index].due = now + pause
    }
}
