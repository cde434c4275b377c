import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import ReleaseFiles
import Testing

@testable import ErlcluCommands

@Suite struct CompatibilityTests {
    let trial = CommandTrial()
    var node: FakeNode? { trial.targets.nodes["a@here"] }

    static let nodetool: [([String], NodetoolArguments.Command)] = [
        (["ping"], .ping),
        (["getpid"], .processID),
        (["stop"], .control("stop")),
        (["rpc", "m", "f"], .call(module: "m", function: "f", arguments: "", hasDeadline: true)),
        (["rpc", "m", "f", "[1,", "2]."], .call(module: "m", function: "f", arguments: "[1,2].", hasDeadline: true)),
        (["rpc_infinity", "m", "f", "[]"], .call(module: "m", function: "f", arguments: "[]", hasDeadline: false)),
        (["eval", "1", "+", "2"], .evaluate("1 + 2")),
        (["eval", "-1."], .evaluate("-1.")),
        (["frob", "x"], .unknown(["frob", "x"])),
        (["rpc", "m"], .unknown(["rpc", "m"])),
    ]

    @Test(arguments: nodetool) func reads(_ words: [String], _ command: NodetoolArguments.Command) {
        let arguments = NodetoolArguments(["-start_epmd", "false", "-sname", "a", "-setcookie", "c"] + words)
        #expect(arguments.command == command)
        #expect(arguments.node == "a")
        #expect(arguments.cookie == "c")
    }

    @Test func cookieFilesAreTaken() throws {
        let file = ParsedOptions.Occurrence(name: .cookieFile, value: "/c")
        let variable = ParsedOptions.Occurrence(name: .cookieEnv, value: "C")
        let nodetool = NodetoolArguments(["--cookie-file", "/c", "-name", "a@b", "--cookie-env=C", "ping"])
        #expect(nodetool.cookieSource.occurrences == [file, variable])
        #expect(nodetool.command == .ping && nodetool.node == "a@b")
        let call = try ErlCallArguments(["-n", "a", "--cookie-file=/c", "-a", "erlang node"])
        #expect(call.cookieSource.occurrences == [file])
    }

    @Test func nodetoolPing() {
        #expect(trial.run("-name", "a@here", "ping", as: "/opt/app/bin/nodetool") == 0)
        #expect(trial.standardOutput == "pong\n")
        #expect(trial.run("nodetool", "-name", "x@here", "ping") == 1)
        #expect(trial.standardOutput == "pong\nNode x@here not responding to pings.\n")
        #expect(trial.standardError.contains("E-EPMD-NOTREG"))
    }

    /// The warning is the settings' own; the script that passes the cookie cannot do anything about it.
    @Test(arguments: [["nodetool", "ping"], ["erl_call", "-a", "erlang node"]])
    func warningsAreTold(words: [String]) throws {
        var flags = SettingsFlags()
        flags.setCookie = "c"
        let settings = try SettingsResolver(flags: flags, environment: [:], hostName: "here").resolve()
        #expect(settings.warnings.count == 1)
        trial.targets.warnings = settings.warnings + ["vm.args:3: odd"]
        let name = ["-sname", "a@here", words[0] == "nodetool" ? "-setcookie" : "-c", "c"]
        #expect(trial.run(words: words.prefix(1) + name + words.dropFirst()) == 0)
        #expect(trial.standardError == "erlclu-ctl: warning: vm.args:3: odd\n")
    }

    @Test(arguments: [["rpc", "m", "f"], ["eval", "f()"]])
    func nodetoolShowsOutputAsItComes(words: [String]) {
        node?.outputs = [Array("one\n".utf8), Array("two\n".utf8)]
        var shown: [String] = []
        node?.afterOutput = { [trial] in shown.append(trial.standardOutput) }
        #expect(trial.run(words: ["nodetool", "-name", "a@here"] + words) == 0)
        #expect(shown == ["one\n", "one\ntwo\n"])
    }

    @Test func nodetoolAnswers() {
        node?.outcome = .value(.of("{ok,\"text\"}"))
        #expect(trial.run("nodetool", "-name", "a@here", "rpc", "m", "f", "[]") == 0)
        #expect(trial.run("nodetool", "-name", "a@here", "eval", "f()") == 0)
        #expect(trial.standardOutput == "{ok,\"text\"}\n{ok,\"text\"}\n")
        node?.outcome = .value(.of("{rpc_error,7}"))
        #expect(trial.run("nodetool", "-name", "a@here", "rpc", "m", "f") == 7)
        #expect(trial.run("nodetool", "-name", "a@here", "rpc", "m", "f", "[1") == 1)
        #expect(trial.run("nodetool", "-name", "a@here", "frob") == 1)
        #expect(trial.run("nodetool", "ping") == 1)
    }

