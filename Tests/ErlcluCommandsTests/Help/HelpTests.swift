import ErlcluTestSupport
import Testing

@testable import ErlcluCommands

/// The help of every verb, as it is stored beside this file.
@Suite struct HelpTests {
    let trial = CommandTrial()

    static let names = Verbs.listed.map(\.name)

    @Test func overview() {
        #expect(trial.run("--help") == 0)
        expectSnapshot(trial.standardOutput, named: "overview.txt")
        #expect(Self.isNarrow(trial.standardOutput))
    }

    @Test(arguments: names) func verb(_ name: String) {
        let words = name.split(separator: " ").map(String.init)
        let status = words.count == 1 ? trial.run("help", words[0]) : trial.run("help", words[0], words[1])
        #expect(status == 0)
        expectSnapshot(trial.standardOutput, named: "\(name.replacing(" ", with: "-")).txt")
        #expect(Self.isNarrow(trial.standardOutput))
    }

    /// Examples may be longer: they are there to be copied.
    private static func isNarrow(_ text: String) -> Bool {
        text.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("  erlclu-ctl ") }
    }
}
