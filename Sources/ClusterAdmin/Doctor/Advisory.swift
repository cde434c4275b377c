import Diagnosis

/// A published weakness of an OTP application that other nodes or strangers can reach, by the application's version:
/// releases carry applications, and rarely the number of OTP itself.
///
/// Distributions mend old versions without changing their numbers, so that a match is never more than likely.
struct Advisory: Hashable, Sendable {
    /// When an advisory concerns a node.
    enum Exposure: Hashable, Sendable {
        /// It runs an SSH daemon.
        case sshDaemon
        /// Its distribution goes over TLS.
        case tlsDistribution
    }

    var identifier: String
    var application: String
    var exposure: Exposure
    /// What somebody can do, as the rest of a sentence.
    var effect: String
    /// The first version that has it, in each branch that got it with a patch; empty: all old versions have it.
    var introduced: [String] = []
    /// The first version without it in each branch, the newest branch last.
    var fixed: [String]
    /// The same in versions of OTP, for people.
    var fixedReleases: [String]

    /// Whether `version` has the weakness.
    func affects(_ version: OTPVersion) -> Bool {
        let fixes = fixed.compactMap { OTPVersion($0) }
        let isFixed = fixes.contains { $0.isContained(in: version, isNewestBranch: $0 == fixes.last) }
        guard !isFixed, !introduced.isEmpty else { return !isFixed }
        return introduced.compactMap { OTPVersion($0) }.contains { $0.isContained(in: version, isNewestBranch: false) }
    }

    /// What is said of a node that has the weakness.
    /// - Parameters:
    ///   - accepted: the weaknesses that those who run the node know of, and who says so.
    ///   - source: where the version is from, unless the node itself has said it; a phrase.
    func check(
        of version: OTPVersion, accepted: (identifiers: [String], origin: String), by source: String? = nil
    ) -> HealthCheck {
        let weakness = "\(identifier) (\(application)-\(version))"
        if accepted.identifiers.contains(identifier) {
            return .fine(.advisory, "\(weakness) is accepted (\(accepted.origin))")
        }
        var check = HealthCheck.warning(
            .advisory, source.map { "\(weakness), likely at most (\($0)): \(effect)" } ?? "\(weakness): \(effect)",
            remedy: "OTP \(fixedReleases.joined(separator: ", ")) or later, unless its packager has mended it",
            code: exposure == .sshDaemon ? .sshAdvisory : nil)
        check.weakness = weakness
        return check
    }

    /// What an SSH daemon's greeting says of it before anybody is let in: `ssh:daemon` names the version of its
    /// application, unless somebody has it say something else.
    /// - Parameter banner: `SSH-2.0-Erlang/4.15.1`, from the host.
    static func checks(
        ofBanner banner: String, accepted: (identifiers: [String], origin: String)
    ) -> [HealthCheck] {
        let opening = "SSH-2.0-Erlang/"
        guard banner.hasPrefix(opening),
            let version = OTPVersion(banner.dropFirst(opening.count).prefix { !$0.isWhitespace })
        else { return [] }
        return all.filter { $0.exposure == .sshDaemon && $0.affects(version) }.map {
            $0.check(
                of: version, accepted: accepted,
                by: "by its SSH banner; packagers mend it without another version")
        }
    }

    /// Those of the ssh and TLS applications that let somebody in. Sources: the advisories of github.com/erlang/otp
    /// and the CVE records; the applications' versions are those of OTP's release notes and otp_versions.table.
    static let all: [Advisory] = [
        // GHSA-37cp-fgq5-7wc2, patches OTP-27.3.3, OTP-26.2.5.11, OTP-25.3.2.20.
        Advisory(
            identifier: "CVE-2025-32433", application: "ssh", exposure: .sshDaemon,
            effect: "whoever reaches its SSH port runs code there without a password or key",
            fixed: ["4.15.3.12", "5.1.4.8", "5.2.10"], fixedReleases: ["25.3.2.20", "26.2.5.11", "27.3.3"]),
        // CVE record: before 23.3.4.15, 24.3.4.2 and 25.0.2.
        Advisory(
            identifier: "CVE-2022-37026", application: "ssl", exposure: .tlsDistribution,
            effect: "a TLS client may get past the demand for its certificate",
            fixed: ["10.3.1.3", "10.7.3.2", "10.8.2"], fixedReleases: ["23.3.4.15", "24.3.4.2", "25.0.2"]),
        // GHSA-c6cw-pr89-w882 and the CVE record of the EEF: ssl since 5.3.4 at least.
        Advisory(
            identifier: "CVE-2026-55953", application: "ssl", exposure: .tlsDistribution,
            effect: "whoever sits between it and a node that it dials over TLS 1.2 needs no certificate",
            fixed: ["11.2.12.11", "11.6.0.4", "11.7.4"], fixedReleases: ["27.3.4.15", "28.5.0.4", "29.0.4"]),
        // CVE record of the EEF: ssl since 9.5 (OTP 22.2).
        Advisory(
            identifier: "CVE-2026-89422", application: "ssl", exposure: .tlsDistribution,
            effect: "who answers when it dials over TLS 1.3 needs no certificate",
            fixed: ["11.2.12.13", "11.6.0.6", "11.7.7"], fixedReleases: ["27.3.4.18", "28.5.0.7", "29.1.1"]),
        // GHSA-qw6r-qh9v-638v, since 25.3.2.8, 26.2 and 27.0. In the branch of 25 it ends with 25.3.2.16; which
        // ssl that has is not known here. The last version that is known to be older is ssl-10.9.1.5, of 25.3.2.13:
        // one that is newer is not accused.
        Advisory(
            identifier: "CVE-2024-53846", application: "ssl", exposure: .tlsDistribution,
            effect: "a certificate for servers is taken from a client, and the other way round",
            introduced: ["10.9.1.3", "11.1"],
            fixed: ["10.9.1.6", "11.1.4.6", "11.2.5"], fixedReleases: ["25.3.2.16", "26.2.5.6", "27.1.3"]),
        // CVE record of the EEF: public_key since 0.22.
        Advisory(
            identifier: "CVE-2026-42789", application: "public_key", exposure: .tlsDistribution,
            effect: "whoever has a certificate of a CA that is trusted there can issue others with it",
            fixed: ["1.15.1.7", "1.17.1.3", "1.20.3.1", "1.21.1"],
            fixedReleases: ["26.2.5.21", "27.3.4.12", "28.5.0.1", "29.0.1"]),
    ]
}
