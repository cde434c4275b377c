import ErlcluTestSupport
import Foundation
import Testing

/// Where an erlclud's settings come from, as --check-config says it.
@Suite(.waiting) struct DaemonSettingsTests {
    private static func check(
        _ options: [String], _ variables: [String: String?] = [:]
    ) throws -> (result: CommandResult, rows: [String: [String]]) {
        let result = try CommandResult.of(
            BuiltProduct.daemon, options + ["--check-config", "--allow-root"],
            environment: NodeTool.scrubbed.merging(variables) { $1 })
        let rows = result.standardOutput.split(separator: "\n").map { line in
            line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        return (result, Dictionary(rows.compactMap { row in row.first.map { ($0, Array(row.dropFirst())) } }) { $1 })
    }

    @Test func theCommandLineCountsBeforeVariablesAndTheFile() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            """
            [{kernel, [{net_ticktime, 60}]},
             {erlclud, [{name, "file@127.0.0.1"}, {probe_interval, 7}, {discover, <<"static:a@b">>},
                        {shutdown_delay, 2}, {http, '127.0.0.1:9'}, {net_ticktime, 8}]}].
            """, to: "erlclud.config")
        let (result, rows) = try Self.check(
            ["--config", file, "--probe-interval", "9"],
            [
                "RELEASE_COOKIE": "secret", "ERLCLUD_NAME": "variable@127.0.0.1", "SHUTDOWN_DELAY_MS": "5250",
                "ERLCLUD_PROBE_INTERVAL": "8",
            ])
        #expect(result.exitStatus == 0, "\(result)")
        #expect(rows["name"] == ["variable@127.0.0.1", "environment ERLCLUD_NAME"], "\(result)")
        #expect(rows["probe-interval"] == ["9", "flag --probe-interval"], "\(result)")
        #expect(rows["discover"] == ["static:a@b", "file \(file):2"], "\(result)")
        #expect(rows["shutdown-delay"] == ["2", "file \(file):3"], "\(result)")
        #expect(rows["http"] == ["127.0.0.1:9", "file \(file):3"], "\(result)")
        #expect(rows["cookie"] == ["(not shown)", "environment RELEASE_COOKIE"], "\(result)")
        #expect(rows["listen"] == ["0.0.0.0:0", "default"], "\(result)")
        // That of the nodes is another application's.
        #expect(rows["net-ticktime"] == ["8", "file \(file):3"], "\(result)")
        #expect(!result.standardOutput.contains("secret"))
    }

    @Test func aPodHasWhatItNeedsInItsVariables() throws {
        let (result, rows) = try Self.check(
            [],
            [
                "RELEASE_COOKIE": "secret", "MY_POD_IP": "10.1.2.3", "HTTP_PORT": "8080", "METRICS_PORT": "9411",
                "SHUTDOWN_DELAY_MS": "5250",
            ])
        #expect(result.exitStatus == 0, "\(result)")
        #expect(rows["name"] == ["erlclud@10.1.2.3", "environment MY_POD_IP"], "\(result)")
        #expect(rows["http"] == ["0.0.0.0:9411,0.0.0.0:8080", "environment METRICS_PORT, HTTP_PORT"], "\(result)")
        #expect(rows["shutdown-delay"] == ["5.25", "environment SHUTDOWN_DELAY_MS"], "\(result)")
        let named = try Self.check(["--name", "watch"], ["RELEASE_COOKIE": "secret", "MY_POD_IP": "10.1.2.3"])
        #expect(named.rows["name"]?.first == "watch@10.1.2.3", "\(named.result)")
    }

    @Test func bothPortsServe() throws {
        let ports = [try LocalSocket.unusedPort(), try LocalSocket.unusedPort()]
        let daemon = try DaemonFixture(variables: ["HTTP_PORT": "\(ports[0])", "METRICS_PORT": "\(ports[1])"])
        for port in ports {
            let answer = try CommandResult.of("curl", ["-s", "-m", "5", "http://127.0.0.1:\(port)/livez"])
            #expect(answer.standardOutput == "ok\n", "\(daemon.process.standardError)")
        }
    }

    @Test(arguments: [
        ("[{erlclud, [{nonsense, 1}]}].", "1: no such option: nonsense"), ("[{erlclud, ", "1: "),
        ("{erlclud, []}.", "expected one list"), ("[{erlclud, [{allow_root, perhaps}]}].", "allow_root"),
        ("[{erlclud, [{probe_interval, 0}]}].", "probe-interval"),
        ("[{erlclud, [{prevent_overlapping_partitions, perhaps}]}].", "prevent-overlapping-partitions"),
    ])
    func aFileThatCannotBeUnderstoodIsRefused(_ text: String, _ words: String) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(text, to: "erlclud.config")
        let (result, _) = try Self.check(["--name", "a@b", "--config", file], ["RELEASE_COOKIE": "secret"])
        #expect(result.exitStatus == 78, "\(result)")
        #expect(result.standardError.contains(file) && result.standardError.contains(words), "\(result)")
    }

    @Test(arguments: [
        ("ERLCLUD_NET_TICKTIME", "0"), ("ERLCLUD_NET_TICKTIME", "17179870"), ("ERLCLUD_NET_TICKTIME", "2.5"),
        ("HTTP_PORT", "many"), ("SHUTDOWN_DELAY_MS", "soon"), ("ERLCLUD_PROBE_INTERVAL", "0"),
        ("ERLCLUD_ALLOW_ROOT", "1"),
    ])
    func aVariableThatCannotBeUnderstoodIsNamed(_ name: String, _ value: String) throws {
        let (result, _) = try Self.check(["--name", "a@b"], ["RELEASE_COOKIE": "secret", name: value])
        #expect(result.exitStatus == 78 && result.standardError.contains(name), "\(result)")
    }

    /// Nobody can know a port that the kernel chooses, and no epmd has: only one that dials has a use for that.
    @Test(arguments: [
        (["--listen", "127.0.0.1:0"], 64, "it would be alone"), ([], 64, "--discover"),
        (["--visible", "--discover", "static:a@b"], 64, "as --visible demands"),
        (["--discover", "static:a@b"], 0, "it dials, and is not dialled"), (["--listen", "127.0.0.1:4711"], 0, ""),
        (["--listen", "127.0.0.1:4711", "--visible"], 0, "OTP 25"),
    ])
    func aPortThatNobodyCanKnow(_ options: [String], _ status: Int32, _ words: String) throws {
        let (result, _) = try Self.check(["--name", "a@b", "--epmd", "none"] + options, ["RELEASE_COOKIE": "secret"])
        #expect(result.exitStatus == status, "\(result)")
        #expect(words.isEmpty ? result.standardError.isEmpty : result.standardError.contains(words), "\(result)")
    }

    @Test func whereAPortThatNobodyCanKnowWasAskedForIsNamed() throws {
        let (result, _) = try Self.check(["--name", "a@b"], ["RELEASE_COOKIE": "secret", "ERLCLUD_EPMD": "none"])
        #expect(result.exitStatus == 78 && result.standardError.contains("ERLCLUD_EPMD"), "\(result)")
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// `make generated` writes them anew.
    @Test(arguments: [
        ("man/erlclud.8", ["--manual"]), ("completions/erlclud.bash", ["--completion", "bash"]),
        ("completions/_erlclud", ["--completion", "zsh"]), ("completions/erlclud.fish", ["--completion", "fish"]),
    ])
    func whatIsCommittedIsWhatTheTableSays(_ path: String, _ options: [String]) throws {
        let printed = try CommandResult.of(BuiltProduct.daemon, options, environment: NodeTool.scrubbed)
        let committed = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
        #expect(committed == printed.standardOutput, "\(path) is out of date")
    }

    /// Each by its own program.
    @Test(arguments: [
        ("bash", ["-n", "completions/erlclud.bash"]), ("zsh", ["-n", "completions/_erlclud"]),
        ("fish", ["--no-execute", "completions/erlclud.fish"]),
        ("mandoc", ["-T", "lint", "-W", "warning", "man/erlclud.8"]),
    ])
    func itIsUnderstood(_ program: String, _ arguments: [String]) throws {
        let path = arguments.last.map { Self.root.appending(path: $0).path } ?? ""
        let said = try CommandResult.of(program, arguments.dropLast() + [path])
        #expect(said.exitStatus == 0, "\(said)")
    }
}
