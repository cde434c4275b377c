import DistributionProtocol

/// The one place that turns what was seen of an attempt into a failure code. Each vantage hands in its facts, and the
/// same facts get the same code; a vantage that sees less gets it with less certainty, and the others as alternatives.
package struct AttemptRules {
    let facts: AttemptFacts

    /// The strongest sign first.
    /// - Returns: nil while nothing says that it failed.
    package static func finding(for facts: AttemptFacts) -> Finding? { AttemptRules(facts: facts).finding }

    private var finding: Finding? {
        if let refusal = facts.refusals.first { return refused(refusal) }
        if let end = facts.ends.first(where: \.isAnsweredInTLS) {
            return Finding(.tcpToTLS, facts.own == nil ? .name : end.stage, .plainToSecure(facts.alerts.first?.facts))
        }
        if let alert = facts.alerts.first { return alerted(alert.facts, by: alert.sender) }
        let candidates = facts.ends.map { ended($0) }
        return candidates.first(where: \.isCertain) ?? candidates.first
    }

    /// What the initiator's or the acceptor's reason for its end comes to.
    private func ended(_ end: AttemptFacts.End) -> Finding {
        let known = FailureCause.end(end)
        switch end.reason {
        case .failed(let failure): return Finding(failure.code, failure.stage, known)
        case .wrongCookie: return Finding(.cookie, facts.own == nil && end.side != .initiator ? .reply : .ack, known)
        case .closed(let role), .reset(let role): return closed(by: role, end)
        case .refused:
            return end.stage <= .epmd ? Finding(.epmdRefused, .epmd, known) : Finding(.tcpRefused, .tcp, known)
        case .unreachable:
            return end.stage <= .epmd ? Finding(.epmdTimeout, .epmd, known) : Finding(.tcpTimeout, .tcp, known)
        case .unresolved(let words) where namesDiffer:
            return Finding(.nameType, end.stage, .nameTypes(", and its host does not resolve: \(words)"))
        case .unresolved: return Finding(.dns, .dns, known)
        case .tunnel(let tunnel):
            return Finding(.tunnel, end.stage, known, unless: tunnel.isGuess ? [.protocolViolation] : nil)
        case .notRegistered: return Finding(.epmdNotRegistered, .epmd, known)
        case .timeout(let milliseconds): return late(milliseconds, end)
        case .notAllowed: return Finding(.notAllowed, end.stage, known)
        case .refusedBy(let status): return refusedBy(status, end)
        case .missingFlags: return Finding(.flags, end.side == .initiator ? .challenge : end.stage, known)
        case .nameMismatch(let dialled, let actual):
            return Finding(Self.typesDiffer(dialled, actual) ? .nameType : .name, end.stage, known)
        case .notTLS(let bytes) where end.side == .acceptor: return unlikeTLS(bytes.first, nil)
        case .notTLS(let bytes): return Finding(.protocolViolation, .tls, .notTLS(bytes))
        case .notDistribution(let bytes):
            return bytes.first == TLSRecordType.handshake && bytes.dropFirst().first ?? 3 == 3
                ? Finding(.tlsToTCP, .name, .secureToPlain(.seen)) : Finding(.protocolViolation, end.stage, known)
        case .badTLSOptions(let words):
            return Finding(.tlsOptions, .tls, .badTLSOptions(of: end.side ?? .acceptor, words))
        case .tls(let words): return Finding(.protocolViolation, .tls, .tlsFailed(words))
        case .noCommonParameters(let text):
            let isVersion = text.lowercased().contains("version") || text.lowercased().contains("protocol")
            return isVersion
                ? Finding(.tlsVersion, .tls, .noCommonVersion(nil, by: end.side, text))
                : Finding(.tlsCipher, .tls, .noCommonCipher(nil, by: end.side, text))
        case .foreignKey: return Finding(.tlsKey, .tls, .foreignKey)
        case .violation: return Finding(.protocolViolation, end.stage, known)
        case .other(let words): return other(words, end)
        }
    }

    func refusedBy(_ status: HandshakeStatus, _ end: AttemptFacts.End) -> Finding {
        var end = end
        end.reason = .refusedBy(status)
        switch status {
        case .notAllowed:
            // An acceptor has the same status for both.
            let missing = facts.flags[.initiator]?.missing(from: .mandatory26).names ?? []
            return missing.isEmpty
                ? Finding(.notAllowed, .status, .end(end), unless: [.flags])
                : Finding(.flags, .status, .refusedForFlags(missing), unless: [.notAllowed])
        case .nok: return Finding(.nok, .status, .end(end))
        case .false, .alive: return Finding(.alive, .status, .end(end))
        default: return Finding(.protocolViolation, end.stage, .end(end))
        }
    }

    private func other(_ words: String, _ end: AttemptFacts.End) -> Finding {
        if words == "no name", end.side == .acceptor {
            return facts.waited[.acceptor] ?? 0 >= Self.patience
                ? Finding(.setupTimeout, .name, .sentNoName(afterWaiting: true), unless: [.tlsToTCP])
                : Finding(.protocolViolation, .name, .sentNoName(afterWaiting: false), unless: [])
        }
        let isNameType =
            words == "not_shortnames" || words == "not_longnames" || words == "illegal_node_name"
            || end.stage <= .epmd && namesDiffer
        if isNameType { return Finding(.nameType, end.stage, .nameTypes("")) }
        if end.stage == .epmd { return Finding(.epmdNotRegistered, .epmd, .end(end), unless: [.epmdRefused]) }
        return Finding(.closed, end.stage, .end(end))
    }

    /// A close that comes as late as this was waited for; the shortest `net_setuptime` is a second. Microseconds.
    static let patience = 900_000

    private var namesDiffer: Bool {
        guard facts.own == nil, let one = facts.initiator.name, let other = facts.acceptor.name else { return false }
        return Self.typesDiffer(one, other)
    }

    static func typesDiffer(_ one: String, _ other: String) -> Bool {
        guard let one = try? NodeName(one), let other = try? NodeName(other) else { return false }
        return one.isLong != other.isLong
    }
}

/// ContentType of RFC 8446 §5.1.
enum TLSRecordType {
    static let alert: UInt8 = 21
    static let handshake: UInt8 = 22
}

extension AttemptFacts.End {
    /// Whether a TLS alert came where the distribution's own answer was due.
    var isAnsweredInTLS: Bool {
        guard case .notDistribution(let bytes) = reason, sender == .acceptor else { return false }
        return bytes.count >= 2 && bytes[0] == TLSRecordType.alert && bytes[1] == 3
    }
}
