import AgreementSupport
import Diagnosis
import ErlcluTestSupport
import Testing

/// What live runs recorded, replayed with the rules: no node is needed.
@Suite struct RecordedAgreementTests {
    /// A vantage that cannot know says that it is likely, and lists the true code first.
    @Test(arguments: RecordedFault.all) func oneFaultHasOneCode(_ fault: RecordedFault) throws {
        let recording = try Recording(fault)
        #expect(!recording.sights.isEmpty, "\(fault.name) was never recorded")
        for sight in recording.sights {
            let verdict = try #require(sight.verdict, "\(fault.name), \(sight.vantage): no failure")
            #expect(
                verdict.agrees(with: fault.code),
                "\(fault.name), \(sight.version), \(sight.vantage), OTP \(sight.releases): \(verdict)")
        }
    }

    /// The table of vantages. Live runs are compared with it.
    @Test func theTableOfVantages() throws {
        expectSnapshot(VantageTable.text(try RecordedFault.all.map { try Recording($0) }), named: "vantages")
    }

    /// The recordings have every release and both versions, and from each the vantages of the others.
    @Test(arguments: RecordedFault.all) func everyReleaseIsThere(_ fault: RecordedFault) throws {
        var vantages: [String: Set<String>] = [:]
        for sight in try Recording(fault).sights {
            for release in sight.releases {
                vantages["\(sight.version), OTP \(release)", default: []].insert(sight.vantage)
            }
        }
        let places = ["TLS 1.2", "TLS 1.3"].flatMap { version in [23, 25, 27, 29].map { "\(version), OTP \($0)" } }
        #expect(Set(vantages.keys) == Set(places))
        #expect(Set(vantages.values).count <= 1, "\(fault.name): \(vantages)")
    }
}
