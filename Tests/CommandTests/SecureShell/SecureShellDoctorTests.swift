import ErlcluTestSupport
import Foundation
import Testing

/// `doctor` over SSH: rungs of its own, the node's own view of its distribution, and then why that fails from here.
@Suite(.waiting) struct SecureShellDoctorTests {
    private static let rungs = [
        "TCP", "SSH banner", "SSH key exchange", "SSH host key", "SSH authentication", "SSH exec", "SSH bridge",
        "applications", "distribution",
    ]

    @Test(arguments: OTPRelease.available)
    func aHealthyNodeIsLookedAtFromInside(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let tool = try NodeDaemon(on: node).tool()
        let result = try tool.run("doctor")
        #expect(result.exitStatus == 0, "\(result.standardOutput)\(result.standardError)")
        for rung in Self.rungs {
            #expect(result.standardOutput.contains("\n\(rung)"), "\(rung): \(result.standardOutput)")
        }
        #expect(
            result.standardOutput.contains(
                "distributed as \(node.name) over inet_tcp, and listens on port \(node.port)"),
            "\(result.standardOutput)")
        #expect(try node.evaluate("{nodes(), nodes(hidden)}") == "{[],[]}")
        let document = try tool.run("doctor", "-o", "json")
        #expect(document.standardOutput.contains("\"rung\":\"ssh_bridge\""), "\(document.standardOutput)")
        #expect(document.standardOutput.contains("\"transport\":\"ssh\""), "\(document.standardOutput)")
    }

    @Test func theRungThatIsBrokenIsNamed() throws {
        let node = try ErlangNodeFixture()
        let daemon = try NodeDaemon(on: node)
        func broken(_ tool: NodeTool, _ rung: String, _ code: String, status: Int32) throws {
            let result = try tool.run("doctor", "-o", "jsonl")
            #expect(result.exitStatus == status, "\(result.standardOutput)\(result.standardError)")
            let line = result.standardOutput.split(separator: "\n").first { $0.contains("\"result\":\"broken\"") } ?? ""
            #expect(line.contains("\"rung\":\"\(rung)\"") && line.contains(code), "\(result.standardOutput)")
        }
        var dead = try daemon.tool()
        dead.options[1] = "127.0.0.1:\(try DeadPort.make())"
        try broken(dead, "tcp", "E-TCP-REFUSED", status: 69)
        var other = try daemon.tool()
        other.options += ["-n", "other@127.0.0.1"]
        try broken(other, "ssh_bridge", "E-NAME", status: 76)
        try broken(
            try NodeDaemon(on: node, takesExpressions: false).tool(), "ssh_exec", "E-SSH-DISABLED", status: 76)
        let known = try daemon.tool()
        try daemon.takeNoKeys()
        try broken(known, "ssh_authentication", "E-SSH-AUTH", status: 77)
        try daemon.trust(try daemon.anotherKey())
        try broken(known, "ssh_host_key", "E-SSH-HOSTKEY", status: 77)
    }

    /// Whoever is not let in learns from the banner what the node would say of itself, once either way.
    @Test func theBannerSaysWhatTheNodeCannot() throws {
        let node = try ErlangNodeFixture(release: try #require(OTPRelease.available.first { $0.major <= 25 }))
        let open = try NodeDaemon(on: node)
        let shut = try NodeDaemon(on: node, takesExpressions: false)
        func weaknesses(_ tool: NodeTool) throws -> [Substring] {
            let lines = try tool.run("doctor", "-o", "jsonl").standardOutput.split(separator: "\n")
            return lines.filter { $0.contains("\"event\":\"check\"") && $0.contains("CVE-2025-32433") }
        }
        // Its release is old enough, or mended without a change of the version.
        let inside = try weaknesses(open.tool())
        #expect(inside.count == 1 && !inside[0].contains("banner"), "\(inside)")
        let denied = try open.tool()
        try open.takeNoKeys()
        for tool in [try shut.tool(), denied] {
            let outside = try weaknesses(tool)
            #expect(outside.count == 1, "\(outside)")
            for words in ["E-SSH-CVE", "likely at most", "by its SSH banner"] {
                #expect(outside.first?.contains(words) == true, "\(outside)")
            }
            let table = try tool.run("doctor")
            #expect(table.standardOutput.contains("WARNING") && table.standardOutput.contains("CVE-2025-32433"))
        }
    }

    /// What keeps other nodes out is the result, though we are in, and have no cookie to try their way with.
    @Test(arguments: OTPRelease.available)
    func whatKeepsOthersOutIsTheResult(release: OTPRelease) throws {
        func broken(_ tool: NodeTool, _ code: String, status: Int32) throws {
            let table = try tool.run("doctor")
            #expect(table.exitStatus == status, "\(table.standardOutput)\(table.standardError)")
            #expect(
                table.standardOutput.contains("\n\(code) at ") && table.standardOutput.contains("remedy: "),
                "\(table.standardOutput)")
            #expect(!table.standardOutput.contains("all rungs hold"), "\(table.standardOutput)")
            let lines = try tool.run("doctor", "-o", "jsonl").standardOutput.split(separator: "\n")
            #expect(
                lines.contains {
                    $0.contains("\"rung\":\"distribution\"") && $0.contains("\"broken\"") && $0.contains(code)
                },
                "\(lines)")
        }
        let expired = CertificateProfile(commonName: "old", validity: .expired)
        let old = try ErlangNodeFixture(
            release: release, transport: .tls(NodeTLS(certificate: try CertificateAuthority.issue(expired))))
        try broken(try NodeDaemon(on: old).tool(), "E-CERT-EXPIRED", status: 77)
        let bare = try ErlangNodeFixture(release: release, transport: try .mutualTLS())
        let daemon = try NodeDaemon(on: bare).tool()
        #expect(try daemon.run("doctor").exitStatus == 0)
        let folder = URL(fileURLWithPath: try #require(bare.optionFile)).deletingLastPathComponent()
        try FileManager.default.removeItem(at: folder.appendingPathComponent("key.pem"))
        try broken(daemon, "E-TLS-KEY", status: 78)
        let mapper = try PortMapper()
        let lost = try ErlangNodeFixture(release: release, mapper: mapper)
        let tool = try NodeDaemon(on: lost).tool()
        #expect(try tool.run("doctor").exitStatus == 0)
        mapper.stop()
        try broken(tool, "E-EPMD-REFUSED", status: 69)
    }

    /// Such a node asks no epmd, and its peers do not either.
    @Test(arguments: OTPRelease.available)
    func aNodeThatNeedsNoEpmdLacksNone(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release, registration: .none)
        let result = try NodeDaemon(on: node).tool().run("doctor")
        #expect(result.exitStatus == 0, "\(result.standardOutput)\(result.standardError)")
        #expect(result.standardOutput.contains("without epmd"), "\(result.standardOutput)")
    }

    /// The name is the node's own word, and the cookie what we were given: the ordinary rungs follow.
    @Test func whyDistributionFailsFromHereIsSaid() throws {
        let node = try ErlangNodeFixture()
        let directory = try TemporaryDirectory()
        var tool = try NodeDaemon(on: node).tool()
        tool.options += ["--cookie-file", try directory.write("another", to: "cookie", mode: 0o400)]
        let result = try tool.run("doctor")
        #expect(result.exitStatus == 77, "\(result.standardOutput)\(result.standardError)")
        #expect(result.standardOutput.contains("and is not the node's"), "\(result.standardOutput)")
        #expect(result.standardOutput.contains("\(node.name) over tcp"), "\(result.standardOutput)")
        #expect(result.standardOutput.contains("E-COOKIE at ACK"), "\(result.standardOutput)")
        tool.options = Array(tool.options.prefix(6)) + ["--cookie-file", try node.cookieFile()]
        let whole = try tool.run("doctor")
        #expect(whole.exitStatus == 0, "\(whole.standardOutput)\(whole.standardError)")
        #expect(whole.standardOutput.contains("both have the hash"), "\(whole.standardOutput)")
    }

    /// A node that has no name is not to be reached otherwise.
    @Test func aNodeWithoutDistributionSaysSo() throws {
        let node = try ErlangNodeFixture(nameType: .late())
        let tool = try NodeDaemon(on: node).tool()
        try node.evaluate("net_kernel:stop()")
        let result = try tool.run("doctor")
        #expect(result.exitStatus == 69, "\(result.standardOutput)\(result.standardError)")
        #expect(
            result.standardOutput.contains("no node can connect to this one")
                && !result.standardOutput.contains("hold"),
            "\(result.standardOutput)")
        let members = try tool.run("members")
        #expect(members.exitStatus == 0 && members.standardOutput.contains("nonode@nohost"), "\(members.standardError)")
        // Nothing is started there for that.
        let trace = try tool.run("trace", "dist")
        #expect(trace.exitStatus == 1 && trace.standardError.contains("E-UNAVAILABLE"), "\(trace.standardError)")
        #expect(!node.log.contains("Error in process"), "\(node.log)")
    }
}
