import ClusterAdmin
import Diagnosis
import ErlangNode
import ReleaseFiles
import Testing

@testable import ErlcluCommands

@Suite struct VerbTests {
    let trial = CommandTrial()

    @Test func noVerbIsUsageOnStandardError() {
        #expect(trial.run() == 64)
        #expect(trial.standardOutput.isEmpty)
        #expect(trial.standardError == HelpText.overview)
    }

    /// Whoever names a target and no verb wants the dashboard: a line says what that needs.
    @Test(arguments: [["-n", "a@here"], ["--node=a@here"], ["-c", "prod"], ["--release", "/r", "-q"]])
    func aTargetAloneIsTheDashboard(_ arguments: [String]) {
        #expect(trial.run(words: arguments) == 64)
        #expect(trial.standardOutput.isEmpty)
        let words = trial.standardError
        #expect(words.contains("needs a terminal") && words.contains("ui --once") && words.contains("ui --plain"))
        #expect(words.split(separator: "\n").count <= 4, "\(words)")
        // Help is help.
        #expect(trial.run(words: arguments + ["--help"]) == 0)
        #expect(trial.standardOutput == HelpText.overview)
    }

    @Test func formatsThatAreNoneOfADashboard() {
        #expect(trial.run("ui", "--plain", "-o", "json") == 64)
        #expect((trial.standardOutput + trial.standardError).contains("--plain prints sentences"))
    }

    @Test func mistakesPointAtTheHelpOfTheirVerb() {
        #expect(trial.run("rpc", "m") == 64)
        #expect(trial.standardError.hasSuffix("Try 'erlclu-ctl help rpc'.\n"))
        #expect(trial.run("ping", "--relaese", "x") == 64)
        #expect(trial.standardError.hasSuffix("Try 'erlclu-ctl help ping'.\n"))
        #expect(trial.run("pong") == 64)
        #expect(trial.standardError.hasSuffix("Try 'erlclu-ctl --help'.\n"))
    }

    @Test func pingSaysPong() {
        #expect(trial.run("ping") == 0)
        #expect(trial.standardOutput == "pong\n")
        #expect(trial.standardError.isEmpty)
    }

