import ErlcluTestSupport
import Foundation
import HandshakeTrace
import PacketCapture
import Testing

/// What leaves a node while its handshakes are traced: searched on the wire, decrypted, and in all that is written.
@Suite(.waiting) struct TraceSecrecyTests {
    private let cookie = "unmistakable_cookie_4711"
    private let wrongCookie = "another_cookie_0815"
    private let password = "password_of_the_key_23"

    @Test(arguments: OTPRelease.available, [Route.tcp, .tls12, .tls13])
    func tracesTellNoSecret(release: OTPRelease, route: Route) throws {
        let plain = try CertificateAuthority.issue(CertificateProfile(commonName: "traced"))
        let traced = try node(release, route, cookie, plain)
        let directory = try TemporaryDirectory()
        let (capture, record, keys) = (directory.file("c.pcapng"), directory.file("r.jsonl"), directory.file("keys"))
        let trust = route == .tcp ? nil : try NodeTool.keyFiles() + ["--transport", "tls"]
        let trace = try NodeTool(traced, trust: trust).start(
            "trace", "dist", "--capture", capture, "--record", record, "--keylog", keys, "-v", "--for", "60s")
        defer { trace.terminate() }
        #expect(trace.waitForOutput(containing: "tracing ", onError: true), "\(trace.standardError)")

        var secrets = SecretWords()
        secrets.add("cookie", text: cookie)
        secrets.add("wrong cookie", text: wrongCookie)
        secrets.add("password", text: password)
        try secrets.addKey("key", file: plain.keyFile)
        // With the right cookie and with a wrong one, from nodes whose key has a password.
        let profile = CertificateProfile(commonName: "initiator", keyPassword: password)
        let locked = try CertificateAuthority.issue(profile)
        for cookie in [cookie, wrongCookie] {
            let initiator = try node(release, route, cookie, locked)
            try initiator.evaluate(Self.keepingDigests)
            let connected = try initiator.evaluate("net_kernel:connect_node('\(traced.name)')")
            #expect(connected == "\(cookie == self.cookie)", "\(initiator.log)")
            let digests = try initiator.evaluate(
                "digests ! {all, self()}, receive {digests, L} -> lists:flatten(io_lib:format(\"~w\", [L])) end")
            let numbers = digests.split { !$0.isNumber }.compactMap { UInt8($0) }
            #expect(numbers.count >= 16, "\(digests)")
            for start in stride(from: 0, to: numbers.count - 15, by: 16) {
                secrets.add("digest", bytes: Array(numbers[start..<start + 16]))
            }
            #expect(
                trace.waitForOutput(containing: cookie == self.cookie ? initiator.name : "E-COOKIE"),
                "\(trace.standardOutput)")
        }
        trace.signal(SIGINT)
        let result = try trace.wait()

        let traffic = try RecordedTraffic(file: capture)
        let wire = try traffic.everything()
        #expect(wire.count > 20_000)
        if route != .tcp {
            let link = try #require(traffic.connections.first { $0.isTLS })
            let outputs = try traffic.outputs(link)
            #expect(!outputs.contains { if case .cannotDecrypt = $0 { true } else { false } })
        }
        // What is searched is what was told: the search finds the name of the node.
        var control = SecretWords()
        control.add("name", text: traced.name)
        #expect(control.found(in: wire) == ["name"])
        #expect(secrets.found(in: wire) == [])
        #expect(secrets.found(in: result.standardOutputBytes) == [])
        #expect(secrets.found(in: Array(result.standardError.utf8)) == [])
        #expect(secrets.found(in: [UInt8](try Data(contentsOf: URL(fileURLWithPath: record)))) == [])
    }

    private func node(
        _ release: OTPRelease, _ route: Route, _ cookie: String, _ certificate: IssuedCertificate
    ) throws -> ErlangNodeFixture {
        let versions = route == .tls12 ? ["tlsv1.2"] : ["tlsv1.3"]
        let tls = NodeTLS(certificate: certificate, versions: versions)
        return try ErlangNodeFixture(release: release, cookie: cookie, transport: route == .tcp ? .tcp : .tls(tls))
    }

    /// Has a process of the node keep all that `dist_util:gen_digest/2` gives.
    private static let keepingDigests = """
        P = spawn(fun() ->
                F = fun F(L) ->
                        receive
                            {trace, _, return_from, _, D} when is_binary(D) -> F([binary_to_list(D) | L]);
                            {trace, _, return_from, _, D} -> F([D | L]);
                            {all, From} -> From ! {digests, L}, F(L);
                            _ -> F(L)
                        end
                    end,
                F([])
            end),
        register(digests, P),
        {module, _} = code:ensure_loaded(dist_util),
        erlang:trace(new_processes, true, [call, {tracer, P}]),
        erlang:trace_pattern({dist_util, gen_digest, 2}, [{'_', [], [{return_trace}]}], [local])
        """
}
