import Diagnosis
import ErlcluTestSupport
import Foundation
import Presentation
import Synchronization

/// The file of a fault: a line for each different sight of it.
package struct Recording {
    package static let folder = "\(packageDirectory)/Tests/DiagnosisTests/Agreement/Recordings"
    /// Whether live runs add to the recordings: ERLCLU_RECORD=1.
    package static let isRenewed = ProcessInfo.processInfo.environment["ERLCLU_RECORD"] == "1"
    /// Suites that record run at the same time.
    private static let lock = Mutex(())

    package let fault: RecordedFault
    package private(set) var sights: [RecordedSight] = []
    private var path: String { "\(Self.folder)/\(fault.name).jsonl" }

    /// - Throws: what is wrong with a line; a file that is not there has none.
    package init(_ fault: RecordedFault) throws {
        self.fault = fault
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
        sights = try text.split(separator: "\n").map { try RecordedSight(json: try JSONReader.value($0.utf8)) }
    }

    /// Adds what is not there yet: races have several outcomes, and one run sees one of them.
    package static func add(_ new: [RecordedSight], to fault: RecordedFault) throws {
        try lock.withLock { _ in
            var recording = try Recording(fault)
            for sight in new { recording.add(sight) }
            try recording.write()
        }
    }

    private mutating func add(_ sight: RecordedSight) {
        let known = sights.firstIndex {
            $0.vantage == sight.vantage && $0.version == sight.version && $0.seen == sight.seen
        }
        guard let known else { return sights.append(sight) }
        sights[known].releases = Set(sights[known].releases + sight.releases).sorted()
    }

    private func write() throws {
        let lines = sights.map { (key: [$0.version, $0.vantage], line: String(decoding: $0.json.line, as: UTF8.self)) }
            .sorted { $0.key == $1.key ? $0.line < $1.line : $0.key.lexicographicallyPrecedes($1.key) }
        try FileManager.default.createDirectory(atPath: Self.folder, withIntermediateDirectories: true)
        try lines.map(\.line).joined().write(toFile: path, atomically: true, encoding: .utf8)
    }
}
