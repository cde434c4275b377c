import Foundation
import Testing

@testable import ErlcluCommands
@testable import ReleaseFiles

/// What is committed in `man/` and `completions/` is what the tables say. `make generated` writes it anew.
@Suite struct GeneratedFilesTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let files: [(String, String)] = [
        ("completions/erlclu-ctl.bash", CompletionScript.bash),
        ("completions/_erlclu-ctl", CompletionScript.zsh),
        ("completions/erlclu-ctl.fish", CompletionScript.fish),
        ("man/erlclu-ctl.1", ManualPage.commands),
        ("man/erlclu.config.5", ManualPage.configurationFile),
    ]

    @Test(arguments: files) func isCommitted(_ path: String, _ text: String) throws {
        let committed = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
        #expect(committed == text, "\(path) is out of date")
    }

    /// Every key of a context, and no other.
    @Test func theManualHasTheKeysOfContexts() throws {
        let settings = try #require(ManualPage.configurationFile.split(separator: ".Ss Settings").last)
        let described = settings.matches(of: /\.It Li "\{(\w+),/).map { String($0.output.1) }
        #expect(described.sorted() == ContextReader.keys.sorted())
    }

    static let checks: [(String, [String])] = [
        ("bash", ["-n", "completions/erlclu-ctl.bash"]),
        ("zsh", ["-n", "completions/_erlclu-ctl"]),
        ("fish", ["--no-execute", "completions/erlclu-ctl.fish"]),
        ("mandoc", ["-T", "lint", "-W", "warning", "man/erlclu-ctl.1", "man/erlclu.config.5"]),
    ]

    /// Each by its own program, where that is installed.
    @Test(arguments: checks) func isUnderstood(_ program: String, _ arguments: [String]) throws {
        let path = ["/usr/bin/", "/bin/"].map { $0 + program }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        guard let path else { return }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = Self.root
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)")
    }
}
