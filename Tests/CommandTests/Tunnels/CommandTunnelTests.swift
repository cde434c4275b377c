import ErlcluTestSupport
import Foundation
import Testing

/// `--via exec:`: a program carries the connection.
@Suite(.waiting) struct CommandTunnelTests {
    private let directory: TemporaryDirectory
    private let carrier: CarryingProgram

    init() throws {
        directory = try TemporaryDirectory()
        carrier = try CarryingProgram()
    }

    private func tool(_ node: ErlangNodeFixture) throws -> NodeTool {
        var tool = try NodeTool(node)
        tool.options += ["--via", carrier.tunnel]
        return tool
    }

    @Test(arguments: [NodeTransport.tcp, try .mutualTLS()])
    func epmdAndTheNodeAreReachedThroughIt(_ transport: NodeTransport) throws {
        let node = try ErlangNodeFixture(transport: transport)
        let tool = try tool(node)
        let result = try tool.run("eval", "node().")
        #expect(result.standardOutput == "'\(node.name)'\n", "\(result.standardError)")
        #expect(carrier.calls.count == 2, "epmd, and the node: \(carrier.calls)")
        let names = try tool.run("names")
        #expect(names.standardOutput.contains("\(node.port)"), "\(names.standardError)")
        let ladder = try tool.run("doctor", "-o", "json")
        let rungs = try JSONSerialization.jsonObject(with: Data(ladder.standardOutput.utf8)) as? [String: Any]
        let items = try #require(rungs?["items"] as? [[String: Any]], "\(ladder.standardError)")
        let steps = try #require(items.first?["rungs"] as? [[String: Any]])
        #expect(steps.first?["rung"] as? String == "tunnel" && steps.first?["result"] as? String == "ok", "\(steps)")
        #expect(!steps.contains { $0["rung"] as? String == "dns" })
        #expect(ladder.exitStatus == 0)
    }

    @Test func aCaptureHasWhatGoesThroughIt() throws {
        let node = try ErlangNodeFixture()
        let file = directory.file("own.pcapng")
        let result = try tool(node).run("ping", "--capture", file)
        #expect(result.exitStatus == 0, "\(result.standardError)")
        let decoded = try CommandResult.of(BuiltProduct.tool, ["capture", "decode", file])
        #expect(decoded.standardOutput.contains(node.name), "\(decoded.standardOutput)\(decoded.standardError)")
    }

    @Test func whatItsProgramSaysIsTheReason() throws {
        let node = try ErlangNodeFixture()
        var tool = try NodeTool(node)
        let plain = tool.options
        for (command, words) in [
            ("sh -c 'echo noise >&2; echo >&2; echo no way >&2; exit 3'", "sh ended with status 3: noise; no way"),
            ("\(directory.path)/none %h", "cannot be started: No such file or directory"),
            ("sh -c 'kill -9 $$'", "sh was ended by signal 9"),
        ] {
            tool.options = plain + ["--via", "exec:\(command)"]
            let result = try tool.run("ping")
            #expect(result.exitStatus == 69 && result.standardError.contains("E-TUNNEL"), "\(result.standardError)")
            #expect(result.standardError.contains(words), "\(result.standardError)")
        }
    }

    /// What comes where a node or epmd was to speak is the program's: its words are the reason.
    @Test(arguments: [NodeTransport.tcp, try .mutualTLS()])
    func whatItSaysInThePlaceOfThePeerIsTheReason(_ transport: NodeTransport) throws {
        let node = try ErlangNodeFixture(transport: transport)
        let words = "warning: no pod \\033[31mshop\\033[0m is there"
        let noisy = try directory.write(
            "#!/bin/sh\nprintf '\(words)\\n'\nexec cat >/dev/null\n", to: "noisy", mode: 0o700)
        var tool = try NodeTool(node)
        tool.options += ["--via", "exec:\(noisy) %h %p"]
        for more in [[], ["--address", "127.0.0.1:\(node.port)"]] {
            let result = try tool.run(["ping"] + more)
            #expect(result.exitStatus == 69 && result.standardError.contains("E-TUNNEL"), "\(result.standardError)")
            #expect(result.standardError.contains("its program says 'warning: no pod "), "\(result.standardError)")
            #expect(result.standardError.contains("or maybe: E-PROTOCOL"), "\(result.standardError)")
            #expect(!result.standardErrorBytes.contains(0x1B))
        }
        let names = try tool.run("names")
        #expect(names.exitStatus == 69 && names.standardError.contains("E-TUNNEL"), "\(names.standardError)")
    }

    /// The same where it ends with an error, and where a line comes before what is no text.
    @Test(arguments: ["exit 3", "exec cat >/dev/null", "printf '\\0\\1\\2'; exec cat >/dev/null"])
    func whatItSaysGoesWithHowItEnds(end: String) throws {
        let node = try ErlangNodeFixture()
        let program = try directory.write(
            "#!/bin/sh\necho 'no route' >&2\nprintf 'HTTP/1.1 502 Bad Gateway\\r\\n'\n\(end)\n", to: "says", mode: 0o700
        )
        let result = try NodeTool(node).run("ping", "--timeout", "10s", "--via", "exec:\(program) %h %p")
        #expect(result.exitStatus == 69 && result.standardError.contains("E-TUNNEL"), "\(result.standardError)")
        for words in ["its program says 'HTTP/1.1 502 Bad Gateway'", "no route"] {
            #expect(result.standardError.contains(words), "\(result.standardError)")
        }
    }

