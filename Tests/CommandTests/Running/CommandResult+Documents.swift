import ErlcluTestSupport
import Foundation

extension CommandResult {
    /// The one document that `-o json` prints.
    var document: [String: Any] {
        get throws {
            let value = try JSONSerialization.jsonObject(with: Data(standardOutputBytes))
            guard let object = value as? [String: Any] else { throw FixtureFailure("no object: \(standardOutput)") }
            return object
        }
    }

    var items: [[String: Any]] { get throws { try document["items"] as? [[String: Any]] ?? [] } }
    var errors: [[String: Any]] { get throws { try document["errors"] as? [[String: Any]] ?? [] } }
}
