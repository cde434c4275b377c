import DistributionProtocol

/// Nothing came: what that means depends on what was due.
extension AttemptRules {
    func late(_ milliseconds: Int?, _ end: AttemptFacts.End) -> Finding {
        switch end.stage {
        case .dns: return Finding(.dns, .dns, .end(end))
        case .epmd: return Finding(.epmdTimeout, .epmd, .end(end))
        case .tcp: return Finding(.tcpTimeout, .tcp, .end(end))
        case .status where facts.isHeldForAlive: return refusedBy(.alive, end)
        default: break
        }
        if facts.secureSides == [.initiator], facts.plainSides == [.acceptor] {
            return Finding(.tlsToTCP, .tls, .secureToPlain(.seen))
        }
        switch (end.stage, end.side) {
        case (.tls, nil) where facts.isSecured: return Finding(.setupTimeout, .name, .end(end))
        case (.tls, nil) where facts.secureSides.contains(.acceptor): return Finding(.setupTimeout, .tls, .end(end))
        case (.tls, .acceptor?): return Finding(.setupTimeout, .tls, .end(end))
        case (.tls, _): return silentBehindHello(milliseconds, end)
        case (.name, .acceptor?):
            return Finding(
                .setupTimeout, .name, .end(end), unless: facts.plainSides.contains(.acceptor) ? [.tlsToTCP] : nil)
        default: return Finding(.setupTimeout, end.stage, .end(end))
        }
    }

    /// A plain listener takes a ClientHello for the length of a long message, and waits for the rest; a node that is
    /// stopped is silent as well. A connection without TLS, and what was seen before, tell them apart.
    private func silentBehindHello(_ milliseconds: Int?, _ end: AttemptFacts.End) -> Finding {
        if facts.probe == .plainDistribution { return Finding(.tlsToTCP, .tls, .secureToPlain(.seen)) }
        // A plain node would have answered the probe.
        if facts.probe != nil || isBehindHello { return Finding(.setupTimeout, .tls, .end(end)) }
        if facts.own != nil { return Finding(.setupTimeout, .tls, .end(end), unless: [.tlsToTCP]) }
        if facts.spokeTLSBefore {
            return Finding(
                .setupTimeout, .tls, .frozenBehindHello(milliseconds: milliseconds), unless: [.tlsToTCP])
        }
        let cause = FailureCause.secureToPlain(.silent(milliseconds: milliseconds))
        // An acceptor that ends it by itself is not stopped, and one of TLS would have answered.
        return end.side == nil && end.sender == .acceptor
            ? Finding(.tlsToTCP, .tls, cause, unless: [.setupTimeout])
            : Finding(.setupTimeout, .tls, cause, unless: [.tlsToTCP])
    }
}
