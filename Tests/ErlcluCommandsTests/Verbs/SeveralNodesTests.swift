import ClusterAdmin
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Foundation
import Testing

@testable import ErlcluCommands

/// What several nodes come to together.
@Suite struct SeveralNodesTests {
    let trial = CommandTrial()
    let both = ["-n", "a@here", "-n", "b@here"]

    init() { trial.targets.nodes["b@here"] = FakeNode("b@here") }

    private func answer(_ first: EvaluationOutcome, _ second: EvaluationOutcome) {
        trial.targets.nodes["a@here"]?.outcome = first
        trial.targets.nodes["b@here"]?.outcome = second
    }

    @Test func anyNegativeVerdictIsKept() {
        answer(.value(.of("{rpc_error,3,no}")), .value(.of("rpc_ok")))
        #expect(trial.run(words: ["rpc"] + both + ["m", "f"]) == 2)
        #expect(trial.standardError == "a@here: no\n")
        answer(.value(.of("rpc_ok")), .value(.of("{rpc_error,3,no}")))
        #expect(trial.run(words: ["rpc"] + both + ["m", "f"]) == 2)
        #expect(trial.standardError == "a@here: no\nb@here: no\n")
        answer(.value(.of("rpc_ok")), .value(.of("rpc_ok")))
        #expect(trial.run(words: ["rpc"] + both + ["m", "f"]) == 0)
    }

    /// A document has them in the order of -n; what is read while it comes has them as they come.
    @Test func documentsAreInTheOrderOfNames() {
        trial.targets.nodes["a@here"]?.answersAfter = .milliseconds(50)
        trial.targets.nodes["b@here"]?.failure = nil
        let verbs = [["eval", "f()"], ["rpc", "m", "f"], ["ping"], ["pid"], ["version"], ["status"]]
        for verb in verbs {
            for (format, nodes) in [("json", ["a@here", "b@here"]), ("jsonl", ["b@here", "a@here"])] {
                trial.output.bytes = []
                #expect(trial.run(words: [verb[0], "-o", format] + both + verb.dropFirst()) == 0)
                let places = nodes.map { trial.standardOutput.range(of: "\"node\":\"\($0)\"")?.lowerBound }
                #expect(places[0] != nil && places[1] != nil)
                if let first = places[0], let second = places[1] { #expect(first < second, "\(verb) \(format)") }
            }
        }
        // Errors as well.
        answer(.exception(text: "late"), .exception(text: "early"))
        trial.output.bytes = []
        #expect(trial.run(words: ["eval", "-o", "json"] + both + ["f()"]) == 1)
        let places = ["late", "early"].map { trial.standardOutput.range(of: $0)?.lowerBound }
        if let first = places[0], let second = places[1] { #expect(first < second) }
    }

    @Test func nodesAreOperandsToo() {
        #expect(trial.run("ping", "b@here") == 0)
        #expect(trial.run("ping", "a@here", "b@here") == 0)
        #expect(trial.run("version", "-n", "a@here", "b@here") == 0)
        #expect(trial.targets.opened.map(\.node) == ["b@here", "a@here", "b@here", "a@here", "b@here"])
    }

    /// They come in another order.
    @Test func membersAnswerInTheOrderOfNames() {
        let node = trial.targets.nodes["a@here"]
        node?.memberOutcomes = ["c@here", "a@here", "b@here"].map { ($0, .success(.value(.of("ok")))) }
        #expect(trial.run("eval", "--all", "f()") == 0)
        #expect(trial.standardOutput == "a@here: ok\nb@here: ok\nc@here: ok\n")
    }

    @Test func membersThatAreNotAskedAreNamed() {
        let node = trial.targets.nodes["a@here"]
        node?.memberOutcomes = [("a@here", .success(.value(.of("ok"))))]
        node?.memberRows = [
            Member(node: "a@here", state: .up, kind: .visible, isEntry: true),
            Member(node: "h@here", state: .up, kind: .hidden),
        ]
        #expect(trial.run("eval", "--all", "f()") == 0)
        #expect(trial.standardError == "erlclu-ctl: warning: not asked, as hidden nodes: h@here\n")
        node?.memberRows += [Member(node: "c@here", state: .unreachable, kind: .visible)]
        #expect(trial.run("eval", "--all", "f()") == 2)
        #expect(trial.standardError.contains("c@here was not asked: a@here is not connected to it"))
    }

    @Test func membersSayWhatTheyAre() {
        let node = trial.targets.nodes["a@here"]
        let status = NodeStatus(
            node: "b@here", product: .init(name: "shop", version: "2"), progress: "starting", processID: "1",
            otpRelease: "27", ertsVersion: "15.2", uptimeSeconds: 1, processes: 1, processLimit: nil, runQueue: 0,
            memoryBytes: 1, applications: [], servesCalls: false)
        node?.memberStatuses = [("c@here", .failure(.notRegistered("c@here"))), ("b@here", .success(status))]
        #expect(trial.run("ping", "--all") == 2)
        #expect(trial.run("version", "--all") == 2)
        #expect(trial.standardOutput == "b@here: pong\nb@here: shop 2 OTP 27 erts 15.2\n")
        #expect(trial.run("status", "--all") == 69)
    }

    @Test func verdictsThatAgreeGiveTheirStatus() {
        answer(.value(.of("{rpc_error,3}")), .value(.of("{rpc_error,3}")))
        #expect(trial.run(words: ["rpc"] + both + ["m", "f"]) == 3)
        #expect(trial.run(words: ["rpc", "-n", "x@here"] + both + ["m", "f"]) == 2)
    }

    @Test func errorsNameTheirNode() {
        answer(.exception(text: "** exception error: no"), .unavailable(language: "elixir"))
        #expect(trial.run(words: ["eval", "-o", "json"] + both + ["f()"]) == 1)
        #expect(
            trial.standardOutput.hasSuffix(
                #""errors":[{"node":"a@here","code":"E-EXCEPTION","stage":"UP","message":"** exception error: no"},"#
                    + #"{"node":"b@here","code":"E-UNAVAILABLE","stage":"UP","message":"b@here does not run elixir"}]}"#
                    + "\n"))
        #expect(trial.run(words: ["eval"] + both + ["f()"]) == 1)
        #expect(
            trial.standardError == "a@here: ** exception error: no\nerlclu-ctl: b@here does not run elixir\n")
    }

