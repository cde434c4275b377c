import DistributionProtocol

/// A close without a word means what was due: a bare close has several causes.
extension AttemptRules {
    /// What a refused certificate may be, where nobody can see it.
    package static let refusals: [FailureCode] = [
        .certificateExpired, .certificateNotYetValid, .caUnknown, .certificateName, .certificateUsage,
        .certificateRequired, .certificateRevoked,
    ]

    func closed(by role: Role?, _ end: AttemptFacts.End) -> Finding {
        let closer = role ?? end.side?.other ?? .acceptor
        if closer == .initiator, PlainProbeName.isOf(facts.initiator) {
            return Finding(.closed, end.stage, .plainProbe)
        }
        if let finding = leftForFlags(end) { return finding }
        switch (end.stage, end.side) {
        case (.dns, _), (.epmd, _): return Finding(.epmdRefused, .epmd, .end(end))
        case (.tcp, .initiator?): return Finding(.tcpRefused, .tcp, .end(end))
        case (.tcp, nil): return Finding(.closed, .tcp, .probe(by: closer, isSecured: false))
        case (.tls, _): return closedInTLS(by: closer, end)
        case (.status, _) where facts.isHeldForAlive: return refusedBy(.alive, end)
        // From between, an initiator that goes away is seen to do so.
        case (.status, nil) where role == .initiator: return Finding(.closed, end.stage, .closed(by: .initiator))
        case (.challenge, nil) where role == .initiator: return leftAtChallenge(end)
        case (.reply, nil) where role == .initiator: return Finding(.closed, end.stage, .closed(by: .initiator))
        case (.reply, .acceptor?) where closer == .initiator: return leftBehindChallenge(end)
        case (.ack, .initiator?), (.reply, .initiator?), (.ack, nil), (.reply, nil):
            return Finding(.cookie, .ack, .closedAtReply, unless: [.setupTimeout, .closed])
        case (.status, .initiator?), (.name, .initiator?), (.status, nil), (.name, nil): return closedAtName()
        default: return Finding(.closed, end.stage, .closed(by: closer))
        }
    }

    /// Instead of an answer to the name.
    private func closedAtName() -> Finding {
        guard !facts.secureSides.isEmpty else {
            return Finding(
                .tcpToTLS, .status, .closedAtName(isSecure: false), unless: [.notAllowed, .closed, .protocolViolation])
        }
        if let finding = closedOverCertificate() { return finding }
        let isJudged = facts.version.map { $0 != "TLS 1.3" } ?? false
        return Finding(
            .notAllowed, .status, .closedAtName(isSecure: true),
            unless: isJudged
                ? [.closed]
                : [.closed] + Self.refusals)
    }

    /// Under TLS 1.3 the acceptor judges the initiator's certificate when the handshake is over for the initiator, and a
    /// reset can swallow its alert. What is plainly wrong with the certificate is named as likely.
    private func closedOverCertificate() -> Finding? {
        guard facts.version == "TLS 1.3", facts.isCertificateRequested else { return nil }
        if let fault = visibleDefect(of: .initiator, nil) {
            return Finding(finding(of: fault).code, .tls, .closedOverCertificate(fault), unless: [.closed])
        }
        guard facts.hasNoCertificate(.initiator) else { return nil }
        return Finding(.certificateRequired, .tls, .closedOverCertificate(nil), unless: [.closed])
    }

    private func closedInTLS(by closer: Role, _ end: AttemptFacts.End) -> Finding {
        if let judge = facts.sealedAlert {
            return Finding(
                .certificateRefused, .tls, .sealedRefusal(by: judge),
                unless: Self.refusals)
        }
        if facts.isSecured {
            return Finding(.closed, .name, .probe(by: closer, isSecured: true), unless: [.notAllowed])
        }
        if end.side == .acceptor, closer == .initiator {
            // What it said before, if anything, a trace on the acceptor does not see.
            return Finding(.closed, .tls, .probe(by: .initiator, isSecured: false), unless: [.tlsOptions])
        }
        if isBehindHello { return Finding(.closed, .tls, .closedInTLS(by: closer)) }
        if facts.plainSides == [.acceptor] || facts.probe == .plainDistribution {
            return Finding(.tlsToTCP, .tls, .secureToPlain(.seen))
        }
        let waited = end.side.flatMap { facts.waited[$0] } ?? 0
        if facts.probe == nil || facts.probe == .unclear, waited >= Self.patience, closer == .acceptor {
            return facts.spokeTLSBefore
                ? Finding(.setupTimeout, .tls, .frozenBehindHello(milliseconds: nil), unless: [.tlsKey])
                : Finding(.tlsToTCP, .tls, .secureToPlain(.closed), unless: [.tlsKey, .setupTimeout])
        }
        var others: [FailureCode] = [.tlsOptions, .closed]
        if facts.probe == nil || facts.probe == .unclear { others.append(.tlsToTCP) }
        if facts.own?.offer?.versions.count == 1 { others.append(.tlsVersion) }
        return Finding(.tlsKey, .tls, .unusableKey(nil, by: closer), unless: others)
    }

    /// Seen by the acceptor. An initiator that finds another name in the challenge than it dialled leaves at once; one that
    /// is not known to have left so soon has given up, or has been ended.
    private func leftBehindChallenge(_ end: AttemptFacts.End) -> Finding {
        guard let waited = facts.waited[.acceptor], waited < Self.patience else {
            return Finding(.closed, end.stage, .closed(by: .initiator), unless: [.name])
        }
        return Finding(.name, .challenge, .leftAtChallenge, unless: [.closed])
    }

    /// Seen from between: the initiator goes away after the challenge.
    private func leftAtChallenge(_ end: AttemptFacts.End) -> Finding {
        guard let dialled = facts.dialled, dialled.contains("@"), let actual = facts.acceptor.name else {
            return Finding(.name, .challenge, .leftAtChallenge, unless: [.closed])
        }
        guard !Self.mayBeOne(dialled, actual) else {
            return Finding(.closed, end.stage, .closed(by: .initiator), unless: [.name])
        }
        return Finding(
            Self.typesDiffer(dialled, actual) ? .nameType : .name, .challenge,
            .leftForName(dialled: dialled, actual: actual), unless: [.closed])
    }

    /// Whether two names may be of one node, whose host is written in two ways: as an address, as a name, with or without
    /// its domain. What was dialled is put together from what epmd and TLS were asked for, and may be spelt otherwise.
    private static func mayBeOne(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        let (one, other) = (one.split(separator: "@"), other.split(separator: "@"))
        guard one.count == 2, other.count == 2, one[0] == other[0] else { return false }
        func isAddress(_ host: Substring) -> Bool {
            host.contains(":") || host.utf8.allSatisfy { $0 < 0x3B }
        }
        if isAddress(one[1]) || isAddress(other[1]) { return isAddress(one[1]) != isAddress(other[1]) }
        return one[1].contains(".") != other[1].contains(".")
            && one[1].prefix { $0 != "." } == other[1].prefix { $0 != "." }
    }

    /// An initiator that misses flags in the challenge closes without a word.
    private func leftForFlags(_ end: AttemptFacts.End) -> Finding? {
        // A trace names the stage that was awaited, a capture that of the last message.
        guard end.side == .acceptor && end.stage == .reply || end.side == nil && end.stage == .challenge,
            let shown = facts.flags[.acceptor],
            let own = facts.flags[.initiator], own.missing(from: .mandatory26).isEmpty
        else { return nil }
        let missing = shown.missing(from: .mandatory26).names
        return missing.isEmpty ? nil : Finding(.flags, .challenge, .leftForFlags(missing), unless: [.closed, .name])
    }
}
