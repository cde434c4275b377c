import ErlcluTestSupport
import Foundation
import Testing

/// A node that is still booting can be asked, and dials: that its applications wait is a remark, and not the end.
@Suite(.waiting) struct BootingNodeTests {
    /// What keeps a node from coming up.
    enum Wait: CaseIterable {
        /// `kernel` waits for a node that does not come.
        case peers
        /// The start of an application does not return.
        case application
    }

    @Test(arguments: Wait.allCases, OTPRelease.available)
    func dialsAnother(wait: Wait, release: OTPRelease) throws {
        let booting = try BootingNode(wait, release)
        let other = try ErlangNodeFixture(release: release)
        let result = try booting.run(["doctor", other.name, "--from", booting.name, "-o", "json"])
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.rung == nil && result.exitStatus == 0, "\(result.standardOutput)\(result.standardError)")
        #expect(diagnosis.warnings.contains("applications"), "\(result.standardOutput)")
        #expect(try eventually { try other.evaluate("lists:member('\(booting.name)', nodes())") == "true" })
    }

    @Test func isLookedAtToTheTop() throws {
        let booting = try BootingNode(.application)
        let result = try booting.run(["doctor", booting.name])
        #expect(result.exitStatus == 0, "\(result.standardError)")
        #expect(result.standardOutput.contains(/\napplications +ok .*init starting/), "\(result.standardOutput)")
        let remark = /applications +WARNING +the node has not started as a whole \(init: starting\); it waits for slow/
        #expect(result.standardOutput.contains(remark), "\(result.standardOutput)")
    }

    /// The peer that it cannot join rejects it: that is what is found, and not that it boots.
    @Test func isOneOfAMesh() throws {
        let booting = try BootingNode(.application)
        let other = try ErlangNodeFixture(arguments: ["-connect_all", "false"])
        try other.evaluate("erlang:set_cookie('\(booting.name)', another)")
        let result = try booting.run(
            ["doctor", "--all", "--connect", "-n", booting.name, "-n", other.name, "-o", "json"])
        let found = "\"result\":\"failed\",\"code\":\"E-COOKIE\""
        #expect(result.standardOutput.contains(found), "\(result.standardOutput)")
        #expect(result.exitStatus == 1, "\(result.standardError)")
        let plain = try booting.run(["doctor", "--all", "-n", booting.name])
        #expect(plain.standardOutput.contains("it is alone: there is no pair"), "\(plain.standardOutput)")
        #expect(plain.standardOutput.contains("it waits for slow"), "\(plain.standardOutput)")
    }
}

/// A real `erl` that does not get to the end of its boot.
private final class BootingNode {
    let name: String
    private let process: ChildProcess
    private let directory: TemporaryDirectory
    private let cookieFile: String
    private let environment: [String: String]

    init(_ wait: BootingNodeTests.Wait, _ release: OTPRelease = .host) throws {
        name = "boot\(getpid())x\(UInt32.random(in: 0...UInt32.max))@127.0.0.1"
        directory = try TemporaryDirectory(in: release.root.map { "\($0)/tmp" })
        cookieFile = try directory.write("test_cookie", to: "cookie", mode: 0o400)
        environment = ["ERL_EPMD_PORT": "\(try PortMapper.shared.get().port)"]
        var words = ["-noshell", "-name", name, "-setcookie", "test_cookie", "-start_epmd", "false"]
        switch wait {
        case .peers:
            words += ["-kernel", "sync_nodes_mandatory", "['nobody@127.0.0.1']", "sync_nodes_timeout", "600000"]
        case .application:
            let source = try directory.write(
                "-module(slow). -export([start/2, stop/1]). start(_, _) -> receive never -> ok end. stop(_) -> ok.",
                to: "slow.erl")
            words += [
                "-eval",
                "{ok, slow, Code} = compile:file(\"\(release.path(seenFromInside: source))\", [binary]), "
                    + "code:load_binary(slow, \"slow\", Code), ok = application:load({application, slow, "
                    + "[{vsn, \"1\"}, {modules, [slow]}, {registered, []}, {applications, [kernel, stdlib]}, "
                    + "{mod, {slow, []}}]}), application:start(slow).",
            ]
        }
        let (executable, arguments) = release.command("erl", words)
        var variables: [String: String?] = ["HOME": release.path(seenFromInside: directory.path)]
        for (variable, value) in environment { variables[variable] = value }
        process = try ChildProcess(executable, arguments, environment: variables)
        // It waits, and can be asked.
        let waits = try eventually {
            let answer = try run(["doctor", name, "-o", "json"]).standardOutput
            return answer.contains("starting") && (wait == .peers || answer.contains("slow"))
        }
        guard waits else { throw FixtureFailure("\(release) does not wait: \(process.standardOutput)") }
    }

    deinit { process.terminate() }

    func run(_ arguments: [String]) throws -> CommandResult {
        var variables = NodeTool.scrubbed
        for (variable, value) in environment { variables[variable] = value }
        return try CommandResult.of(
            BuiltProduct.tool, arguments + ["--cookie-file", cookieFile], environment: variables,
            within: 2 * Deadline.patience)
    }
}
