import AgreementSupport
import Diagnosis
import ErlcluTestSupport
import Foundation
import Testing

/// One fault, provoked once: what each vantage saw of it is compared with the table of vantages, or recorded.
struct AgreementRun {
    /// `make soak` and a recording look at every release; one is enough for each change.
    static let releases = SoakTime.seconds == nil && !Recording.isRenewed ? [OTPRelease.host] : OTPRelease.available

    let fault: RecordedFault
    /// "tlsv1.2", as OTP writes it.
    let version: String
    let release: OTPRelease
    let scrub: RecordingScrub
    private var sights: [RecordedSight] = []

    init(_ fault: RecordedFault, _ version: String, _ release: OTPRelease, _ scrub: RecordingScrub) {
        self.fault = fault
        self.version = version
        self.release = release
        self.scrub = scrub
    }

    private var place: String { "\(fault.name), \(version), \(release)" }

    /// Our own handshake.
    /// - Parameter printed: what the tool said of another one of the kind, as JSON.
    mutating func saw(_ vantage: String, _ facts: AttemptFacts, printed: [String: Any]?) {
        expectSame(facts, printed, vantage)
        add(vantage, .facts(scrub.scrubbed(facts)))
    }

    /// A trace or a capture.
    /// - Parameters:
    ///   - lines: the events as the tool wrote them.
    ///   - output: the attempts as it printed them.
    mutating func saw(_ vantage: String, _ lines: [String], printed output: String) throws {
        let events = RecordedSight.firstFailure(in: try RecordingScrub.events(lines))
        let facts = try #require(RecordedSight.facts(of: events), "\(place), \(vantage): \(output)")
        expectSame(facts, try Self.lastOfFirstFailure(output), vantage)
        add(vantage, .events(try scrub.scrubbed(events)))
    }

    mutating func saw(_ vantage: String, _ verdict: Verdict) { add(vantage, .verdict(verdict)) }

    private mutating func add(_ vantage: String, _ seen: RecordedSight.Seen) {
        let name = version == "tlsv1.2" ? "TLS 1.2" : "TLS 1.3"
        let sight = RecordedSight(vantage, name, releases: [release.major], seen)
        // Nothing gets lost in a recording.
        #expect((try? RecordedSight(json: sight.json)) == sight, "\(place), \(vantage)")
        sights.append(sight)
    }

    /// The tool and the rules say the same of what was seen.
    private func expectSame(_ facts: AttemptFacts, _ printed: [String: Any]?, _ vantage: String) {
        guard let failure = facts.failure else {
            Issue.record("\(place), \(vantage): no failure")
            return
        }
        var document: [String: Any] = ["code": failure.code.rawValue, "stage": failure.stage.rawValue]
        if case .likely(let other) = failure.certainty { document["alternative"] = other.words }
        #expect(printed.flatMap { Verdict(document: $0) } == Verdict(document: document), "\(place), \(vantage)")
    }

    /// The last word on the attempt that failed first: what is seen later may add to it.
    private static func lastOfFirstFailure(_ output: String) throws -> [String: Any]? {
        let documents = try output.split(separator: "\n").filter { $0.contains("erlclu/attempt/1") }
            .map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:] }
            .filter { $0["code"] != nil }
        guard let first = documents.first?["attempt"] as? Int else { return nil }
        return documents.last { $0["attempt"] as? Int == first }
    }

    /// Compares with the table, or records.
    func settle() throws {
        if Recording.isRenewed {
            try Recording.add(sights, to: fault)
            Issue.record("recorded \(place); run again without ERLCLU_RECORD")
            return
        }
        let table = try VantageTable.kept()
        for sight in sights {
            let verdict = sight.verdict?.description ?? "no failure"
            let known = table.verdicts(of: fault, sight.version, sight.vantage, release: release.major)
            #expect(known.contains(verdict), "\(place), \(sight.vantage): \(verdict), but not one of \(known)")
        }
    }
}
