import ErlcluTestSupport
import Foundation
import Testing

/// Called by the names of the programs whose place it takes, with the arguments and the environment that relx's start
/// script gives them.
@Suite(.waiting) struct DropInTests {
    /// Answers of erl_call that the tool gives byte for byte.
    static let calls: [[String]] = [
        ["-a", "erlang node"],
        ["-a", "os getpid"],
        ["-a", "erlang is_alive"],
        ["-a", "lists seq [1000, 1003]"],
        ["-a", "maps from_list [[{a, 1}]]"],
        ["-a", "lists map"],
        ["-a", "nomod nofun"],
        ["-a", "erlang error [boom]"],
        ["-a", "erlang throw [ball]"],
        ["-a", "erlang atom_to_list ['with space']"],
        ["-no_result_term", "-a", "erlang node"],
    ]

    @Test(arguments: calls) func erlCallOverTCP(_ call: [String]) throws {
        let node = try SharedNode.tcp.get()
        let arguments = ["-R", "-c", node.cookie, "-timeout", "20", "-name", node.name] + call
        let theirs = try CommandResult.of("erl_call", arguments, environment: node.environment)
        let ours = try Self.run("erl_call", arguments, environment: node.environment)
        #expect(ours.standardOutput == theirs.standardOutput)
        #expect(ours.exitStatus == theirs.exitStatus)
        #expect(!ours.standardError.contains("E-"))
    }

    /// Expressions on standard input; what erl_call cannot print or read is left out.
    @Test(arguments: ["erlang:node().", "{a, [1000, b], #{k => \"text\"}}.", "X = 1, X + 1.", "1 +."])
    func erlCallEvaluates(_ source: String) throws {
        let node = try SharedNode.tcp.get()
        let arguments = ["-R", "-c", node.cookie, "-name", node.name, "-e"]
        let input = Array((source + "\n").utf8)
        let theirs = try CommandResult.of("erl_call", arguments, input: input, environment: node.environment)
        let ours = try Self.run("erl_call", arguments, input: input, environment: node.environment)
        #expect(ours.standardOutput == theirs.standardOutput)
        #expect(ours.exitStatus == 0)
    }

    /// It says that `erl` starts none; relx's script passes it to its nodetool, in front and in ERL_FLAGS.
    @Test func withoutStartingAnEPMDTheNodeIsLookedUp() throws {
        let node = try SharedNode.tcp.get()
        var environment: [String: String?] = node.environment.mapValues { $0 }
        environment["ERL_FLAGS"] = " -start_epmd false -name maint1-x -setcookie \(node.cookie)"
        let result = try Self.run(
            "nodetool", ["-start_epmd", "false", "-name", node.name, "ping"], environment: environment)
        #expect(result.standardOutput == "pong\n", "\(result.standardError)")
    }

    /// relx gives the address alone where ERL_DIST_PORT is set.
    @Test func erlCallByAddress() throws {
        let node = try SharedNode.tcp.get()
        for address in ["\(node.port)", "127.0.0.1:\(node.port)"] {
            let ours = try Self.run("erl_call", ["-R", "-c", node.cookie, "-address", address, "-a", "erlang node"])
            #expect(ours.standardOutput == "'\(node.name)'")
        }
        let refused = try Self.run("erl_call", ["-c", "other", "-address", "\(node.port)", "-a", "erlang node"])
        #expect(refused.exitStatus == 1)
        #expect(refused.standardOutput == "")
        #expect(refused.standardError.hasPrefix("erl_call: failed to connect to node \(node.port)\n"))
    }

    /// The script exports where the release is; so TLS is found, which erl_call does not know at all.
    @Test func inTheScriptOfAReleaseOverTLS() throws {
        let directory = try TemporaryDirectory()
        let name = "di\(getpid())x\(UInt32.random(in: 0...UInt32.max))@127.0.0.1"
        let options = try NodeTLS(certificate: try CertificateAuthority.issue()).write(to: directory) { $0 }
        let release = try StartedRelease(
            .relx(
                arguments: """
                    -name \(name)
                    -setcookie tls
                    -proto_dist inet_tls
                    -ssl_dist_optfile \(options)

                    """), in: directory)
        var environment = release.environment
        environment["ROOTDIR"] = release.path
        environment["RELEASE_VSN"] = StartedRelease.version
        let call = ["-name", name, "-R", "-c", "tls", "-timeout", "60"]
        let node = try Self.run("erl_call", call + ["-a", "erlang node"], environment: environment)
        #expect(node.standardOutput == "'\(name)'")
        #expect(node.exitStatus == 0)
        let value = try Self.run(
            "erl_call", call + ["-e"], input: Array("{erlang:node(), 1}.\n".utf8), environment: environment)
        #expect(value.standardOutput == "{ok, {'\(name)', 1}}")

        // Nodetool's cookie comes in ERL_FLAGS, beside the name that it is to take for itself.
        environment["ERL_FLAGS"] = " -proto_dist inet_tls -name maint1-\(name) -setcookie tls"
        for (words, output) in [
            (["rpc", "erlang", "node"], "'\(name)'\n"), (["eval", "1", "+", "1."], "2\n"), (["ping"], "pong\n"),
            (["rpc", "lists", "nofun"], "RPC to '\(name)' failed: {'EXIT',{undef,[{lists,nofun,[],[]}]}}\n"),
        ] {
            let result = try Self.run("nodetool", ["-name", name] + words, environment: environment)
            #expect(result.standardOutput == output)
        }
        environment["RELX_RPC_TIMEOUT"] = "1"
        let late = try Self.run(
            "nodetool", ["-name", name, "rpc", "timer", "sleep", "[60000]"], environment: environment)
        #expect(late.exitStatus == 1)
        #expect(late.standardOutput == "RPC to '\(name)' failed: timeout\n")
        environment["RELX_RPC_TIMEOUT"] = nil
        environment["ERL_FLAGS"] = "-setcookie other"
        let refused = try Self.run("nodetool", ["-name", name, "ping"], environment: environment)
        #expect(refused.exitStatus == 1)
        #expect(refused.standardOutput == "Node '\(name)' not responding to pings.\n")
        #expect(refused.standardError.contains("E-COOKIE"))

        environment["ERL_FLAGS"] = nil
        #expect(try Self.run("erl_call", call + ["-a", "init stop"], environment: environment).exitStatus == 0)
        #expect(try release.node.wait().exitStatus == 0)
    }

    private enum SharedNode {
        static let tcp = Result { try ErlangNodeFixture() }
    }

    /// Runs the tool by another name, as a symbolic link in a release's `bin` does.
    private static func run(
        _ name: String, _ arguments: [String], input: [UInt8] = [], environment: [String: String?] = [:]
    ) throws -> CommandResult {
        let directory = try TemporaryDirectory()
        try FileManager.default.createSymbolicLink(
            atPath: directory.file(name), withDestinationPath: BuiltProduct.tool)
        let scrubbed = NodeTool.scrubbed.merging(["HOME": directory.path]) { $1 }
        return try CommandResult.of(
            directory.file(name), arguments, input: input, environment: scrubbed.merging(environment) { $1 })
    }
}
