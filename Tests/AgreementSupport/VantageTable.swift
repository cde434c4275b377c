import Diagnosis
import ErlcluTestSupport
import Foundation

/// The golden table: for each fault what each vantage makes of it. The rules write it out of the recordings, and live runs
/// are compared with it.
package struct VantageTable {
    private static let path =
        "\(packageDirectory)/Tests/DiagnosisTests/Agreement/Snapshots/RecordedAgreementTests/vantages"

    private struct Row: Hashable {
        var fault: String
        var version: String
        var vantage: String
        var verdict: String
    }

    /// The releases that were seen so.
    private var rows: [Row: Set<Int>] = [:]

    // MARK: writing

    /// The table of all recordings.
    package static func text(_ recordings: [Recording]) -> String {
        recordings.map { recording in
            var table = VantageTable()
            for sight in recording.sights {
                let row = Row(
                    fault: recording.fault.name, version: sight.version, vantage: sight.vantage,
                    verdict: sight.verdict?.description ?? "no failure")
                table.rows[row, default: []].formUnion(sight.releases)
            }
            let lines = table.rows.map { row, releases in
                let start = "  \(row.version)  " + row.vantage.padding(toLength: 32, withPad: " ", startingAt: 0)
                let numbers = releases.sorted().map { "\($0)" }.joined(separator: " ")
                return start + "OTP " + numbers.padding(toLength: 12, withPad: " ", startingAt: 0) + row.verdict
            }
            return ([recording.fault.name + ": " + recording.fault.code.rawValue] + lines.sorted())
                .joined(separator: "\n") + "\n"
        }.joined()
    }

    // MARK: reading

    private init() {}

    /// What is kept beside the tests.
    package static func kept() throws -> VantageTable {
        var table = VantageTable()
        var fault = ""
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            if let head = line.wholeMatch(of: /(\S.*): E-[A-Z-]+/) {
                fault = String(head.1)
            } else if let row = line.wholeMatch(of: /\ \ (TLS 1\.\d)\ \ (.+?)\ +OTP ([\d ]*\d)\ +(E-.*)/) {
                let key = Row(
                    fault: fault, version: String(row.1), vantage: String(row.2), verdict: String(row.4))
                table.rows[key] = Set(row.3.split(separator: " ").compactMap { Int($0) })
            } else {
                throw FixtureFailure("no row of the table of vantages: \(line)")
            }
        }
        return table
    }

    /// What a vantage may make of a fault on a release: one verdict, but where a race has several outcomes. A refusal that
    /// comes when the initiator has sent its name already may be lost with the connection, on any release.
    package func verdicts(
        of fault: RecordedFault, _ version: String, _ vantage: String, release: Int
    ) -> Set<String> {
        let isRace =
            fault.code == .tcpToTLS || version == "TLS 1.3" && fault.name.hasPrefix("nodes, initiator")
        return Set(
            rows.filter {
                $0.key.fault == fault.name && $0.key.version == version && $0.key.vantage == vantage
                    && (isRace || $0.value.contains(release))
            }.map(\.key.verdict))
    }
}