    /// A program that ends in order has carried the end of the peer, which has its own codes.
    @Test func theEndOfThePeerIsNoneOfTheTunnel() throws {
        let node = try ErlangNodeFixture()
        let tool = try NodeTool(node)
        let result = try tool.run("ping", "--via", "exec:true")
        #expect(result.exitStatus == 69 && !result.standardError.contains("E-TUNNEL"), "\(result.standardError)")
    }

    @Test func oneThatCarriesNothingIsGivenUp() throws {
        let node = try ErlangNodeFixture()
        let result = try NodeTool(node).run("ping", "-t", "1s", "--via", "exec:sleep 1000")
        #expect(result.exitStatus == 69, "\(result.standardError)")
        #expect(result.standardError.contains("nothing has come through it within "), "\(result.standardError)")
    }

    /// Whatever a program prints, it does not reach the terminal raw, and not all of it.
    @Test func hostileWordsAreShort() throws {
        let node = try ErlangNodeFixture()
        let script = try directory.write(
            "#!/bin/bash\nhead -c 3000000 /dev/zero | tr '\\0' x >&2; printf '\\n\\e]0;owned\\a%s' end >&2; exit 1\n",
            to: "loud",
            mode: 0o700)
        let result = try NodeTool(node).run("ping", "--via", "exec:\(script)")
        #expect(result.standardError.contains("E-TUNNEL") && result.standardError.contains("end"))
        #expect(!result.standardErrorBytes.contains(0x1B) && result.standardError.count < 2_000)
    }

    @Test func itDiesWithTheTool() throws {
        let node = try ErlangNodeFixture()
        let watch = try tool(node).start("members", "-w", "-o", "jsonl")
        #expect(watch.waitForOutput(containing: node.name), "\(watch.standardError)")
        let programs = carrier.calls.map(\.process)
        #expect(!programs.isEmpty)
        watch.signal(SIGKILL)
        _ = try watch.wait()
        #expect(eventually { programs.allSatisfy { kill($0, 0) != 0 } })
    }

    /// What its program has started ends with it, at a terminal too, where it is in the group of the tool.
    @Test(arguments: [false, true]) func itsHelpersDoNotLiveOn(isAtTerminal: Bool) throws {
        let node = try ErlangNodeFixture()
        let helpers = directory.file("helpers")
        let helped = try directory.write(
            """
            #!/bin/bash
            bash -c 'sleep 10000 & echo $! >>"\(helpers)"; wait' &
            until [ -s "\(helpers)" ]; do sleep 0.05; done
            exec '\(carrier.path)' "$@"

            """, to: "helped", mode: 0o700)
        var tool = try NodeTool(node)
        tool.options += ["--via", "exec:\(helped) %h %p"]
        if isAtTerminal {
            let screen = try TmuxScreen(tool.shellCommand("ping"), environment: tool.variables)
            defer { screen.stop() }
            #expect(try eventually { try screen.exitStatus() == 0 })
        } else {
            let result = try tool.run("ping")
            #expect(result.standardOutput == "pong\n", "\(result.standardError)")
        }
        let started = try String(contentsOfFile: helpers, encoding: .utf8)
        let numbers = started.split(separator: "\n").compactMap { pid_t($0) }
        #expect(!numbers.isEmpty)
        #expect(eventually { numbers.allSatisfy(Self.hasEnded) })
    }

    /// Where nobody reaps orphans their numbers stay.
    private static func hasEnded(_ number: pid_t) -> Bool {
        guard let facts = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8) else { return true }
        return facts.contains(") Z ")
    }

    /// A program that leaves the work to what it has started, and ends.
    @Test func whatAnEndedProgramHasLeftBehindEnds() throws {
        let node = try ErlangNodeFixture()
        let helpers = directory.file("left")
        let brief = try directory.write(
            """
            #!/bin/bash
            '\(carrier.path)' "$@" <&0 &
            sleep 10000 </dev/null >/dev/null 2>&1 &
            echo $! >>'\(helpers)'

            """, to: "brief", mode: 0o700)
        // Without a terminal, whoever runs the tests: the program gets a group of its own then.
        var tool = try NodeTool(node)
        tool.options += ["--via", "exec:\(brief) %h %p"]
        let result = try CommandResult.of(
            "setsid", ["-w", "sh", "-c", tool.shellCommand("ping")], environment: tool.variables)
        #expect(result.standardOutput == "pong\n", "\(result.standardError)")
        let numbers = try String(contentsOfFile: helpers, encoding: .utf8).split(separator: "\n").compactMap {
            pid_t($0)
        }
        #expect(!numbers.isEmpty)
        #expect(eventually { numbers.allSatisfy(Self.hasEnded) })
        for number in numbers where !Self.hasEnded(number) { kill(number, SIGKILL) }
    }

    @Test func aContextMayNameIt() throws {
        let node = try ErlangNodeFixture()
        let file = try directory.write(
            "{context, far, [{nodes, ['\(node.name)']}, {via, \"\(carrier.tunnel)\"}]}.\n", to: "erlclu/erlclu.config"
        )
        #expect(file.hasSuffix("erlclu.config"))
        var tool = try NodeTool(node)
        tool.options = ["--cookie-file", try node.cookieFile(), "-c", "far"]
        tool.environment["XDG_CONFIG_HOME"] = directory.path
        let result = try tool.run("ping")
        #expect(result.standardOutput == "pong\n", "\(result.standardError)")
        let view = try tool.run("config", "view")
        #expect(
            view.standardOutput.contains("via") && view.standardOutput.contains("context far"), "\(view.standardOutput)"
        )
    }
}
