import ErlcluTestSupport
import Foundation
import Testing

/// `--release DIR` and nothing else, against nodes that run from the files of that release.
@Suite(.waiting) struct ReleaseTests {
    private static func tls(_ directory: TemporaryDirectory) throws -> String {
        let options = NodeTLS(certificate: try CertificateAuthority.issue())
        return try options.write(to: directory, inside: { $0 })
    }

    private static func alive(_ prefix: String) -> String {
        "\(prefix)\(getpid())x\(UInt32.random(in: 0...UInt32.max))"
    }

    @Test func relxOverTLS() throws {
        let directory = try TemporaryDirectory()
        let name = "\(Self.alive("rt"))@127.0.0.1"
        let release = try StartedRelease(
            .relx(
                arguments: """
                    ## the shop
                    -name \(name)
                    -setcookie 'tls cookie'
                    -proto_dist inet_tls
                    -ssl_dist_optfile \(try Self.tls(directory))
                    +Bd

                    """), in: directory)
        #expect(try release.run("ping").standardOutput == "pong\n")
        #expect(try release.run("eval", "node()").standardOutput == "'\(name)'\n")
        #expect(try release.run("rpc", "lists", "sum", "[[1,2]]").standardOutput == "3\n")
        let version = try release.run("version").standardOutput
        #expect(version.hasPrefix("shop 1.4.2 OTP "))
        #expect(try release.run("pid").standardOutput == "\(try Self.systemProcess(of: release))\n")
        let members = try release.run("members", "-o", "json").standardOutput
        #expect(members.contains("\"node\":\"\(name)\",\"state\":\"up\""))
        #expect(try release.run("status").standardOutput.contains("ssl "))

        let view = try Self.settings(of: release)
        let file = "\(directory.path)/releases/1.4.2/vm.args"
        #expect(view["nodes"] == "\(name)|file \(file):2")
        #expect(view["cookie"] == "(masked)|file \(file):3")
        #expect(view["transport"] == "tls|file \(file):4")
        #expect(view["release"] == "\(directory.path)|flag --release")
        #expect(view["verify"]?.hasPrefix("verify_peer|file \(directory.path)/ssl_dist.conf:") == true)

        let traced = try release.run("ping", "-v")
        #expect(traced.standardOutput == "pong\n")
        for step in [
            " ms  TARGET     \(name) (file ", " ms  EPMD       asking 127.0.0.1:", " listens on port ",
            " ms  TCP        connected to 127.0.0.1:", " ms  TLS        TLS 1.",
            "certificate verified for 127.0.0.1\n", "HANDSHAKE  -> send_name erlclu creation 0 flags ",
            "HANDSHAKE  <- send_status named:", "HANDSHAKE  <- send_challenge \(name) creation ", " V4_NC ",
            "HANDSHAKE  <- send_challenge_ack\n",
        ] { #expect(traced.standardError.contains(step)) }
        #expect(!traced.standardError.contains("tls cookie"))

        // Not even -q keeps this one back.
        #expect(
            try release.run("ping", "--insecure", "-q").standardError
                == "erlclu-ctl: warning: flag --insecure: the node's certificate is not verified\n")
        #expect(try release.run("ping", "--timeout", "infinity").exitStatus == 0)

        // The environment of a release's script counts more than its files.
        let refused = try release.run("ping", variables: ["RELX_COOKIE": "other"])
        #expect(refused.exitStatus == 77)
        #expect(refused.standardError.contains("from environment RELX_COOKIE"))

        #expect(try release.run("stop").exitStatus == 0)
        #expect(try release.node.wait().exitStatus == 0)
        #expect(try release.run("ping").exitStatus == 69)
    }

    @Test func relxOverTCPWithAShortName() throws {
        let directory = try TemporaryDirectory()
        let alive = Self.alive("rc")
        // relx writes vm.args from vm.args.src; ours reads the latter, with what it has of the variables.
        try directory.write(
            "-sname \(alive)\n-setcookie ${SHOP_COOKIE:-short}\n", to: "releases/1.4.2/vm.args.src")
        let release = try StartedRelease(.relx(arguments: "-sname \(alive)\n-setcookie short\n"), in: directory)
        let host = ProcessInfo.processInfo.hostName.prefix { $0 != "." }
        #expect(try release.run("eval", "atom_to_list(node())").standardOutput == "\"\(alive)@\(host)\"\n")
        #expect(try release.run("version").standardOutput.hasPrefix("shop 1.4.2 OTP "))
        let view = try Self.settings(of: release)
        #expect(view["name_type"]?.hasPrefix("short|") == true)
        #expect(view["transport"] == "tcp|default")
        let late = try release.run("eval", "timer:sleep(60000)", variables: ["RELX_RPC_TIMEOUT": "1"])
        #expect(late.exitStatus == 75)
        #expect(late.seconds < 50)
        let restarted = try release.run("restart")
        #expect(restarted.standardOutput == "ok\n")
        #expect(eventually { (try? release.run("ping").exitStatus) == 0 })
        #expect(try release.run("ping", variables: ["SHOP_COOKIE": "other"]).exitStatus == 77)
    }

    @Test func mixOverTLS() throws {
        let directory = try TemporaryDirectory()
        let name = "\(Self.alive("rm"))@127.0.0.1"
        let release = try StartedRelease(
            .mix(
                arguments: "-proto_dist inet_tls\n-ssl_dist_optfile \(try Self.tls(directory))\n", node: name,
                cookie: "ABCDEFGH=="), in: directory)
        #expect(try release.run("ping").standardOutput == "pong\n")
        #expect(try release.run("eval", "node()").standardOutput == "'\(name)'\n")
        #expect(try release.run("version").standardOutput.hasPrefix("shop 1.4.2 OTP "))
        let view = try Self.settings(of: release)
        #expect(view["cookie"] == "(masked)|file \(directory.path)/releases/COOKIE")
        #expect(view["nodes"] == "\(name)|file \(directory.path)/releases/1.4.2/env.sh:3")
    }

    @Test func releaseWithoutAName() throws {
        let directory = try TemporaryDirectory()
        try directory.write("13.1.5 1.4.2\n", to: "releases/start_erl.data")
        try directory.write("+Bd\n", to: "releases/1.4.2/vm.args")
        let result = try CommandResult.of(
            BuiltProduct.tool, ["ping", "--release", directory.path], environment: ["HOME": directory.path])
        #expect(result.exitStatus == 78)
        #expect(result.standardError.contains("names no node"))
    }

    /// "value|origin" by setting.
    private static func settings(of release: StartedRelease) throws -> [String: String] {
        let rows = try release.run("config", "view", "-o", "raw").standardOutput.split(separator: "\n")
        let pairs = rows.map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        return Dictionary(pairs.map { ($0[0], "\($0[1])|\($0[2])") }, uniquingKeysWith: { first, _ in first })
    }

    private static func systemProcess(of release: StartedRelease) throws -> pid_t { release.node.processIdentifier }
}
