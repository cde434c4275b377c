import Testing

@testable import ErlcluCommands

@Suite struct CommandLineParserTests {
    struct Reading: CustomTestStringConvertible, Sendable {
        var arguments: [String]
        var verb: String
        var operands: [String] = []
        var options: [(OptionName, String)] = []
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let readings: [Reading] = [
        Reading(arguments: ["ping"], verb: "ping"),
        Reading(arguments: ["-n", "a@b", "ping"], verb: "ping", options: [(.node, "a@b")]),
        Reading(arguments: ["ping", "-na@b"], verb: "ping", options: [(.node, "a@b")]),
        Reading(arguments: ["ping", "-n=a@b"], verb: "ping", options: [(.node, "a@b")]),
        Reading(arguments: ["ping", "--node=a@b"], verb: "ping", options: [(.node, "a@b")]),
        Reading(arguments: ["ping", "--node", "a@b"], verb: "ping", options: [(.node, "a@b")]),
        Reading(arguments: ["ping", "-qv"], verb: "ping", options: [(.quiet, ""), (.verbose, "")]),
        Reading(arguments: ["ping", "-qnx"], verb: "ping", options: [(.quiet, ""), (.node, "x")]),
        Reading(
            arguments: ["ping", "-n", "a", "-n", "b"], verb: "ping", options: [(.node, "a"), (.node, "b")]),
        Reading(arguments: ["eval", "--", "-1."], verb: "eval", operands: ["-1."]),
        Reading(arguments: ["eval", "-1 + 2"], verb: "eval", operands: ["-1 + 2"]),
        Reading(arguments: ["eval", "-X + 2", "-q"], verb: "eval", operands: ["-X + 2"], options: [(.quiet, "")]),
        Reading(arguments: ["eval", "-(1)"], verb: "eval", operands: ["-(1)"]),
        Reading(arguments: ["rpc", "erlang", "abs", "-1"], verb: "rpc", operands: ["erlang", "abs", "-1"]),
        Reading(arguments: ["ping", "a@b", "c"], verb: "ping", operands: ["a@b", "c"]),
        Reading(arguments: ["eval", "-"], verb: "eval", operands: ["-"]),
        Reading(arguments: ["eval", "-f", "-"], verb: "eval", options: [(.file, "-")]),
        Reading(arguments: ["eval", "1", "+", "2"], verb: "eval", operands: ["1", "+", "2"]),
        Reading(
            arguments: ["rpc", "m", "-o", "json", "f", "[1]"], verb: "rpc", operands: ["m", "f", "[1]"],
            options: [(.output, "json")]),
        Reading(arguments: ["config", "-q", "view"], verb: "config view", options: [(.quiet, "")]),
        Reading(arguments: ["getpid"], verb: "pid"),
        Reading(arguments: ["ping", "-setcookie", "c"], verb: "ping", options: [(.setcookie, "c")]),
        Reading(
            arguments: ["nodetool", "-name", "a@b", "--x", "ping"], verb: "nodetool",
            operands: ["-name", "a@b", "--x", "ping"]),
        Reading(arguments: ["ping", "--address=[::1]:1"], verb: "ping", options: [(.address, "[::1]:1")]),
        Reading(arguments: ["ping", "--epmd", "none"], verb: "ping", options: [(.epmd, "none")]),
        Reading(arguments: ["--help"], verb: "", options: [(.help, "")]),
        Reading(arguments: ["rpc", "-h"], verb: "rpc", options: [(.help, "")]),
    ]

    @Test(arguments: readings) func reads(_ reading: Reading) throws {
        let line = try CommandLineParser().parse(reading.arguments)
        #expect(line.verbName == reading.verb)
        #expect(line.operands == reading.operands)
        #expect(line.options.occurrences.map(\.name) == reading.options.map(\.0))
        #expect(line.options.occurrences.map(\.value) == reading.options.map(\.1))
    }

