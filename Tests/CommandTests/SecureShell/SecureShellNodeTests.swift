import ErlcluTestSupport
import Foundation
import Testing

/// `--ssh`, through a real `ssh:daemon`: no distribution is used, and nothing is left on the node.
@Suite(.waiting) struct SecureShellNodeTests {
    @Test(arguments: OTPRelease.available)
    func theNodeIsAsked(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let daemon = try NodeDaemon(on: node)
        let tool = try daemon.tool()
        let named = try daemon.tool(isNamed: true)
        #expect(try named.run("ping").standardOutput == "pong\n")
        #expect(try tool.run("rpc", "erlang", "node").standardOutput == "'\(node.name)'\n")
        let status = try tool.run("status")
        #expect(status.exitStatus == 0 && status.standardOutput.contains(node.name), "\(status.standardError)")
        let members = try tool.run("members", "-o", "json")
        #expect(members.exitStatus == 0 && members.standardOutput.contains(node.name), "\(members.standardError)")
        for verb in ["mesh", "partitions", "links", "version", "ping", "status"] {
            let result = try tool.run(verb)
            #expect(result.exitStatus == 0 && result.standardError == "", "\(verb): \(result.standardError)")
        }
        #expect(try node.evaluate("{nodes(), nodes(hidden)}") == "{[],[]}")
    }

    @Test(arguments: OTPRelease.available)
    func expressionsEndAsTheyDoOverDistribution(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let daemon = try NodeDaemon(on: node)
        let (over, direct) = (try daemon.tool(), try NodeTool(node))
        let long = String(repeating: "x", count: 30_000)
        let expressions: [(text: String, status: Int32)] = [
            (#"io:format("~ts~n", [[1103, 8364]]), [{ok, "\x{44f}", <<"я"/utf8>>, 1.5}]."#, 0),
            ("1/0.", 1), ("throw(x).", 1), ("exit(self(), kill).", 1), ("1 + .", 65), ("X = 1, X.", 0),
            // In many lines either way, and in many items.
            ("{byte_size(<<\"\(long)\">>), lists:duplicate(30000, $y)}.", 0),
            ("[io:put_chars(binary:copy(<<\"z\">>, 1000)) || _ <- lists:seq(1, 500)], ok.", 0),
            ("binary:copy(<<0, 255>>, 100000).", 0),
        ]
        for (text, status) in expressions {
            let (got, expected) = (try over.run("eval", text), try direct.run("eval", text))
            #expect(got.exitStatus == status, "\(text.prefix(100)): \(got.standardError)")
            #expect(got.exitStatus == expected.exitStatus)
            // Long texts: a mismatch does not print them.
            let isSameOutput = got.standardOutput == expected.standardOutput
            #expect(isSameOutput, "\(text.prefix(100)): \(got.standardOutput.prefix(300))")
            // Long texts: a mismatch does not print them.
            let isSameError = got.standardError == expected.standardError
            #expect(isSameError, "\(text.prefix(100)): \(got.standardError.prefix(300))")
        }
    }

    /// While it runs, output comes as it is written.
    @Test func outputIsStreamed() throws {
        let node = try ErlangNodeFixture()
        let daemon = try NodeDaemon(on: node)
        let evaluation = try daemon.tool().start(
            "eval", "io:put_chars(<<\"first\\n\">>), persistent_term:put(waits, self()), receive go -> second end.")
        #expect(evaluation.waitForOutput(containing: "first\n"), "\(evaluation.standardError)")
        #expect(!evaluation.standardOutput.contains("second"))
        #expect(try eventually { try node.evaluate("persistent_term:get(waits, none) =/= none") == "true" })
        try node.evaluate("persistent_term:get(waits) ! go")
        let result = try evaluation.wait()
        #expect(result.exitStatus == 0 && result.standardOutput == "first\nsecond\n", "\(result.standardError)")
    }

    /// On its own `ssh:daemon` lets an expression run for ever.
    @Test(arguments: OTPRelease.available)
    func whoeverDiesLeavesNothingThere(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let daemon = try NodeDaemon(on: node)
        #expect(try daemon.tool().run("ping").exitStatus == 0)
        let before = try NodeInventory(of: node)
        for signal in [SIGKILL, SIGINT, SIGTERM] {
            let evaluation = try daemon.tool().start(
                "eval",
                "spawn_link(fun() -> timer:sleep(infinity) end), persistent_term:put(runs, self()), timer:sleep(infinity)."
            )
            #expect(
                try eventually {
                    try node.evaluate(
                        "is_pid(persistent_term:get(runs, none)) andalso is_process_alive(persistent_term:get(runs))")
                        == "true"
                }, "\(evaluation.standardError)")
            evaluation.signal(signal)
            _ = try evaluation.wait()
            try before.expectNothingMore("after signal \(signal)")
        }
        let late = try daemon.tool().run("eval", "--timeout", "1s", "timer:sleep(infinity).")
        #expect(late.exitStatus == 75, "\(late.standardError)")
        try before.expectNothingMore("after its time")
    }

    /// What it is for.
    @Test(arguments: OTPRelease.available)
    func aNodeWhoseCertificateHasExpiredAnswers(release: OTPRelease) throws {
        let expired = try CertificateAuthority.issue(CertificateProfile(commonName: "old", validity: .expired))
        let node = try ErlangNodeFixture(release: release, transport: .tls(NodeTLS(certificate: expired)))
        let daemon = try NodeDaemon(on: node)
        #expect(try NodeTool(node, trust: NodeTool.keyFiles()).run("ping").standardError.contains("E-CERT-EXPIRED"))
        let tool = try daemon.tool(isNamed: true)
        let members = try tool.run("members", "-o", "json")
        #expect(members.exitStatus == 0 && members.standardOutput.contains(node.name), "\(members.standardError)")
        #expect(try tool.run("eval", "1 + 1.").standardOutput == "2\n")
    }
}
