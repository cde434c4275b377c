package import DistributionProtocol
package import HandshakeTrace

/// Looks at what is known of a node that answers, and says what is in order and what is not.
package struct HealthExaminer {
    /// As it was dialled.
    package var node: String
    /// Seconds since 1970, by our clock.
    package var now: Int
    package var checkup: NodeCheckup
    package var timing: CheckupTiming
    /// nil on a connection without TLS.
    package var security: TLSConnectionFacts?
    /// Those that the node said in the handshake.
    package var flags: DistributionFlags?
    /// Where our cookie comes from, in words, and `erlang:phash2(Cookie, 1024)`.
    package var cookieOrigin: String
    package var cookieHash: Int
    /// Weaknesses that those who run the node know of, and who says so.
    package var accepted: (identifiers: [String], origin: String)

    package init(
        node: String, now: Int, checkup: NodeCheckup, timing: CheckupTiming, security: TLSConnectionFacts?,
        flags: DistributionFlags?, cookieOrigin: String, cookieHash: Int,
        accepted: (identifiers: [String], origin: String) = ([], "")
    ) {
        self.accepted = accepted
        self.node = node
        self.now = now
        self.checkup = checkup
        self.timing = timing
        self.security = security
        self.flags = flags
        self.cookieOrigin = cookieOrigin
        self.cookieHash = cookieHash
    }

    /// All of them, in the order of the topics.
    package var checks: [HealthCheck] {
        var checks = ofSecurity
        checks += [clock, cookie, release]
        if let flags { checks.append(compare(flags)) }
        checks += [nameType, registration]
        if let remark = checkup.bootRemark { checks.append(remark) }
        checks += advisories
        return checks
    }

    /// Those of a node that says nothing of itself: what the handshake has shown.
    package var checksFromOutside: [HealthCheck] {
        ofSecurity + (flags.map { [compare($0)] } ?? []) + [nameType]
    }

    private var ofSecurity: [HealthCheck] {
        guard let security else { return [] }
        return certificates(security) + [certificateName(security), ownCertificate(security)] + trust(security)
    }

    /// The host part of the node's name.
    var host: String { node.split(separator: "@").last.map(String.init) ?? node }
}
