import Foundation
import FuzzTargets
import Testing

/// The kept inputs, those that once broke something among them, keep every promise.
@Suite struct CorpusTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fuzz/corpus")

    @Test(arguments: FuzzTarget.allCases) func corpusHolds(_ target: FuzzTarget) throws {
        let folder = Self.corpus.appendingPathComponent(target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            let input = [UInt8](try Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.lastPathComponent)") { try target.run(input) }
        }
    }

    /// Each input cut short at each byte: what a fuzzer would try first.
    @Test(arguments: FuzzTarget.allCases) func truncationHolds(_ target: FuzzTarget) throws {
        let folder = Self.corpus.appendingPathComponent(target.rawValue)
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let input = [UInt8](try Data(contentsOf: file))
            guard input.count <= 64 else { continue }
            for length in 0..<input.count {
                #expect(throws: Never.self, "\(file.lastPathComponent), \(length) bytes") {
                    try target.run(Array(input[..<length]))
                }
            }
        }
    }
}
