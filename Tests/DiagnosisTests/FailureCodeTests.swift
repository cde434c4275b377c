import Diagnosis
import Foundation
import Testing

/// The codes that `explain` lists.
@Suite struct FailureCodeTests {
    /// Their pages are there for the SSH transport, which is to come.
    static let announced: Set<FailureCode> = [.sshHostKey, .sshAuthentication, .sshDisabled]

    /// A code that nothing raises is a page that nobody needs. The oracle is the text of the sources: a code is raised
    /// where it is named outside the table of codes and their pages.
    @Test func eachIsRaised() throws {
        let text = try Self.sources()
        for code in FailureCode.allCases where !Self.announced.contains(code) {
            #expect(try Self.names(code, text), "nothing raises \(code.rawValue)")
        }
    }

    /// An announced code that is raised belongs to the others.
    @Test func theAnnouncedAreNotRaised() throws {
        let text = try Self.sources()
        for code in Self.announced {
            #expect(try !Self.names(code, text))
        }
    }

    private static func names(_ code: FailureCode, _ text: String) throws -> Bool {
        // The usual kind takes `code.rawValue` for one word.
        try text.contains(Regex("\\.\(String(describing: code))\\b").wordBoundaryKind(.simple))
    }

    private static func sources() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return try names.filter {
            $0.hasSuffix(".swift") && !$0.contains("Failures/FailureCode") && !$0.contains("Pages/FailurePage")
        }
        .map { try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8) }.joined()
    }
}
