import ErlangTerm

/// How a node came to another one, as far as it can see that by itself: an item of the program `reach`.
package struct ReachReport: Hashable, Sendable {
    package enum State: String, Sendable {
        /// The two were connected before.
        case up
        /// The attempt has begun: there is another report to come.
        case trying
        /// They are now.
        case made
        case failed
        /// They are not, and were not to be: the first has only looked where the other is.
        case down
    }

    /// One question on the way, and when it was answered: microseconds since the epoch, by that node's clock.
    package struct Answer<Value: Hashable & Sendable>: Hashable, Sendable {
        /// nil where the node had no need to ask.
        package var value: Value?
        /// The atom that says why not.
        package var error: String?
        package var time: Int
    }

    package var from: String
    package var target: String
    package var state: State
    package var isHidden: Bool
    package var began: Int
    package var ended: Int
    package var usesLongNames: Bool?
    package var carrier: String
    /// `erlang:phash2(Cookie, 1024)` of the one that it has for the other.
    package var cookieHash: Int?
    package var address: Answer<String>?
    package var port: Answer<UInt16>?
    /// A connection that was made and closed, instead of an attempt or after it had failed.
    package var tcp: Answer<Bool>?

    package var isConnected: Bool { state == .up || state == .made }
}

extension ReachReport {
    init?(_ item: TermView) {
        guard let parts = item.elements(tagged: "reach", 3), let target = parts[1]?.atom?.name, let facts = parts[2],
            let state = (facts.value(of: "state")?.atom?.name).flatMap({ State(rawValue: $0) }),
            let from = facts.value(of: "from")?.atom?.name
        else { return nil }
        self.from = from
        self.target = target
        self.state = state
        isHidden = facts.value(of: "hidden")?.bool ?? false
        began = SystemTime.plausible(facts.value(of: "began")?.integer) ?? 0
        ended = SystemTime.plausible(facts.value(of: "ended")?.integer) ?? 0
        usesLongNames = facts.value(of: "long_names")?.bool
        carrier = NodeAdministrator.text(facts.value(of: "proto_dist")) ?? "inet_tcp"
        cookieHash = facts.value(of: "cookie")?.integer
        address = Answer(facts, "address", "address_at") { NodeAdministrator.text($0) }
        port = Answer(facts, "port", "port_at") { $0.integer.map { UInt16(clamping: $0) } }
        tcp = Answer(facts, "tcp", "tcp_at") { _ in nil }
    }
}

extension ReachReport.Answer {
    /// `{ok, Value} | {error, Reason} | Atom`
    fileprivate init?(_ facts: TermView, _ key: Atom, _ time: Atom, _ read: (TermView) -> Value?) {
        guard let view = facts.value(of: key), let time = SystemTime.plausible(facts.value(of: time)?.integer)
        else { return nil }
        self.time = time
        value = view.elements(tagged: "ok", 2)?[1].flatMap(read)
        error = view.elements(tagged: "error", 2)?[1]?.atom?.name
    }
}
