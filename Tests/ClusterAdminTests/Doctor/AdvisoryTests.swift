import Diagnosis
import Testing

@testable import ClusterAdmin

@Suite struct AdvisoryTests {
    @Test(arguments: [
        ("CVE-2025-32433", "4.10.8", true), ("CVE-2025-32433", "4.15.3.11", true),
        ("CVE-2025-32433", "4.15.3.12", false), ("CVE-2025-32433", "4.15.3.13", false),
        ("CVE-2025-32433", "5.0", true), ("CVE-2025-32433", "5.1.4.7", true), ("CVE-2025-32433", "5.1.4.8", false),
        ("CVE-2025-32433", "5.2", true), ("CVE-2025-32433", "5.2.9", true), ("CVE-2025-32433", "5.2.10", false),
        ("CVE-2025-32433", "5.2.11.1", false), ("CVE-2025-32433", "6.0.6", false),
        ("CVE-2022-37026", "10.2.3", true), ("CVE-2022-37026", "10.3.1.3", false),
        ("CVE-2022-37026", "10.7.3.1", true), ("CVE-2022-37026", "10.7.3.2", false),
        ("CVE-2022-37026", "10.8.1", true), ("CVE-2022-37026", "10.8.7", false), ("CVE-2022-37026", "11.2", false),
        ("CVE-2024-53846", "10.8.7", false), ("CVE-2024-53846", "10.9.1.2", false),
        ("CVE-2024-53846", "10.9.1.3", true), ("CVE-2024-53846", "10.9.1.6", false),
        ("CVE-2024-53846", "11.0.3", false), ("CVE-2024-53846", "11.1", true), ("CVE-2024-53846", "11.1.4.5", true),
        ("CVE-2024-53846", "11.1.4.6", false), ("CVE-2024-53846", "11.2", true), ("CVE-2024-53846", "11.2.4", true),
        ("CVE-2024-53846", "11.2.5", false), ("CVE-2024-53846", "11.2.12.1", false),
        ("CVE-2026-55953", "10.2.3", true), ("CVE-2026-55953", "11.2.12.10", true),
        ("CVE-2026-55953", "11.2.12.11", false), ("CVE-2026-55953", "11.6", true),
        ("CVE-2026-55953", "11.6.0.4", false),
        ("CVE-2026-55953", "11.7.3", true), ("CVE-2026-55953", "11.7.7", false),
        ("CVE-2026-89422", "10.8.7", true), ("CVE-2026-89422", "11.2.12.13", false),
        ("CVE-2026-89422", "11.7.6", true), ("CVE-2026-89422", "11.7.7", false),
        ("CVE-2026-42789", "1.13.2", true), ("CVE-2026-42789", "1.15.1.7", false), ("CVE-2026-42789", "1.16", true),
        ("CVE-2026-42789", "1.17.1.3", false), ("CVE-2026-42789", "1.21", true), ("CVE-2026-42789", "1.21.1", false),
    ])
    func knowsWhichVersionsHaveIt(identifier: String, version: String, isAffected: Bool) throws {
        let advisory = try #require(Advisory.all.first { $0.identifier == identifier })
        #expect(advisory.affects(try #require(OTPVersion(version))) == isAffected, "\(version)")
    }

    @Test(arguments: ["", ".", "1.", ".1", "1..2", "-1", "1.a", "1.2.3.4.5.6.7.8.9", "99999999999999999999"])
    func refusesWhatIsNoVersion(text: String) {
        #expect(OTPVersion(text) == nil)
    }

    /// A greeting says more than nothing, and less than the node itself.
    @Test(arguments: [
        ("SSH-2.0-Erlang/4.15.1", true), ("SSH-2.0-Erlang/5.1.4.7\r\n", true), ("SSH-2.0-Erlang/5.2.9 x", true),
        ("SSH-2.0-Erlang/4.15.3.12", false), ("SSH-2.0-Erlang/5.2.10", false), ("SSH-2.0-Erlang/6.0", false),
        ("SSH-2.0-Erlang/", false), ("SSH-2.0-Erlang/x", false), ("SSH-2.0-OpenSSH_9.2p1", false), ("", false),
        ("SSH-2.0-Erlang/4.15.1\u{1B}[2J", false),
    ])
    func aBannerSaysWhichVersionItIs(banner: String, isAffected: Bool) throws {
        let checks = Advisory.checks(ofBanner: banner, accepted: ([], ""))
        #expect(checks.map(\.code) == (isAffected ? [.sshAdvisory] : []), "\(checks)")
        #expect(checks.allSatisfy { $0.isWarning && $0.facts.contains("likely at most") })
        let accepted = Advisory.checks(ofBanner: banner, accepted: (["CVE-2025-32433"], "context x"))
        #expect(accepted.count == checks.count && accepted.allSatisfy { !$0.isWarning })
    }

    @Test func everyVersionOfTheTableIsOne() {
        for advisory in Advisory.all {
            for text in advisory.introduced + advisory.fixed + advisory.fixedReleases {
                #expect(OTPVersion(text) != nil, "\(advisory.identifier): \(text)")
            }
        }
    }
}