    static let refusals: [([String], String)] = [
        ([], "a verb is missing"),
        (["pong"], "there is no verb 'pong'; did you mean 'ping'?"),
        (["frobnicate"], "there is no verb 'frobnicate'"),
        (["top"], "there is no verb 'top'"),
        (["rebot"], "there is no verb 'rebot'"),
        (["restrat"], "there is no verb 'restrat'"),
        (["evil"], "there is no verb 'evil'"),
        (["stop", "--ye"], "there is no option '--ye'"),
        (["ping", "--insecur"], "there is no option '--insecur'"),
        (["doctor", "--connet"], "there is no option '--connet'; did you mean '--context'?"),
        (["config"], "'config' needs one of: contexts, view"),
        (["config", "veiw"], "'config' has no 'veiw'; it has: contexts, view"),
        (["trace", "processes"], "'trace' has no 'processes'; it has: dist"),
        (["stop", "a@b"], "'stop' has no use for 'a@b'; a node is named with -n a@b"),
        (["explain", "dns", "x"], "'explain' has no use for 'x'"),
        (["ping", "-1"], "there is no option '-1'"),
        (["ping", "--nod", "x"], "there is no option '--nod'; did you mean '--node'?"),
        (["ping", "--xyzzy"], "there is no option '--xyzzy'"),
        (["ping", "-timeout", "5"], "there is no option '-timeout'; did you mean '--timeout'?"),
        (["ping", "-x"], "there is no option '-x'"),
        (["ping", "--file", "x"], "'--file' is an option of 'eval' and goes behind the verb"),
        (["--connect", "doctor"], "'--connect' is an option of 'doctor' and goes behind the verb"),
        (["--lang", "ex", "1"], "'--lang' is an option of 'eval', 'remote_console' and goes behind the verb"),
        (["ping", "-n"], "'-n' needs a value: -n NAME"),
        (["ping", "--quiet=yes"], "'--quiet' takes no value"),
        (["ping", "-t", "soon"], "'soon' is not a value for -t: \(DurationSyntax.expectation)"),
        (
            ["ping", "-o", "jsn"],
            "'jsn' is not a value for -o: one of table, json, jsonl, term, raw, ladder, svg; did you mean 'json'?"
        ),
        (["ping", "--address", "host"], "'host' is not a value for --address: HOST:PORT"),
        (["ping", "--epmd", "::1:4369"], "'::1:4369' is not a value for --epmd: HOST:PORT, or none"),
        (["ping", "-n", "@host"], "'@host' is not a value for -n: a node name, NAME@HOST"),
        (["ping", "--server-name", ""], "'' is not a value for --server-name: the name or the IP address of a host"),
        (["rpc", "lists"], "'rpc' needs FUNCTION"),
        (["completion", "tcsh"], "'tcsh' is not a value for SHELL: one of bash, zsh, fish"),
    ]

    /// Whatever is typed: one edit away from a verb that is no look, that verb is not what is suggested.
    @Test func suggestsNothingThatChangesANode() {
        let harmful = Verbs.all.filter { $0.effect != .looks }.flatMap { [$0.name] + $0.aliases }
        #expect(harmful.contains("stop") && harmful.contains("eval"))
        for word in harmful {
            for typed in [String(word.dropFirst()), String(word.dropLast()), word + "s", "x" + word] {
                guard case .unknownVerb(_, let suggestion?) = Self.error(of: [typed]) else { continue }
                #expect(!harmful.contains(suggestion), "\(typed)")
            }
        }
    }

    private static func error(of arguments: [String]) -> UsageError? {
        do throws(UsageError) { _ = try CommandLineParser().parse(arguments) } catch { return error }
        return nil
    }

    @Test(arguments: refusals) func refuses(_ arguments: [String], _ message: String) {
        let error = #expect(throws: UsageError.self) { try CommandLineParser().parse(arguments) }
        #expect(error?.message == message)
    }
}
