import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// `erlclu-ctl demo` with the built programs. The shell is the oracle of what a command in it finds.
@Suite(.waiting) struct DemoTests {
    private static let members = ["demo1@127.0.0.1", "demo2@127.0.0.1", "demo3@127.0.0.1"]

    private static func run(_ command: String, _ options: [String] = []) throws -> CommandResult {
        try CommandResult.of(
            BuiltProduct.tool, ["demo"] + options + ["--exec", command],
            // A cluster that is used otherwise is none of the demo's.
            environment: NodeTool.scrubbed.merging(
                ["ERLCLU_NODE": "none@127.0.0.1", "RELEASE_NODE": "none@127.0.0.1", "ERLCLUD_NAME": "none@127.0.0.1"]) {
                    $1
                })
    }

    /// The processes that name the demo's directory, or are its shell.
    private static func processes(of directory: String) -> [String] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return numbers.filter { Int($0) != nil }.compactMap { number in
            let bytes = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") ?? Data()
            let words = String(decoding: bytes.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
            return words.contains(directory) ? words : nil
        }
    }

    @Test func threeMembersListEachOther() throws {
        let result = try Self.run("erlclu-ctl members -o json | jq -r '.items[] | [.node, .state, .kind] | @tsv'")
        #expect(result.exitStatus == 0, "\(result)")
        let lines = result.standardOutput.split(separator: "\n").map(String.init)
        #expect(lines.count == 3, "\(result)")
        for (line, name) in zip(lines, Self.members) { #expect(line == "\(name)\tup\tvisible", "\(result)") }
    }

    @Test func itEndsAsTheCommandDoes() throws {
        #expect(try Self.run("exit 7").exitStatus == 7)
        #expect(try Self.run("kill -9 $$").exitStatus == 137)
    }

    /// What a command in it gets: no variable of another cluster, and an epmd that the three have.
    @Test func theEnvironmentIsItsOwn() throws {
        let result = try Self.run("env; erlclu-ctl names")
        #expect(result.exitStatus == 0 && !result.standardOutput.contains("none@"), "\(result)")
        for word in ["ERLCLU_CONFIG=/", "ERL_EPMD_PORT=", "demo1 ", "demo2 ", "demo3 "] {
            #expect(result.standardOutput.contains(word), "\(word): \(result)")
        }
    }

    /// Whatever ends it, with what it runs in the background: no process, no file.
    @Test(arguments: [SIGKILL, SIGTERM, SIGINT, SIGHUP])
    func nothingIsLeft(_ signal: Int32) throws {
        let command = "sleep 1000 & echo \"$! ${ERLCLU_CONFIG%/*} there\"; wait"
        let demo = try ChildProcess(BuiltProduct.tool, ["demo", "--exec", command], environment: NodeTool.scrubbed)
        #expect(demo.waitForOutput(containing: "there"), "\(demo.standardError)")
        let words = demo.standardOutput.split(separator: " ").map(String.init)
        let (sleeper, directory) = (try #require(pid_t(words[0])), words[1])
        #expect(Self.processes(of: directory).count { $0.contains("erlclud") } == 3)
        #expect(FileManager.default.fileExists(atPath: directory + "/cookie"))
        demo.signal(signal)
        let status = try demo.wait().status
        #expect(status == (signal == SIGKILL ? .signalled(SIGKILL) : .exited(128 + signal)))
        #expect(eventually { Self.processes(of: directory).isEmpty }, "\(Self.processes(of: directory))")
        #expect(eventually { !FileManager.default.fileExists(atPath: directory) })
        #expect(eventually { kill(sleeper, 0) != 0 })
    }

    @Test(arguments: [
        ("expired-certificate", "E-CERT-EXPIRED"), ("wrong-cookie", "E-COOKIE"), ("unknown-ca", "E-CA-UNKNOWN"),
    ])
    func aFaultHasItsCode(_ fault: String, _ code: String) throws {
        let sample = "erlclu_handshake_failures_total{peer=\"demo4@127.0.0.1\",code=\"\(code)\"}"
        // What demo1 has found is there when its canary has been round.
        let seen = "curl -s $ERLCLU_DEMO_METRICS | grep -qF '\(sample)'"
        let whole = "[ \"$(erlclu-ctl members | grep -c ' up .*2/2')\" = 3 ]"
        let result = try Self.run(
            "until \(whole) && \(seen); do sleep 0.2; done; erlclu-ctl members; erlclu-ctl ping demo4@127.0.0.1",
            ["--fault", fault])
        #expect(result.standardError.contains(code), "\(result)")
        #expect(result.standardError.contains("fault \(fault): "), "\(result)")
        let lines = result.standardOutput.split(separator: "\n")
        #expect(lines.count { $0.contains(" up ") && $0.contains("2/2") } == 3, "\(result)")
    }

    /// Where one of the two has lost the third before the other has, they part as OTP nodes do, and find each other again.
    @Test func aPartitionHasTwoSides() throws {
        let result = try Self.run(
            "until erlclu-ctl members | grep -q demo2; do sleep 0.2; done; erlclu-ctl members; echo ----; ERLCLU_CONTEXT=other_side erlclu-ctl members",
            ["--fault", "partition"])
        let sides = result.standardOutput.components(separatedBy: "----")
        try #require(sides.count == 2, "\(result)")
        let found = sides.map { side in Self.members.filter { side.contains($0) } }
        #expect(found == [Array(Self.members.prefix(2)), [Self.members[2]]], "\(result)")
    }

    /// Each way takes a tenth of a second: a request and its answer two.
    @Test func slowLinksAreAWholeClusterAllTheSame() throws {
        let result = try Self.run(
            "erlclu-ctl members; erlclu-ctl ping demo3@127.0.0.1 -o json | jq '.items[0].microseconds >= 200000'",
            ["--fault", "slow"])
        for name in Self.members { #expect(result.standardOutput.contains(name), "\(result)") }
        #expect(result.standardOutput.contains("true"), "\(result)")
    }

    @Test func aPipeWithoutACommandIsRefused() throws {
        let result = try CommandResult.of(BuiltProduct.tool, ["demo"], environment: NodeTool.scrubbed)
        #expect(result.exitStatus == 64 && result.standardError.contains("--exec COMMAND"), "\(result)")
    }

    @Test func aMissingDaemonIsNamed() throws {
        let directory = try TemporaryDirectory()
        let tool = directory.file("erlclu-ctl")
        try FileManager.default.copyItem(atPath: BuiltProduct.tool, toPath: tool)
        let environment = NodeTool.scrubbed.merging(["PATH": "/nowhere"]) { $1 }
        let result = try CommandResult.of(tool, ["demo", "--exec", "true"], environment: environment)
        #expect(result.exitStatus == 78, "\(result)")
        #expect(result.standardError.contains("needs erlclud") && result.standardError.contains("make install"))
    }

    @Test func theDashboardShowsThem() throws {
        let screen = try TmuxScreen("env -u ERLCLU_NODE '\(BuiltProduct.tool)' demo")
        defer { screen.stop() }
        let (seen, isShown) = try screen.wait { screen in
            screen.contains("LIVE") && Self.members.allSatisfy { screen.contains($0) } && screen.contains("3 UP")
        }
        #expect(isShown, "\(seen)")
        try screen.press("Q")
        #expect(try eventually { try screen.exitStatus() == 0 })
    }
}
