import ClusterAdmin
import Diagnosis
import Testing

@testable import ErlcluCommands

@Suite struct ToldWeaknessesTests {
    private func weakness(_ name: String) -> HealthCheck {
        var check = HealthCheck.warning(.advisory, "\(name): somebody gets in", remedy: "upgrade")
        check.weakness = name
        return check
    }

    @Test func eachIsToldWithTheFirstNodeThatHasIt() {
        var told = ReportedWeaknesses()
        let (one, two) = (weakness("CVE-1 (ssl-10.8)"), weakness("CVE-2 (ssl-10.8)"))
        let other = HealthCheck.warning(.certificate, "3 days left", remedy: "renew it")
        #expect(told.news(of: [other, one], node: "a@h") == [other, one])
        let second = told.news(of: [other, one, two], node: "b@h")
        #expect(second == [other, two, .fine(.advisory, "as a@h: CVE-1 (ssl-10.8)")])
        // The same weakness in another version of the application is another release.
        #expect(told.news(of: [weakness("CVE-1 (ssl-11.0)")], node: "c@h").count == 1)
        #expect(told.news(of: [weakness("CVE-1 (ssl-11.0)")], node: "d@h").allSatisfy { !$0.isWarning })
    }
}
