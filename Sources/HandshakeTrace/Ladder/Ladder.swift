package import Diagnosis
import ErlangNode

/// One attempt to come to a node, rung by rung: made of the events of a connection, whoever saw them.
package struct Ladder: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        case passed
        /// Not needed on this way, such as epmd where the port is known.
        case skipped
        /// Passed, to judge by what followed, and by somebody whom this vantage does not see.
        case unseen
        case broken(NodeFailure)
        case unreached
    }

    package struct Step: Hashable, Sendable {
        package var rung: Rung
        package var verdict: Verdict
        /// Microseconds since the rung below; nil where they were not seen.
        package var time: Int?
        /// What is known of it: phrases without a final period.
        package var facts: [String]
    }

    /// Those of this way, lowest first: without TLS there are none of TLS.
    package private(set) var steps: [Step]
    /// When the rung that was passed last was.
    private var last: Int
    private let isSeenByInitiator: Bool
    /// Under TLS 1.3 the acceptor's verdict on the initiator's certificate comes when the handshake is over for the
    /// initiator, and its name may be sent.
    var hasLateVerdict = false

    /// The rungs that are passed and stay so, lowest first: nothing that may still come takes them back.
    package var firm: ArraySlice<Step> {
        let reached = steps.prefix { [.passed, .skipped, .unseen].contains($0.verdict) }
        let judge: Rung = hasLateVerdict ? .status : .tlsFinished
        guard self[.tlsFinished] != nil, reached.last?.rung ?? .dns < judge else { return reached }
        // A certificate that one side takes is followed by that of the other, which may be refused.
        return reached.prefix { $0.rung < .tlsCertificate }
    }

    /// - Parameters:
    ///   - tunnel: what the connections go through, as an operator calls it.
    ///   - top: the highest rung.
    ///   - start: microseconds since the epoch.
    ///   - isSeenByInitiator: whether the events are those of the end that dials: nobody else knows how it found the
    ///     other.
    package init(
        usesTLS: Bool, through tunnel: String? = nil, to top: Rung = .applications, start: Int,
        isSeenByInitiator: Bool = true
    ) {
        last = start
        self.isSeenByInitiator = isSeenByInitiator
        steps = Rung.allCases
            .filter {
                (usesTLS || !$0.isOfTLS) && !$0.isOfSSH && $0 <= top && $0 != (tunnel == nil ? .tunnel : .dns)
            }
            .map { Step(rung: $0, verdict: .unreached, time: nil, facts: []) }
        if let tunnel { note(["through \(tunnel)"], of: .tunnel) }
    }

    /// - Parameter rungs: those of the way, lowest first.
    init(of rungs: [Rung], start: Int) {
        last = start
        isSeenByInitiator = true
        steps = rungs.map { Step(rung: $0, verdict: .unreached, time: nil, facts: []) }
    }

    /// The lowest rung that is broken.
    package var broken: (rung: Rung, failure: NodeFailure)? {
        for step in steps { if case .broken(let failure) = step.verdict { return (step.rung, failure) } }
        return nil
    }

    package subscript(rung: Rung) -> Step? { steps.first { $0.rung == rung } }

    /// The lowest rung that nothing is known of.
    private var next: Rung? { steps.first { $0.verdict == .unreached }?.rung }

    /// The rung is passed; so are those below it.
    package mutating func pass(_ rung: Rung, at time: Int, _ facts: String...) {
        guard let index = index(of: rung) else { return }
        settle(below: index)
        guard steps[index].verdict == .unreached else { return note(facts, of: rung) }
        steps[index].verdict = .passed
        steps[index].time = elapsed(to: time)
        last = max(last, time)
        note(facts, of: rung)
    }

    package mutating func skip(_ rung: Rung, _ facts: String...) {
        guard let index = index(of: rung), steps[index].verdict == .unreached else { return }
        steps[index].verdict = .skipped
        note(facts, of: rung)
    }

    /// The attempt ends here: what was passed above the rung in question does not count.
    package mutating func fail(_ failure: NodeFailure, at time: Int, rung: Rung? = nil) {
        let place = rung ?? Rung.broken(by: failure, next: next)
        guard let index = index(of: place) ?? steps.firstIndex(where: { $0.rung > place }) else { return }
        settle(below: index)
        // What was known to be broken only gets a better name.
        if case .broken = steps[index].verdict {
        } else {
            steps[index].time = elapsed(to: time)
            last = max(last, time)
        }
        steps[index].verdict = .broken(failure)
        for above in steps.indices where above > index {
            steps[above].verdict = .unreached
            steps[above].time = nil
            steps[above].facts = []
        }
    }

    /// More about a rung; what it has said already is not said again.
    package mutating func note(_ facts: [String], of rung: Rung) {
        guard let index = index(of: rung) else { return }
        for fact in facts where !steps[index].facts.contains(fact) { steps[index].facts.append(fact) }
    }

    /// Whoever wrote the times may have meant no good.
    private func elapsed(to time: Int) -> Int {
        let (difference, isTooLarge) = time.subtractingReportingOverflow(last)
        return isTooLarge ? 0 : max(0, difference)
    }

    private mutating func settle(below index: Int) {
        for lower in steps.indices where lower < index && steps[lower].verdict == .unreached {
            let isOfTheWay = steps[lower].rung < .tcp
            steps[lower].verdict =
                isOfTheWay && !isSeenByInitiator ? .unseen : steps[lower].rung == .epmd ? .skipped : .passed
        }
    }

    private func index(of rung: Rung) -> Int? { steps.firstIndex { $0.rung == rung } }
}

extension Rung {
    /// Where a failure belongs.
    /// - Parameter next: the lowest rung that nothing is known of: how far the attempt came.
    static func broken(by failure: NodeFailure, next: Rung?) -> Rung {
        if failure.code == .tunnel { return .tunnel }
        switch failure.stage {
        case .dns: return failure.code == .timeout ? next ?? .dns : .dns
        case .epmd: return .epmd
        case .tcp: return .tcp
        case .sshBanner: return .sshBanner
        case .sshKeyExchange: return .sshKeyExchange
        case .sshHostKey: return .sshHostKey
        case .sshAuthentication: return .sshAuthentication
        case .sshExec: return .sshExec
        case .sshBridge: return .sshBridge
        case .tls:
            switch failure.code {
            case .certificateExpired, .certificateNotYetValid, .caUnknown, .certificateName, .certificateUsage,
                .certificateRequired, .certificateRevoked, .certificateRefused:
                return .tlsCertificate
            case .tlsToTCP, .tlsVersion, .tlsCipher: return .tlsHello
            // A node looks at its options before it connects.
            case .tlsOptions, .tlsStrict: return min(next ?? .tlsHello, .tlsHello)
            default:
                return next.flatMap { $0.isOfTLS ? $0 : nil }
                    ?? (next ?? .tlsHello < .tlsHello ? .tlsHello : .tlsFinished)
            }
        case .name: return .name
        case .status: return .status
        case .challenge: return failure.code == .flags ? .flags : .challenge
        case .reply, .ack: return .cookie
        // Of the rungs above only the lowest that was not passed can be meant.
        case .up, .tick, .down: return max(next ?? .applications, .up)
        }
    }
}
