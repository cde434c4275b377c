import AgreementSupport
import Diagnosis
import ErlcluTestSupport
import Foundation
import Testing

/// Two nodes of which one cannot connect to the other.
struct NodePair {
    let acceptor: ErlangNodeFixture
    let initiator: ErlangNodeFixture
    /// Evaluated on the initiator.
    private let dial: String

    init(_ fault: RecordedFault, _ version: String, _ release: OTPRelease) throws {
        let good = TraceScenario.node(version)
        let quick = ["-kernel", "net_setuptime", "2"]
        func with(_ certificate: IssuedCertificate) -> (OTPRelease) throws -> ErlangNodeFixture {
            TraceScenario.node(version, []) { certificate }
        }
        var (there, here): ((OTPRelease) throws -> ErlangNodeFixture, (OTPRelease) throws -> ErlangNodeFixture) =
            (good, good)
        let stranger = { try CertificateAuthority.unknown.get().issue() }
        let old = { try CertificateAuthority.issue(CertificateProfile(commonName: "old", validity: .expired)) }
        switch fault.name {
        case "nodes, another cookie":
            // A session that is resumed makes no new secrets; TLS 1.3 does not know the option.
            here = TraceScenario.node(version) {
                if version == "tlsv1.2" { $0.clientOptions = ["{reuse_sessions, false}"] }
            }
        case "nodes, initiator of an unknown CA": here = with(try stranger())
        case "nodes, acceptor of an unknown CA": there = with(try stranger())
        case "nodes, initiator expired": here = with(try old())
        case "nodes, acceptor expired": there = with(try old())
        case "nodes, TCP to TLS": here = TraceScenario.node()
        case "nodes, TLS to TCP":
            there = TraceScenario.node(quick)
            // The acceptor gives up first.
            here = TraceScenario.node(version, ["-kernel", "net_setuptime", "5"])
        default: throw FixtureFailure("nobody knows how to make: \(fault.name)")
        }
        acceptor = try there(release)
        initiator = try here(release)
        if fault.code == .cookie { try initiator.evaluate("erlang:set_cookie('\(acceptor.name)', zq_unlike_cookie)") }
        dial = "net_adm:ping('\(acceptor.name)')"
    }

    /// Whether both speak TLS.
    var isSecure: Bool { acceptor.optionFile != nil && initiator.optionFile != nil }

    func fail() throws { #expect(try initiator.evaluate(dial) == "pang") }

    /// Fails once more, and keeps what the initiator's TLS was encrypted with. OTP writes a key log of connections only
    /// that are up; the functions that make the secrets are traced instead.
    /// - Returns: the name of each function and its secrets, in hexadecimal digits.
    func failKeepingSecrets() throws -> [(function: String, secret: String)] {
        try initiator.evaluate(
            """
            code:ensure_loaded(tls_v1),
            Keeper = spawn(fun() -> receive stop -> ok end end),
            register(keeper_of_secrets, Keeper),
            erlang:trace(all, true, [call, {tracer, Keeper}]),
            [1 = erlang:trace_pattern({tls_v1, Function, Arity}, [{'_', [], [{return_trace}]}], [local])
             || {Function, Arity} <- [{master_secret, 4}, {client_handshake_traffic_secret, 3},
                    {server_handshake_traffic_secret, 3}, {client_application_traffic_secret_0, 3},
                    {server_application_traffic_secret_0, 3}]]
            """)
        try fail()
        let text = try initiator.evaluate(
            """
            {messages, Messages} = process_info(whereis(keeper_of_secrets), messages),
            erlang:trace(all, false, [call]),
            keeper_of_secrets ! stop,
            [{Function, lists:flatten([io_lib:format("~2.16.0b", [Byte]) || <<Byte>> <= Secret])}
             || {trace, _, return_from, {tls_v1, Function, _}, Secret} <- Messages]
            """)
        // A long text is printed in pieces.
        let whole = text.filter { !$0.isWhitespace }.replacing("\"\"", with: "")
        return whole.matches(of: /\{([a-z0-9_]+),"([0-9a-f]+)"\}/).map { (String($0.1), String($0.2)) }
    }
}

/// dumpcap on the loopback device, at one port.
final class LoopbackCapture {
    static let program = "/usr/bin/dumpcap"
    /// Whether it is installed and may capture.
    static let isPossible =
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: program)

    let file: String
    private let process: ChildProcess

    /// Starts, and waits until packets are captured.
    init(port: UInt16, _ file: String) throws {
        self.file = file
        process = try ChildProcess(
            Self.program, ["-q", "-i", "lo", "-f", "tcp port \(port)", "-w", file])
        let process = process
        guard eventually({ process.standardError.contains("File:") || !process.isRunning }), process.isRunning else {
            throw FixtureFailure("dumpcap does not start: \(process.standardError)")
        }
    }

    /// Waits until the end of an attempt is in the file, and ends the capture.
    func finish() throws {
        let file = file
        #expect(
            eventually { (try? PacketFile.decoded(file, ["--port", "any"]).text.contains("\"code\"")) ?? false })
        process.signal(SIGINT)
        _ = try process.wait()
    }

    /// A key log for the one TLS connection in the file, whose ClientHello has the random number (RFC 8446 §4.1.2).
    func keyLog(_ secrets: [(function: String, secret: String)]) throws -> String {
        let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        // Record: handshake, version, length; message: ClientHello, length; legacy_version 3.3.
        let hello = try #require(
            data.indices.dropLast(43).first {
                data[$0] == 22 && data[$0 + 1] == 3 && data[$0 + 5] == 1 && data[$0 + 9] == 3 && data[$0 + 10] == 3
            })
        let random = data[hello + 11..<hello + 43].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let labels = [
            "master_secret": "CLIENT_RANDOM", "client_handshake_traffic_secret": "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            "server_handshake_traffic_secret": "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            "client_application_traffic_secret_0": "CLIENT_TRAFFIC_SECRET_0",
            "server_application_traffic_secret_0": "SERVER_TRAFFIC_SECRET_0",
        ]
        return secrets.compactMap { found in labels[found.function].map { "\($0) \(random) \(found.secret)\n" } }
            .joined()
    }
}
