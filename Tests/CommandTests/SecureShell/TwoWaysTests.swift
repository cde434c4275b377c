import ErlcluTestSupport
import Foundation
import Testing

/// A context that has both ways: distribution is taken, and SSH where that does not come up; and what is then told of a
/// cluster whose certificates have all expired.
@Suite(.waiting) struct TwoWaysTests {
    /// A context of both ways to a node, and the tool that uses it.
    private struct Both {
        let tool: NodeTool

        init(_ node: ErlangNodeFixture, _ daemon: NodeDaemon, settings: String, options: [String] = []) throws {
            let directory = try TemporaryDirectory()
            let file = try directory.write(
                """
                {context, both, [{nodes, ['\(node.name)']}, {cookie, {file, "\(try node.cookieFile())"}},
                                 {ssh, "127.0.0.1:\(daemon.port)"}, {identity, "\(daemon.userKey)"},
                                 {known_hosts, "\(daemon.knownHosts)"}\(settings)]}.
                """, to: "erlclu.config", mode: 0o600)
            var tool = try daemon.tool()
            tool.options = ["-c", "both"] + options
            tool.environment["ERLCLU_CONFIG"] = file
            tool.company.append(directory)
            self.tool = tool
        }
    }

    private static func tls() throws -> String {
        let own = try CertificateAuthority.issue()
        return """
            , {ca, "\(own.authorityFile)"}, {cert, "\(own.certificateFile)"}, {key, "\(own.keyFile)"}
            """
    }

    private static func expired() throws -> NodeTransport {
        .tls(
            NodeTLS(
                certificate: try CertificateAuthority.issue(CertificateProfile(commonName: "old", validity: .expired))))
    }

