import AgreementSupport
import Diagnosis
import ErlcluTestSupport
import Testing

/// One fault has one code, from wherever it is seen.
@Suite struct AgreementTests {
    /// A vantage that cannot know says that it is likely, and lists the true code among its alternatives.
    @Test(arguments: Fault.all.indices) func noVantageContradicts(_ index: Int) throws {
        let fault = Fault.all[index]
        for sight in fault.sights {
            let finding = try #require(AttemptRules.finding(for: sight.facts), "\(fault.name), \(sight.vantage)")
            #expect(
                finding.code == fault.code || !finding.isCertain && finding.alternatives.contains(fault.code),
                "\(fault.name), \(sight.vantage): \(finding.code.rawValue), or \(finding.alternatives)")
        }
    }

    /// The table that people read. It is renewed with `ERLCLU_RECORD=1`.
    @Test func theTableOfVantages() throws {
        var text = ""
        for fault in Fault.all {
            text += "\(fault.name): \(fault.code.rawValue)\n"
            for sight in fault.sights {
                let finding = try #require(AttemptRules.finding(for: sight.facts))
                let others = finding.alternatives.map(\.rawValue).joined(separator: " ")
                let certainty = finding.isCertain ? "certain" : "likely" + (others.isEmpty ? "" : ", or \(others)")
                let padding = String(repeating: " ", count: max(1, 30 - sight.vantage.count))
                text +=
                    "  \(sight.vantage)\(padding)\(finding.code.rawValue) at \(finding.stage.rawValue), \(certainty)\n"
            }
        }
        expectSnapshot(text, named: "vantages")
    }

    /// An unknown authority may be anybody's: nobody is told first to trust it.
    @Test func noRemedyWidensTrustFirst() throws {
        for fault in Fault.all where fault.code == .caUnknown {
            for sight in fault.sights {
                let failure = try #require(sight.facts.failure)
                guard failure.code == .caUnknown else { continue }
                let first = failure.remedy.text(\.plainWords).split(separator: ",")[0].split(separator: ";")[0]
                #expect(first.contains("certificate of the cluster's CA"), "\(fault.name), \(sight.vantage): \(first)")
            }
        }
        for fault in RecordedFault.all where fault.code == .caUnknown {
            for sight in try Recording(fault).sights {
                guard let failure = sight.facts?.failure, failure.code == .caUnknown else { continue }
                let first = failure.remedy.text(\.plainWords).split(separator: ",")[0].split(separator: ";")[0]
                #expect(first.contains("certificate of the cluster's CA"), "\(fault.name), \(sight.vantage): \(first)")
            }
        }
    }

    /// Both names are there, whichever side is asked.
    @Test func bothNamesAreSaid() throws {
        let fault = try #require(Fault.all.first { $0.code == .name })
        for sight in fault.sights {
            let failure = try #require(sight.facts.failure)
            // The acceptor does not hear which name was dialled.
            guard failure.code == .name, sight.vantage != "trace on acceptor" else { continue }
            #expect(
                failure.message.contains("c@10.0.0.2") && failure.message.contains(Sight.node), "\(failure.message)")
        }
    }
}
