import Foundation
package import Testing

/// Compares `text` with the file `Snapshots/<suite file>/<name>` beside the test.
///
/// With ERLCLU_RECORD=1 the file is written instead and the test fails: a recorded run has compared nothing.
/// - Parameters:
///   - scrubbing: what differs from run to run, and what is to stand for it.
package func expectSnapshot(
    _ text: String, named name: String, scrubbing parts: [Scrub] = [], sourceFile: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let file = URL(fileURLWithPath: sourceFile)
    let path = file.deletingLastPathComponent().appendingPathComponent("Snapshots")
        .appendingPathComponent(file.deletingPathExtension().lastPathComponent).appendingPathComponent(name)
    let actual = parts.reduce(text) { $1.apply(to: $0) }
    if ProcessInfo.processInfo.environment["ERLCLU_RECORD"] == "1" {
        do {
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(actual.utf8).write(to: path)
            Issue.record("recorded \(path.path); run again without ERLCLU_RECORD", sourceLocation: sourceLocation)
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
        }
        return
    }
    guard let bytes = try? Data(contentsOf: path) else {
        Issue.record("no \(path.path); ERLCLU_RECORD=1 writes it:\n\(actual)", sourceLocation: sourceLocation)
        return
    }
    let expected = String(decoding: bytes, as: UTF8.self)
    if actual != expected {
        Issue.record(
            "\(name) differs\n\(lineDifference(from: expected, to: actual))", sourceLocation: sourceLocation)
    }
}

/// A part of a snapshot that differs from run to run.
package struct Scrub: Sendable {
    private let find: @Sendable (String) -> String

    /// Every occurrence of a text.
    package static func text(_ text: String, as replacement: String) -> Scrub {
        Scrub { $0.replacingOccurrences(of: text, with: replacement) }
    }

    /// Every match of a regular expression; `$1` in the replacement is its first group.
    package static func pattern(_ pattern: String, as replacement: String) -> Scrub {
        Scrub { $0.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression) }
    }

    func apply(to text: String) -> String { find(text) }
}

/// The lines that differ, each with a sign.
private func lineDifference(from expected: String, to actual: String) -> String {
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
    return new.difference(from: old).map { change in
        switch change {
        case .remove(let line, let text, _): "\(line + 1)- \(text)"
        case .insert(let line, let text, _): "\(line + 1)+ \(text)"
        }
    }.joined(separator: "\n")
}