    @Test(arguments: OTPRelease.available)
    func distributionComesFirstAndSSHGoesOn(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release, transport: try Self.expired())
        let daemon = try NodeDaemon(on: node)
        let tool = try Both(node, daemon, settings: try Self.tls()).tool
        let words = "is not reached over distribution (E-CERT-EXPIRED at TLS: "
        for (verb, output) in [(["ping"], "pong\n"), (["eval", "1 + 1."], "2\n")] {
            let result = try tool.run(verb)
            #expect(result.exitStatus == 0 && result.standardOutput == output, "\(result.standardError)")
            #expect(result.standardError.contains(words), "\(result.standardError)")
            #expect(result.standardError.contains("going on over SSH (127.0.0.1:\(daemon.port))"))
            #expect(result.standardError.split(separator: "\n").count == 1, "\(result.standardError)")
        }
        // What is asked is asked once, and ends as it does elsewhere.
        let counted = try tool.run(
            "eval", "persistent_term:put(asked, persistent_term:get(asked, 0) + 1), exit(bye).")
        #expect(counted.exitStatus == 1)
        #expect(try node.evaluate("persistent_term:get(asked)") == "1")
        let document = try tool.run("members", "-o", "json")
        #expect(document.exitStatus == 0 && document.standardOutput.hasPrefix("{"), "\(document.standardError)")
        let page = try tool.run("ui", "--once", "--size", "120x30").standardOutput
        #expect(page.contains("ssh (tls failed)") && page.contains("it is asked over SSH"), "\(page)")
        // Who says which way it is to be gets no other.
        for transport in ["tls", "tcp"] {
            let result = try tool.run("ping", "--transport", transport)
            #expect(result.exitStatus != 0 && !result.standardError.contains("SSH"), "\(result.standardError)")
        }
        let over = try tool.run("ping", "--transport", "ssh")
        #expect(over.exitStatus == 0 && over.standardError == "", "\(over.standardError)")
    }

    @Test(arguments: OTPRelease.available)
    func whereDistributionComesUpNothingIsSaid(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let tool = try Both(node, try NodeDaemon(on: node), settings: "").tool
        let result = try tool.run("eval", "length(nodes(hidden)).")
        #expect(result.standardOutput == "1\n" && result.standardError == "", "\(result.standardError)")
    }

    /// What is gone on with is shown, with where each setting of it comes from.
    @Test func bothWaysAreShown() throws {
        let node = try ErlangNodeFixture()
        let daemon = try NodeDaemon(on: node)
        let tool = try Both(node, daemon, settings: "").tool
        let view = try tool.run("config", "view", "-o", "jsonl").standardOutput
        for (name, words) in [
            ("fallback", "127.0.0.1:\(daemon.port)"), ("ssh_host", "127.0.0.1"), ("ssh_port", "\(daemon.port)"),
            ("identity", daemon.userKey), ("known_hosts", daemon.knownHosts), ("host_key_checking", "ask"),
        ] {
            let line = view.split(separator: "\n").first { $0.contains("\"name\":\"\(name)\"") } ?? ""
            #expect(line.contains(words) && line.contains("\"origin\":\""), "\(name): \(view)")
        }
        // Where one way is asked for there is no other.
        let one = try tool.run("config", "view", "--transport", "tcp").standardOutput
        #expect(!one.contains("fallback") && !one.contains("ssh_host"), "\(one)")
    }

    /// An epmd that is not come to from here is asked by the node.
    @Test(arguments: OTPRelease.available)
    func theNodeAsksItsEpmd(release: OTPRelease) throws {
        let mapper = try PortMapper()
        let node = try ErlangNodeFixture(release: release, mapper: mapper)
        let daemon = try NodeDaemon(on: node)
        let alive = String(node.name.prefix { $0 != "@" })
        let over = try daemon.tool().run("names")
        #expect(over.exitStatus == 0 && over.standardOutput.contains(alive), "\(over.standardError)")
        #expect(over.standardOutput.contains("\(node.port)"), "\(over.standardOutput)")
        var both = try Both(node, daemon, settings: "").tool
        both.environment["ERL_EPMD_PORT"] = "\(try DeadPort.make())"
        let second = try both.run("names")
        #expect(second.exitStatus == 0 && second.standardOutput.contains(alive), "\(second.standardError)")
        #expect(second.standardError.contains("going on over SSH"), "\(second.standardError)")
        mapper.stop()
        let gone = try daemon.tool().run("names")
        #expect(gone.exitStatus == 69 && gone.standardError.contains("E-EPMD-REFUSED at EPMD"), "\(gone.standardError)")
    }

    @Test func neitherWayLeadsThere() throws {
        let node = try ErlangNodeFixture(transport: try Self.expired())
        let daemon = try NodeDaemon(on: node)
        let tool = try Both(node, daemon, settings: try Self.tls()).tool
        try daemon.takeNoKeys()
        let result = try tool.run("ping")
        #expect(result.exitStatus == 77, "\(result.standardError)")
        #expect(result.standardError.contains("does not lead to \(node.name) either (E-SSH-AUTH at SSH-AUTH: "))
        #expect(result.standardError.contains("E-CERT-EXPIRED"))
    }

    /// In a pipe nobody can be asked about a host key: the one failure that is reported has both ways, and says how that
    /// key is accepted.
    @Test func aHostKeyThatNobodyKnowsIsToldWithWhatKeepsDistribution() throws {
        let node = try ErlangNodeFixture(transport: try Self.expired())
        let daemon = try NodeDaemon(on: node)
        let tool = try Both(node, daemon, settings: try Self.tls()).tool
        try daemon.forget()
        for verb in [["ping"], ["eval", "1."], ["members"]] {
            let result = try tool.run(verb + ["-o", "json"])
            #expect(result.exitStatus == 77, "\(result.standardError)")
            let document = try #require(
                JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any])
            let errors = try #require(document["errors"] as? [[String: Any]])
            #expect(errors.count == 1 && errors[0]["code"] as? String == "E-CERT-EXPIRED", "\(errors)")
            let message = errors[0]["message"] as? String ?? ""
            #expect(message.contains("(E-SSH-HOSTKEY at SSH-HOSTKEY: ") && message.contains("not known"), "\(message)")
        }
        let table = try tool.run("ping")
        for words in ["E-CERT-EXPIRED at TLS", "--host-key-fingerprint", "ssh trust \(node.name)", "on a terminal"] {
            #expect(table.standardError.contains(words), "\(words): \(table.standardError)")
        }
        let accepted = try tool.run("ping", "--host-key-fingerprint", try daemon.fingerprint)
        #expect(accepted.exitStatus == 0, "\(accepted.standardError)")
    }

    /// Of an epmd the same is said.
    @Test func ofTheNamesBothFailuresAreTold() throws {
        let node = try ErlangNodeFixture()
        let daemon = try NodeDaemon(on: node)
        var tool = try Both(node, daemon, settings: "").tool
        tool.environment["ERL_EPMD_PORT"] = "\(try DeadPort.make())"
        try daemon.takeNoKeys()
        let result = try tool.run("names")
        #expect(result.exitStatus == 69 && result.standardError.contains("E-EPMD-REFUSED"), "\(result.standardError)")
        #expect(result.standardError.contains("either (E-SSH-AUTH at SSH-AUTH: "), "\(result.standardError)")
    }

    /// What was asked is not asked again by the other way.
    @Test func whatWasAskedIsNotAskedAgain() throws {
        let node = try ErlangNodeFixture()
        let tool = try Both(node, try NodeDaemon(on: node), settings: "").tool
        let evaluation = try tool.start(
            "eval",
            "persistent_term:put(asked, persistent_term:get(asked, 0) + 1), io:put_chars(\"on\\n\"), timer:sleep(infinity)."
        )
        #expect(evaluation.waitForOutput(containing: "on\n"), "\(evaluation.standardError)")
        try node.evaluate("[erlang:disconnect_node(N) || N <- nodes(hidden)]")
        let result = try evaluation.wait()
        #expect(result.exitStatus == 69 && result.standardError.contains("E-CLOSED"), "\(result.standardError)")
        #expect(!result.standardError.contains("SSH"), "\(result.standardError)")
        #expect(try node.evaluate("persistent_term:get(asked)") == "1")
    }

    /// Both ways have one deadline.
    @Test func aSilentWayLeavesTimeForTheOther() throws {
        let node = try ErlangNodeFixture()
        let daemon = try NodeDaemon(on: node)
        let deaf = try DeafListener()
        let tool = try Both(node, daemon, settings: ", {address, \"127.0.0.1:\(deaf.port)\"}").tool
        let result = try tool.run("ping", "--timeout", "6s")
        #expect(result.exitStatus == 0, "\(result.standardError)")
        #expect(result.standardError.contains("going on over SSH"), "\(result.standardError)")
    }

    /// Every certificate of the cluster has expired, so that nobody reaches anybody any more.
    @Test(arguments: OTPRelease.available)
    func whatIsWrongIsTold(release: OTPRelease) throws {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release, transport: try Self.expired()) }
        let daemon = try NodeDaemon(on: nodes[0])
        let tool = try Both(nodes[0], daemon, settings: try Self.tls(), options: ["--transport", "ssh"]).tool

        let members = try tool.run("members", "-o", "json")
        #expect(members.exitStatus == 0 && members.standardOutput.contains(nodes[0].name), "\(members.standardError)")
        let asked = try tool.run("eval", "net_kernel:connect_node('\(nodes[1].name)').")
        #expect(asked.standardOutput == "false\n", "\(asked.standardError)")

        let certificates = try tool.run("cert", "check")
        #expect(certificates.exitStatus == 1 && certificates.standardOutput.contains("expired"))

        let trace = try tool.start("trace", "dist")
        #expect(trace.waitForOutput(containing: "tracing ", onError: true), "\(trace.standardError)")
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        #expect(trace.waitForOutput(containing: "E-CERT-EXPIRED"), "\(trace.standardOutput)\(trace.standardError)")
        trace.signal(SIGINT)
        _ = try trace.wait()

        // The way that was asked for, then the other one.
        let doctor = try tool.run("doctor")
        #expect(doctor.exitStatus == 77, "\(doctor.standardOutput)\(doctor.standardError)")
        #expect(doctor.standardOutput.contains("over ssh (127.0.0.1:\(daemon.port))"))
        #expect(doctor.standardOutput.contains("over inet_tls, and listens on port"), "\(doctor.standardOutput)")
        #expect(doctor.standardOutput.contains("renew it: those who verify refuse it"), "\(doctor.standardOutput)")
        #expect(doctor.standardOutput.contains("over tls") && doctor.standardOutput.contains("E-CERT-EXPIRED at TLS"))

        let console = try tool.run("remote_console", input: "net_adm:ping('\(nodes[1].name)').\n")
        #expect(console.exitStatus == 0 && console.standardOutput == "pang\n", "\(console.standardError)")

        let page = try tool.run("ui", "--once", "--screen", "certificates")
        #expect(
            page.exitStatus == 0 && page.standardOutput.contains("> exp \(nodes[0].name)"), "\(page.standardOutput)")
    }

    /// With both ways the ordinary ladder comes first, and the node's own words behind it.
    @Test func doctorShowsBothWays() throws {
        let node = try ErlangNodeFixture(transport: try Self.expired())
        let tool = try Both(node, try NodeDaemon(on: node), settings: try Self.tls()).tool
        let result = try tool.run("doctor")
        #expect(result.exitStatus == 77, "\(result.standardOutput)\(result.standardError)")
        let tls = result.standardOutput.range(of: "\(node.name) over tls")?.lowerBound
        let ssh = result.standardOutput.range(of: "\(node.name) over ssh")?.lowerBound
        #expect(try #require(tls) < #require(ssh), "\(result.standardOutput)")
        #expect(!result.standardError.contains("going on"), "\(result.standardError)")
    }
}