    @Test func pingAsJSON() {
        #expect(trial.run("ping", "-o", "json") == 0)
        #expect(
            trial.standardOutput
                == #"{"schema":"erlclu/ping/1","items":[{"node":"a@here","result":"pong","microseconds":250}],"errors":[]}"#
                + "\n")
    }

    @Test func failureForPeople() {
        #expect(trial.run("ping", "-n", "x@here") == 69)
        #expect(trial.standardOutput.isEmpty)
        #expect(
            trial.standardError == """
                erlclu-ctl: E-EPMD-NOTREG at EPMD: epmd on here knows [a], not x@here
                  remedy: start it

                """)
    }

    @Test func likelyFailureNamesTheAlternative() {
        trial.targets.nodes["a@here"]?.failure = NodeFailure(
            .cookie, stage: .reply, node: "a@here", message: "the cookie differs", remedy: "compare",
            certainty: .likely(alternative: "the node stopped"))
        #expect(trial.run("ping", "--color", "always") == 77)
        #expect(
            trial.standardError == """
                erlclu-ctl: \u{1B}[1;31mE-COOKIE at REPLY\u{1B}[0m: the cookie differs
                  \u{1B}[1mremedy\u{1B}[0m: compare
                  \u{1B}[1mor maybe\u{1B}[0m: the node stopped

                """)
    }

    @Test func quietFailureIsOneLine() {
        #expect(trial.run("ping", "-q", "-n", "x@here") == 69)
        #expect(trial.standardError == "erlclu-ctl: E-EPMD-NOTREG at EPMD: epmd on here knows [a], not x@here\n")
    }

    @Test func failureForScripts() {
        #expect(trial.run("ping", "-o", "json", "-n", "x@here") == 69)
        let error =
            #"{"node":"x@here","code":"E-EPMD-NOTREG","stage":"EPMD","#
            + #""message":"epmd on here knows [a], not x@here","remedy":"start it"}"#
        #expect(trial.standardOutput == #"{"schema":"erlclu/ping/1","items":[],"errors":["# + error + "]}\n")
        #expect(trial.standardError.isEmpty)
    }

    @Test func severalNodesGivePartialSuccess() {
        #expect(trial.run("ping", "-n", "a@here", "-n", "x@here") == 2)
        #expect(trial.standardOutput == "a@here: pong\n")
        #expect(trial.standardError.contains("E-EPMD-NOTREG"))
    }

    @Test func everyFailureGivesItsOwnStatus() {
        #expect(trial.run("ping", "-n", "y@here", "-n", "x@here") == 69)
    }

    @Test(arguments: FailureCode.allCases) func statusOfEachCode(_ code: FailureCode) {
        trial.targets.nodes["a@here"]?.failure = NodeFailure(
            code, stage: .up, node: "a@here", message: "m", remedy: "")
        #expect(trial.run("status") == code.exitStatus)
        #expect(trial.standardError == "erlclu-ctl: \(code.rawValue) at UP: m\n")
        #expect(ExitStatus.meanings.contains { $0.status.rawValue == code.exitStatus })
    }

    @Test(arguments: FailureCode.allCases) func everyCodeIsExplained(_ code: FailureCode) {
        #expect(trial.run("explain", code.rawValue.lowercased()) == 0)
        #expect(trial.standardOutput.hasPrefix("\(code.rawValue) (exit status \(code.exitStatus))\n"))
        let page = code.page
        for text in [page.meaning, page.recognition, page.facts, page.remedy.text] + page.causes {
            #expect(text.count >= 6 && !text.hasSuffix("."))
        }
        #expect(!page.causes.isEmpty)
        #expect(trial.standardOutput.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    /// Scripts find an error's code and the exit status together in the page of the code.
    @Test func everyErrorOfACommandHasAPage() throws {
        let fault = SyntaxFault(source: "expression", text: "1+", line: 1, column: 1, message: "m")
        let failures: [CommandFailure] = [
            .usage(.noNode), .syntax(fault), .input("m"), .configuration(message: "m", remedy: nil),
            .negative(node: "a@here", message: "m"), .unavailable(node: "a@here", message: "m"),
        ]
        for failure in failures {
            let item = try #require(failure.items.first)
            let code = try #require(FailureCode(rawValue: item.code))
            #expect(code.exitStatus == failure.status.rawValue, "\(item.code)")
        }
    }

    @Test func pagesDiffer() {
        #expect(Set(FailureCode.allCases.map(\.page.meaning)).count == FailureCode.allCases.count)
    }

    @Test func membersAsTableAndJSON() {
        trial.targets.nodes["a@here"]?.memberRows = [
            Member(
                node: "b@here", state: .up, kind: .hidden, address: "10.0.0.2:9100", transport: "tls", otpRelease: "27",
                uptimeSeconds: 93_784, processes: 120, runQueue: 0, memoryBytes: 52_428_800, links: 1,
                linksExpected: 1, certificateDays: -3),
            Member(node: "a@here", state: .up, kind: .visible, isEntry: true),
        ]
        #expect(trial.run("members") == 0)
        #expect(
            trial.standardOutput == """
                   NODE    STATE  KIND     ADDRESS        VIA  OTP  UPTIME  PROCS  RUNQ  MEMORY  LINKS  CERT  REMARK
                *  a@here  up     visible  -              -      -       -      -     -       -      -     -
                   b@here  up     hidden   10.0.0.2:9100  tls   27   1d02h    120     0     50M    1/1   exp

                """)
        trial.output.bytes = []
        #expect(trial.run("members", "-o", "jsonl") == 0)
        #expect(trial.standardOutput.contains(#""memory_bytes":52428800,"links":[1,1],"certificate_days":-3"#))
    }

    @Test func membersGoOnToTheNextEntryNode() {
        trial.targets.nodes["a@here"]?.memberRows = [Member(node: "a@here", state: .up, kind: .visible)]
        #expect(trial.run("members", "-n", "x@here", "-n", "a@here") == 0)
        #expect(trial.standardError.contains("trying the next one"))
    }

    @Test func factsOfANode() {
        #expect(trial.run("pid") == 0)
        #expect(trial.run("version") == 0)
        #expect(trial.run("stop") == 0)
        #expect(trial.standardOutput == "42\napp 1.2 OTP 25 erts 13.1\nok\n")
        #expect(trial.targets.nodes["a@here"]?.controls == [.stop])
    }

    /// What `init:script_id/0` says where the node was started by `erl`.
    @Test func versionOfANodeWithoutARelease() {
        trial.targets.nodes["a@here"]?.product = nil
        #expect(trial.run("version") == 0)
        #expect(trial.run("version", "-o", "jsonl") == 0)
        #expect(
            trial.standardOutput == "OTP 25 erts 13.1\n"
                + #"{"schema":"erlclu/version/1","node":"a@here","release":null,"release_version":null,"otp_release":"25","erts_version":"13.1"}"#
                + "\n")
    }

    @Test(arguments: [["--insecure"], ["--keylog", "f"], ["--server-name", "h"]])
    func optionsOfTLSAreUselessOverTCP(words: [String]) {
        #expect(trial.run(words: ["ping"] + words) == 0)
        #expect(
            trial.standardError
                == "erlclu-ctl: warning: \(words[0]) has no effect: the connection is TCP (default), not TLS\n")
        trial.errors.bytes = []
        trial.targets.transport = .tls
        #expect(trial.run(words: ["ping"] + words) == 0)
        #expect(!trial.standardError.contains("has no effect"))
    }

    @Test(arguments: ["0", "0s", "99999999h", "600h"]) func timesThatAreNone(_ text: String) {
        #expect(trial.run("ping", "-t", text) == 64)
        #expect(trial.standardError.contains("'\(text)' is not a value for -t: \(DurationSyntax.expectation)"))
        trial.environment = ["ERLCLU_TIMEOUT": text]
        #expect(trial.run("ping") == 78)
        #expect(trial.standardError.contains("ERLCLU_TIMEOUT is '\(text)': it is \(DurationSyntax.expectation)"))
    }

    @Test func namesAsksNoNode() {
        trial.targets.registered = [RegisteredNode(name: "a", port: 40_001)]
        #expect(trial.run("names", "10.0.0.7") == 0)
        #expect(trial.standardOutput == "NAME   PORT\na     40001\n")
        #expect(trial.targets.opened.isEmpty)
    }

    /// Over SSH the node itself asks, since nobody else comes to its epmd.
    @Test func namesOverSSHAreAskedOfTheNode() throws {
        let node = try #require(trial.targets.nodes["a@here"])
        node.registrations = [RegisteredNode(name: "far", port: 40_002)]
        trial.targets.registered = [RegisteredNode(name: "near", port: 40_001)]
        trial.targets.transport = .ssh
        #expect(trial.run("names") == 0, "\(trial.standardError)")
        #expect(trial.standardOutput == "NAME   PORT\nfar   40002\n")
        #expect(trial.targets.opened.map(\.node) == ["a@here"])
        // Who names a host has it asked from here.
        #expect(trial.run("names", "10.0.0.7") == 0 && trial.standardOutput.contains("near"))
        #expect(trial.targets.opened.count == 1)
    }

    @Test func configViewMasksSecrets() {
        #expect(trial.run("config", "view", "-o", "jsonl") == 0)
        #expect(
            trial.standardOutput.contains(
                #","name":"cookie","value":"(masked)","origin":"environment COOKIE"}"#))
        #expect(!trial.standardOutput.contains("monster"))
    }

    @Test func aReaderThatGoesAwayIsNoError() {
        trial.output.error = 32
        #expect(trial.run("explain") == 141)
        #expect(trial.standardError.isEmpty)
    }

    @Test func variablesAreChecked() {
        trial.environment = ["ERLCLU_OUTPUT": "xml"]
        #expect(trial.run("ping") == 78)
        trial.environment = ["ERLCLU_TIMEOUT": "soon"]
        #expect(trial.run("ping") == 78)
        trial.environment = ["ERLCLU_OUTPUT": "jsonl"]
        #expect(trial.run("pid") == 0)
        #expect(trial.standardOutput == "{\"schema\":\"erlclu/pid/1\",\"node\":\"a@here\",\"pid\":42}\n")
    }

    @Test func aFullDiskIsReported() {
        trial.output.error = 28
        #expect(trial.run("ping") == 74)
        #expect(trial.standardError == "erlclu-ctl: cannot write to standard output: No space left on device\n")
    }

    /// The name by which a verb is found is the one by which it goes.
    @Test(arguments: Verb.allCases) func everyVerbIsFoundByItsNames(_ verb: Verb) {
        let specification = verb.specification
        #expect(specification.name == verb.rawValue)
        for name in [specification.name] + specification.aliases { #expect(Verbs.named(name)?.name == verb.rawValue) }
    }

    @Test(arguments: Verbs.listed.map(\.name)) func everyVerbHasHelp(_ name: String) {
        let words = name.split(separator: " ").map(String.init)
        let status = words.count == 2 ? trial.run("help", words[0], words[1]) : trial.run("help", name)
        #expect(status == 0)
        #expect(trial.standardOutput.contains("Usage: erlclu-ctl "))
        let commands = Verbs.listed.flatMap { $0.verb.examples.map { "  " + $0.commandLine } }
        for line in trial.standardOutput.split(separator: "\n") where !commands.contains(String(line)) {
            #expect(line.count <= 80, "\(line)")
        }
    }
}