    @Test func erlCallAnswers() {
        node?.outcome = .value(.of("{1,\"abc\"}"))
        #expect(trial.run("-sname", "a@here", "-c", "x", "-a", "lists seq [1, 3]", as: "erl_call") == 0)
        #expect(trial.standardOutput == "{1, \"abc\"}")
        // rpc:call on the node itself gives failures the form that scripts know.
        #expect(node?.called.first?.0 == "rpc")
        #expect(
            node?.called.first?.2 == [
                .atom("a@here"), .atom("lists"), .atom("seq"), .list([.integer(1), .integer(3)]),
            ])
        trial.output.bytes = []
        trial.input = Array("f().".utf8)
        #expect(trial.run("erl_call", "-eR", "-n", "a@here") == 0)
        let source = node?.called.last?.2.last
        #expect(source == .list([.list(Array("f().\n".utf8).map { .integer(Int($0)) })]))
        trial.output.bytes = []
        node?.outputs = [Array("hey\n".utf8)]
        #expect(trial.run("erl_call", "-e", "-n", "a@here", "-fetch_stdout", "-no_result_term") == 0)
        #expect(trial.standardOutput == "hey\n")
    }

    static let refusals: [([String], String)] = [
        (["-s", "-n", "a@here"], "erl_call: -s is not supported: nodes are not started by erlclu-ctl\n"),
        (["-m", "-n", "a@here"], "erl_call: -m is not supported: modules are not compiled by erlclu-ctl\n"),
        (["-n"], "erl_call: '-n' needs a value: -n VALUE\n" + ErlCallArguments.usage),
        (["-e"], "erl_call: 'erl_call' needs -n, -name, -sname or -address\n" + ErlCallArguments.usage),
    ]

    @Test(arguments: refusals) func erlCallRefuses(_ arguments: [String], _ message: String) {
        let words = ["erl_call"] + arguments
        let status =
            words.count == 2
            ? trial.run(words[0], words[1])
            : words.count == 3
                ? trial.run(words[0], words[1], words[2]) : trial.run(words[0], words[1], words[2], words[3])
        #expect(status == 1)
        #expect(trial.standardError == message)
    }

    @Test(arguments: [
        ("{ok,[1,2],#{a => 1,b => <<\"x,y\">>}}", "{ok, [1, 2], #{a => 1, b => <<\"x,y\">>}}"),
        ("{'a,b',\"c,\\\"d,\",e}", "{'a,b', \"c,\\\"d,\", e}"),
        ("[]", "[]"),
    ]) func spacing(_ text: String, _ spaced: String) {
        // In one piece, and cut at every place.
        for cut in 0...text.utf8.count {
            var writer = ErlCallText()
            let bytes = Array(text.utf8)
            let result = writer.spaced(Array(bytes[..<cut])) + writer.spaced(Array(bytes[cut...]))
            #expect(String(decoding: result, as: UTF8.self) == spaced)
        }
    }

    @Test(arguments: [
        ("4711", "localhost:4711"), ("h:4711", "h:4711"), ("[::1]:4711", "[::1]:4711"),
        ("0000:0000:0000:0000:0000:0000:0000:0001:4711", "[0000:0000:0000:0000:0000:0000:0000:0001]:4711"),
    ]) func addresses(_ typed: String, _ dialled: String) {
        #expect(ErlCallArguments.endpoint(typed) == dialled)
    }

    @Test func nodetoolFailure() {
        node?.outcome = .value(.of("{badrpc,{'EXIT',{undef,[]}}}"))
        #expect(trial.run("nodetool", "-name", "a@here", "rpc", "m", "f") == 1)
        #expect(trial.standardOutput == "RPC to a@here failed: {'EXIT',{undef,[]}}\n")
        node?.outcome = .value(.of("{rpc_error,3,\"no\"}"))
        #expect(trial.run("nodetool", "-name", "a@here", "rpc", "m", "f") == 3)
        #expect(trial.standardError == "\"no\"\n")
    }

    @Test func nodetoolSaysOnceWhatFailed() {
        node?.outcome = .exception(text: "** exception error: bad")
        #expect(trial.run("nodetool", "-name", "a@here", "eval", "1/0.") == 1)
        #expect(trial.standardOutput == "RPC to a@here failed: ** exception error: bad\n")
        #expect(trial.standardError == "")
    }

    @Test func erlCallThatCannotConnect() {
        #expect(trial.run("erl_call", "-n", "x@here", "-a", "erlang node") == 1)
        #expect(trial.standardError.hasPrefix("erl_call: failed to connect to node x@here\n"))
    }
}
