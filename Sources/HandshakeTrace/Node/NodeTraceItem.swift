import Diagnosis
import ErlangNode
package import ErlangTerm

/// What the program `trace_dist` emits; its contract is at the head of its source.
package enum NodeTraceItem {
    case tracing(PID, NodeTraceFacts)
    /// Somebody else traces: what, and who it is as far as that can be known.
    case busy([(what: String, who: String)])
    case event(time: Int, process: PID, TracedCall)
    /// `net_kernel` reports on a node.
    case node(time: Int, name: String, isUp: Bool, reason: String?)
    /// The trace has passed on, or counted, all that came before this time.
    case alive(time: Int)
    /// So many events of a second were above the rate, were not taken in time by us, or were old when they were read.
    case dropped(Int)
    case stopped(StopReason)
    indirect case member(String, NodeTraceItem)
    case memberDown(String, reason: String)

    package enum StopReason: String, Sendable {
        case time
        case count
        /// It heard nothing of us for too long.
        case silence
        /// We wanted it to end.
        case asked
    }
}

/// How a trace has been installed.
package struct NodeTraceFacts: Hashable, Sendable {
    package var node: String
    package var otpRelease: String
    package enum Way: String, Sendable {
        /// With a session of its own (OTP 27 and later).
        case session
        /// In the one trace that all share.
        case legacy
        /// Beside somebody else's, who has the processes (meta tracing of the functions).
        case meta
        /// It is an erlclud, which reports its own handshakes.
        case own
    }
    package var way: Way
    package var processes: Int
    package var patterns: Int
}

/// A call of a traced function, or its result: the function's name, and the fields of it that left the node.
package struct TracedCall {
    package var function: String
    package var isReturn: Bool
    package var value: TermView
}

extension NodeTraceItem {
    /// - Returns: nil for what the contract does not have.
    package init?(_ item: TermView) {
        guard let parts = item.elements, let tag = parts[0]?.atom?.name else { return nil }
        switch (tag, parts.count) {
        case ("event", 4):
            guard let time = parts[1]?.microseconds, let process = parts[2]?.pid, let what = parts[3],
                let call = TracedCall(what)
            else { return nil }
            self = .event(time: time, process: process, call)
        case ("tracing", 3):
            guard let pid = parts[1]?.pid, let facts = parts[2].flatMap({ NodeTraceFacts($0) }) else { return nil }
            self = .tracing(pid, facts)
        case ("busy", 2):
            guard let list = parts[1]?.list else { return nil }
            self = .busy(
                list.compactMap { entry in
                    guard let pair = entry.elements(2), let what = pair[0] else { return nil }
                    return (TermPrinter.excerpt(what), pair[1]?.text ?? "")
                })
        case ("node", 5):
            guard let time = parts[1]?.microseconds, let direction = parts[2]?.atom, let name = parts[3]?.atom else {
                return nil
            }
            let reason = direction == "up" ? nil : parts[4].map { TermPrinter.excerpt($0) }
            self = .node(time: time, name: name.name, isUp: direction == "up", reason: reason)
        case ("alive", 2):
            guard let time = parts[1]?.microseconds else { return nil }
            self = .alive(time: time)
        case ("dropped", 2):
            guard let count = parts[1]?.integer.flatMap({ UInt32(exactly: $0) }) else { return nil }
            self = .dropped(Int(count))
        case ("stopped", 2):
            guard let why = (parts[1]?.atom?.name).flatMap({ StopReason(rawValue: $0) }) else { return nil }
            self = .stopped(why)
        case ("member", 3):
            guard let node = parts[1]?.atom, let inner = parts[2], inner.elements?[0]?.isAtom("member") == false,
                let item = NodeTraceItem(inner)
            else { return nil }
            self = .member(node.name, item)
        case ("member_down", 3):
            guard let node = parts[1]?.atom, let reason = parts[2] else { return nil }
            let words = "it is an erlclud that does not know this trace (E-NO-EVAL)"
            self = .memberDown(
                node.name, reason: NoEvaluation.isReason(reason) ? words : TermPrinter.excerpt(reason))
        default: return nil
        }
    }
}

extension NodeTraceFacts {
    fileprivate init?(_ map: TermView) {
        guard let node = map.value(of: "node")?.atom else { return nil }
        self.node = node.name
        otpRelease = map.value(of: "otp")?.text ?? ""
        way = (map.value(of: "way")?.atom?.name).flatMap { Way(rawValue: $0) } ?? .legacy
        processes = map.value(of: "processes")?.integer ?? 0
        patterns = map.value(of: "patterns")?.integer ?? 0
    }
}

extension TracedCall {
    /// `{called | returned, Function, Value}`, and `{secured, Version, Cipher, Leaf}`, which comes on its own.
    fileprivate init?(_ view: TermView) {
        guard let parts = view.elements, let tag = parts[0]?.atom?.name else { return nil }
        switch (tag, parts.count) {
        case ("called", 3), ("returned", 3):
            guard let function = parts[1]?.atom, let value = parts[2] else { return nil }
            self.init(function: function.name, isReturn: tag == "returned", value: value)
        case ("secured", 4): self.init(function: tag, isReturn: true, value: view)
        default: return nil
        }
    }
}

extension TermView {
    /// `erlang:timestamp()` in microseconds since the epoch; nil beyond the year 9999.
    fileprivate var microseconds: Int? {
        guard let parts = elements(3), let mega = parts[0]?.integer, let seconds = parts[1]?.integer,
            let micro = parts[2]?.integer, (0..<1_000_000).contains(mega), (0..<1_000_000).contains(seconds),
            (0..<1_000_000).contains(micro)
        else { return nil }
        let time = (mega * 1_000_000 + seconds) * 1_000_000 + micro
        return UTCTime.microsecondRange.contains(time) ? time : nil
    }
}
