import ClusterAdmin
import Presentation
import Testing

@testable import ErlcluCommands

/// Colours of results: they repeat what the words say, and are left out where nobody wants them.
@Suite struct ColorTests {
    private func trial(_ environment: [String: String] = [:]) -> CommandTrial {
        let trial = CommandTrial()
        trial.outputIsTerminal = true
        trial.environment = environment
        trial.targets.nodes["a@here"]?.memberRows = [
            Member(
                node: "a@here", state: .up, kind: .visible, isEntry: true, links: 1, linksExpected: 2,
                certificateDays: 5),
            Member(node: "b@here", state: .unreachable, kind: .visible, remark: "it gave no result"),
            Member(
                node: "c@here", state: .up, kind: .visible, links: 2, linksExpected: 2, certificateDays: 90),
        ]
        return trial
    }

    private static func mono(_ text: String) -> String { text.replacing(/\u{1B}\[[0-9;]*m/, with: "") }

    @Test func whatIsWrongStandsOut() {
        let trial = trial()
        #expect(trial.run("members") == 0)
        let lines = trial.standardOutput.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(!lines[0].contains("\u{1B}"))
        #expect(lines[1].contains("\u{1B}[32mup\u{1B}[0m") && lines[1].contains("\u{1B}[33m1/2\u{1B}[0m"))
        #expect(lines[1].contains("\u{1B}[33m5d\u{1B}[0m"))
        #expect(lines[2].contains("\u{1B}[1;31munreachable\u{1B}[0m"))
        #expect(lines[3].contains(" 2/2 ") && lines[3].contains(" 90d"))
        // Without colours it is the same, to the column.
        let plain = self.trial()
        #expect(plain.run("members", "--color", "never") == 0)
        #expect(plain.standardOutput == Self.mono(trial.standardOutput))
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func noneWhereNobodyWantsThem(environment: [String: String]) {
        let trial = trial(environment)
        #expect(trial.run("members") == 0)
        #expect(trial.standardOutput.contains("unreachable") && !trial.standardOutput.contains("\u{1B}"))
    }

    @Test func noneIntoAPipeUnlessSaid() {
        let piped = trial()
        piped.outputIsTerminal = false
        #expect(piped.run("members") == 0)
        #expect(!piped.standardOutput.contains("\u{1B}"))
        let told = trial()
        told.outputIsTerminal = false
        #expect(told.run("members", "--color", "always") == 0)
        #expect(told.standardOutput.contains("\u{1B}[1;31munreachable"))
        #expect(Self.mono(told.standardOutput) == piped.standardOutput)
        let json = trial()
        #expect(json.run("members", "--color", "always", "-o", "json") == 0)
        #expect(!json.standardOutput.contains("\u{1B}"))
    }

    /// Where a coloured cell is broken over several lines each has its own colour.
    @Test func aBrokenCellIsColoredLineByLine() {
        let columns: [Column<String>] = [
            Column("a", "A") { _ in .text("x") }, Column<String>("b", "B") { .text($0) }.meaning { _ in .failure },
        ]
        let style = TextStyle(color: "always", isASCII: false, isTerminal: false, environment: [:])
        let text = Table.text(["one two three four five six"], columns, style: style, width: 25).string
        #expect(
            text == "A  B\nx  \u{1B}[1;31mone two three four\u{1B}[0m\n   \u{1B}[1;31mfive six\u{1B}[0m\n", "\(text)")
    }
}
