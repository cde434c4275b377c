import Diagnosis
package import DistributionProtocol
import ErlangNode

/// Compares two nodes that are to connect to each other, and says what keeps them from it or will.
package struct PairExaminer {
    package var initiator: NodeCheckup
    /// nil where it cannot be asked from here.
    package var acceptor: NodeCheckup?
    /// What the first says of its way to the second.
    package var report: ReachReport
    /// Microseconds by which the acceptor's clock is ahead of the initiator's, and how sure that is.
    package var clocks: (difference: Int, margin: Int)?

    /// Those that each said to us.
    package var flags: (initiator: DistributionFlags, acceptor: DistributionFlags)?

    package init(
        initiator: NodeCheckup, acceptor: NodeCheckup?, report: ReachReport, clocks: (difference: Int, margin: Int)?,
        flags: (initiator: DistributionFlags, acceptor: DistributionFlags)?
    ) {
        self.flags = flags
        self.initiator = initiator
        self.acceptor = acceptor
        self.report = report
        self.clocks = clocks
    }

    package var checks: [HealthCheck] {
        var checks = [nameType]
        guard let acceptor else { return checks }
        checks += [carriers(acceptor), cookies(acceptor), releases(acceptor)]
        if let flags { checks.append(compare(flags, acceptor)) }
        if let clocks { checks.append(compare(clocks)) }
        return checks
    }

    private var nameType: HealthCheck {
        let host = report.target.split(separator: "@").last.map(String.init) ?? ""
        let isLong = host.contains { $0 == "." || $0 == ":" }
        guard let usesLong = initiator.usesLongNames, usesLong != isLong else {
            return .fine(.nameType, "both have \(isLong ? "long" : "short") names")
        }
        return .warning(
            .nameType, "\(report.from) uses \(usesLong ? "long" : "short") names, and \(report.target) is none",
            remedy: "use the same name type everywhere (-name or -sname); an IP address counts as long",
            code: .nameType)
    }

    private func carriers(_ acceptor: NodeCheckup) -> HealthCheck {
        guard initiator.usesTLS != acceptor.usesTLS else {
            return .fine(.transport, "both distribute over \(acceptor.usesTLS ? "TLS" : "TCP")")
        }
        let (secure, plain) = initiator.usesTLS ? (initiator, acceptor) : (acceptor, initiator)
        return .warning(
            .transport, "\(secure.node) distributes over TLS, \(plain.node) over TCP",
            remedy: "give both -proto_dist inet_tls and an option file, or neither",
            code: initiator.usesTLS ? .tlsToTCP : .tcpToTLS)
    }

    private func cookies(_ acceptor: NodeCheckup) -> HealthCheck {
        guard let ours = report.cookieHash, let theirs = acceptor.cookieHash else {
            return .fine(.cookie, "their hashes are not known")
        }
        if ours == theirs { return .fine(.cookie, "both have the hash \(ours)") }
        return .warning(
            .cookie, "\(report.from) has the hash \(ours) for \(report.target), which has \(theirs) itself",
            remedy: "give both one cookie; look for a trailing newline, and for erlang:set_cookie/2", code: .cookie)
    }

    private func releases(_ acceptor: NodeCheckup) -> HealthCheck {
        let both = "\(initiator.node) OTP \(initiator.otpRelease), \(acceptor.node) OTP \(acceptor.otpRelease)"
        guard initiator.otpRelease != acceptor.otpRelease else {
            return .fine(.release, "both run OTP \(initiator.otpRelease)")
        }
        guard let one = Int(initiator.otpRelease), let other = Int(acceptor.otpRelease) else {
            return .fine(.release, both)
        }
        // OTP's promise (system documentation, "Versions"): releases that are two apart understand each other.
        guard abs(one - other) > 2 else { return .fine(.release, both) }
        return .warning(
            .release, "\(both): OTP promises that releases connect that are at most two apart",
            remedy: "bring them closer together", code: .flags)
    }

    private func compare(
        _ flags: (initiator: DistributionFlags, acceptor: DistributionFlags), _ acceptor: NodeCheckup
    ) -> HealthCheck {
        // What each says of itself, and not of what it can do: that it is visible, that it gives names.
        let differing = flags.initiator.symmetricDifference(flags.acceptor).subtracting([.published, .nameMe])
        guard !differing.isEmpty else { return .fine(.flags, "both have the same distribution flags") }
        let lacking = [(initiator, flags.initiator, acceptor), (acceptor, flags.acceptor, initiator)]
        for (node, own, other) in lacking where (Int(other.otpRelease) ?? 0) >= 26 {
            let missing = own.missing(from: .mandatory26)
            guard !missing.isEmpty else { continue }
            return .warning(
                .flags, "\(node.node) lacks \(missing.names.joined(separator: ", ")), which \(other.node) demands",
                remedy: "upgrade the older one to OTP 25 at least", code: .flags)
        }
        let words = lacking.map { node, own, _ in
            "\(node.node) alone \(own.intersection(differing).names.joined(separator: ", "))"
        }
        return .fine(.flags, "they differ, and both can do without: \(words.joined(separator: "; "))")
    }

    private func compare(_ clocks: (difference: Int, margin: Int)) -> HealthCheck {
        let size = abs(clocks.difference)
        guard size > clocks.margin + 2_000_000 else { return .fine(.clock, "both clocks agree") }
        let order = clocks.difference > 0 ? "ahead of" : "behind"
        return .warning(
            .clock,
            "the clock of \(report.target) is \(UTCTime.span((size + 500_000) / 1_000_000)) \(order) that of \(report.from)",
            remedy: "set both with NTP: certificates begin and end by them", code: .certificateNotYetValid)
    }
}