    /// Scripts learn from the document which node it was.
    @Test func negativeVerdictsNameTheirNode() {
        answer(.value(.of("rpc_ok")), .value(.of("{rpc_error,3,\"no\"}")))
        #expect(trial.run(words: ["rpc", "-o", "json"] + both + ["m", "f"]) == 2)
        #expect(
            trial.standardOutput == #"{"schema":"erlclu/rpc/1","items":[],"errors":[{"node":"b@here","#
                + #""code":"E-RPC-ERROR","stage":"UP","message":"the function says {rpc_error,3}: \"no\""}]}"# + "\n")
        trial.output.bytes = []
        answer(.value(.of("rpc_ok")), .value(.of("{rpc_error,0}")))
        #expect(trial.run(words: ["rpc", "-o", "json"] + both + ["m", "f"]) == 0)
        #expect(trial.standardOutput.hasSuffix(#""errors":[]}"# + "\n"))
    }

    @Test func syntaxErrorThatAllFindIsReadOnce() {
        let fault = EvaluationOutcome.syntaxError(line: 1, column: 3, message: "oh")
        answer(fault, fault)
        #expect(trial.run(words: ["eval"] + both + ["1+)"]) == 65)
        #expect(trial.standardError == "erlclu-ctl: expression:1:3: oh\n  1+)\n    ^\n")
        trial.errors.bytes = []
        answer(fault, .value(.of("ok")))
        #expect(trial.run(words: ["eval"] + both + ["1+)"]) == 2)
        #expect(trial.standardError == "erlclu-ctl: a@here: expression:1:3: oh\n  1+)\n    ^\n")
    }

    static let agreeing: [(EvaluationOutcome, Int32)] = [
        (.exception(text: "no"), 1), (.syntaxError(line: 1, column: 1, message: "oh"), 65),
        (.unavailable(language: "elixir"), 1),
    ]

    @Test(arguments: agreeing) func membersThatAgreeGiveTheirStatus(_ outcome: EvaluationOutcome, _ status: Int32) {
        let entry = trial.targets.nodes["a@here"]
        entry?.memberOutcomes = [("a@here", .success(outcome))]
        #expect(trial.run("eval", "--all", "f()") == status)
        entry?.memberOutcomes = [("a@here", .success(outcome)), ("b@here", .success(outcome))]
        #expect(trial.run("eval", "--all", "f()") == status)
        entry?.memberOutcomes = [("a@here", .success(outcome)), ("b@here", .success(.value(.of("ok"))))]
        #expect(trial.run("eval", "--all", "f()") == 2)
    }

    @Test func membersFindASyntaxErrorTogether() {
        let fault = EvaluationOutcome.syntaxError(line: 1, column: 3, message: "oh")
        let entry = trial.targets.nodes["a@here"]
        entry?.memberOutcomes = [("a@here", .success(fault)), ("b@here", .success(fault))]
        #expect(trial.run("eval", "--all", "1+)") == 65)
        #expect(trial.standardError == "erlclu-ctl: expression:1:3: oh\n  1+)\n    ^\n")
        #expect(trial.run("eval", "--all", "-o", "jsonl", "1+)") == 65)
        for node in ["a@here", "b@here"] {
            #expect(trial.standardOutput.contains("{\"node\":\"\(node)\",\"code\":\"E-SYNTAX\""))
        }
    }

    /// A line that never ends is shown in pieces, and none of them ends within a character.
    @Test func longLinesAreCut() {
        let limit = EvaluationReport.maximumLineBytes
        let piece = Array("ab€".utf8)
        let node = trial.targets.nodes["a@here"]
        node?.outputs = [[UInt8]](repeating: piece, count: limit / 2)
        node?.memberOutcomes = [("a@here", .success(.value(.of("ok"))))]
        var shown = 0
        node?.afterOutput = { [trial] in if trial.output.bytes.isEmpty { shown += 1 } }
        #expect(trial.run(words: ["eval"] + both + ["f()"]) == 0)
        #expect(shown <= limit / piece.count + 1)
        let lines = trial.standardOutput.split(separator: "\n").filter { $0.hasPrefix("a@here| ") }
        #expect(lines.allSatisfy { $0.utf8.count <= limit + 8 && !$0.contains("\u{FFFD}") })
        let text = lines.map { $0.dropFirst(8) }.joined()
        #expect(text == String(repeating: "ab€", count: limit / 2))
    }
}
