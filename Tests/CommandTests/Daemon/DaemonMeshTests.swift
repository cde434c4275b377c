import ErlcluTestSupport
import Foundation
import Testing

/// What `/metrics` says of the cluster as a whole, and of peers that do not let erlclud in.
@Suite(.waiting) struct DaemonMeshTests {
    private static func metrics(_ port: UInt16) throws -> String {
        try CommandResult.of("curl", ["-s", "-m", "5", "http://127.0.0.1:\(port)/metrics"]).standardOutput
    }

    private static func daemon(_ source: String, _ port: UInt16, secure: Bool = false) throws -> DaemonFixture {
        try DaemonFixture(
            secure: secure, options: ["--http", "127.0.0.1:\(port)", "--discover", source, "--probe-interval", "3"])
    }

    /// Two nodes that both know a third one, and not each other: without `global`, which would connect them.
    @Test func aMissingLinkIsCounted() throws {
        let nodes = try (0..<3).map { _ in
            try ErlangNodeFixture(arguments: ["-connect_all", "false", "-kernel", "dist_auto_connect", "never"])
        }
        let port = try LocalSocket.unusedPort()
        for other in nodes.dropFirst() {
            #expect(try nodes[0].evaluate("net_kernel:connect_node('\(other.name)')") == "true")
        }
        let daemon = try Self.daemon("static:\(nodes[0].name)", port)
        #expect(
            try eventually {
                let text = try Self.metrics(port)
                return text.contains("erlclu_mesh_links_missing 1\n") && text.contains("erlclu_partitions 1\n")
            }, "\(daemon.process.standardError)")
        #expect(try nodes[1].evaluate("net_kernel:connect_node('\(nodes[2].name)')") == "true")
        #expect(
            try eventually { try Self.metrics(port).contains("erlclu_mesh_links_missing 0\n") },
            "\(daemon.process.standardError)")
        // Nothing stays of the looks but the link that it keeps to a peer.
        #expect(try eventually { try nodes[0].evaluate("nodes(hidden)") == "['\(daemon.name)']" })
    }

    /// A member that lets everybody in and answers nobody: what was seen of the mesh before is not said to be so still.
    @Test func aLookThatFailsLeavesNoFinding() throws {
        let node = try ErlangNodeFixture()
        let port = try LocalSocket.unusedPort()
        let daemon = try Self.daemon("static:\(node.name)", port)
        #expect(
            try eventually { try Self.metrics(port).contains("erlclu_partitions 1\n") },
            "\(daemon.process.standardError)")
        try node.evaluate(
            """
            begin
                Lines = ["-module(erl_eval).", "-export([exprs/3]).", "exprs(_, _, _) -> receive after infinity -> ok end."],
                Forms = [begin {ok, T, _} = erl_scan:string(L), {ok, F} = erl_parse:parse_form(T), F end || L <- Lines],
                {ok, erl_eval, Code} = compile:forms(Forms),
                code:unstick_mod(erl_eval),
                {module, _} = code:load_binary(erl_eval, "none", Code),
                ok
            end
            """)
        #expect(
            try eventually {
                let text = try Self.metrics(port)
                return text.contains("erlclu_mesh_looked_timestamp_seconds ")
                    && !text.contains("erlclu_partitions ") && !text.contains("erlclu_mesh_links_missing ")
            }, "\(daemon.process.standardError)")
        #expect(try Self.metrics(port).contains("erlclu_peer_up{peer=\"\(node.name)\"} 1\n"))
    }

    /// OpenSSL says until when the certificate was valid.
    @Test func theCertificateThatIsRefusedHasItsMetric() throws {
        let expired = try CertificateAuthority.issue(CertificateProfile(commonName: "old", validity: .expired))
        let node = try ErlangNodeFixture(transport: .tls(NodeTLS(certificate: expired)))
        let port = try LocalSocket.unusedPort()
        let daemon = try Self.daemon("static:\(node.name)", port, secure: true)
        let printed = try CommandResult.of(
            "sh",
            ["-c", "date -u +%s -d \"$(openssl x509 -in '\(expired.certificateFile)' -noout -enddate | cut -d= -f2)\""])
        let end = printed.standardOutput.filter(\.isNumber)
        let sample = "erlclu_certificate_expiry_timestamp_seconds{peer=\"\(node.name)\",side=\"peer\"} \(end)\n"
        #expect(
            try eventually {
                let text = try Self.metrics(port)
                return text.contains(sample) && text.contains("code=\"E-CERT-EXPIRED\"")
            }, "\(printed) \(daemon.process.standardError)")
    }

    @Test func linesThatAreNoNamesAreNamedOnce() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("# peers\nnone@127.0.0.1\nno name\n", to: "peers")
        let daemon = try Self.daemon("file:\(file)", try LocalSocket.unusedPort())
        func count() -> Int {
            daemon.process.standardError.components(separatedBy: "event=no_node_names lines=\"no name\"").count - 1
        }
        #expect(daemon.process.waitForOutput(containing: "event=no_node_names", onError: true))
        // It is read every five seconds: a change is found, and the same lines are not named again.
        try "none@127.0.0.1\nother@127.0.0.1\nno name\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(daemon.process.waitForOutput(containing: "event=peers count=2", onError: true))
        #expect(count() == 1, "\(daemon.process.standardError)")
    }
}
