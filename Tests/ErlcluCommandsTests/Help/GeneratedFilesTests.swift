import ErlcluTestSupport
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

    /// Each by its own program.
    @Test(arguments: checks) func isUnderstood(_ program: String, _ arguments: [String]) throws {
        let (status, said) = try Self.run(program, arguments)
        #expect(status == 0, "\(said)")
    }

    /// What a person copies from the page is what the help shows: a page has characters of its own for quotes, dashes
    /// and backslashes.
    @Test func theManualShowsTheExamplesOfTheHelp() throws {
        let page = try Self.rendered("man/erlclu-ctl.1")
        for entry in Verbs.listed {
            for example in entry.verb.examples {
                #expect(page.contains(example.commandLine), "\(entry.name)")
            }
        }
        #expect(page.contains(#"{"schema":"erlclu/VERB/1","items":[...],"errors":[...]}"#))
    }

    @Test func theManualShowsTheSampleOfContexts() throws {
        let page = try Self.rendered("man/erlclu.config.5")
        let sample = try #require(page.split(separator: "EXAMPLES").last?.split(separator: "SEE ALSO").first)
        let directory = try TemporaryDirectory()
        let path = try directory.write(String(sample), to: "erlclu.config")
        #expect(try ContextFile(path: path, SystemFiles()).contextNames == ["prod"])
    }

    /// The page as a terminal shows it, on lines of any length, without bold and underlined letters.
    private static func rendered(_ page: String) throws -> String {
        let (status, text) = try run("mandoc", ["-T", "utf8", "-O", "width=1000", page])
        #expect(status == 0)
        var plain = ""
        for character in text.unicodeScalars {
            if character == "\u{8}" {
                plain.unicodeScalars.removeLast()
            } else {
                plain.unicodeScalars.append(character)
            }
        }
        return plain
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = Self.root
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }
}
