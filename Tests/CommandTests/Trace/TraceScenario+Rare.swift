import Diagnosis
import ErlangNode
import ErlcluTestSupport
import Foundation

extension TraceScenario {
    // MARK: on the way there

    static let reaching: [TraceScenario] = [
        TraceScenario(
            name: "epmd down", code: .epmdRefused,
            acceptor: { release in
                let mapper = try PortMapper()
                defer { mapper.stop() }
                return try ErlangNodeFixture(release: release, variables: ["ERL_EPMD_PORT": "\(mapper.port)"])
            }, initiator: .alone { DialledName(name: "nobody@127.0.0.1") }),
        TraceScenario(
            name: "stale in epmd, nothing listens", code: .tcpRefused, acceptor: node(),
            initiator: .alone { try registered(DeadPort.make()) }),
        TraceScenario(
            name: "stale in epmd, packets are dropped", code: .tcpTimeout, acceptor: node(quick),
            initiator: .alone {
                let deaf = try DeafListener()
                return try registered(deaf.port, [deaf])
            }),
        TraceScenario(
            name: "another service listens", code: .tcpToTLS, acceptor: node(quick),
            initiator: .alone {
                let peer = try ScriptedPeer([.receive(3), .send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))])
                return try registered(peer.port, [peer])
            }),
        TraceScenario(
            name: "a short name dials a long one", code: .nameType,
            acceptor: { try ErlangNodeFixture(release: $0, nameType: .short(), registration: .none) },
            initiator: .alone { DialledName(name: "a@no.such.host.invalid") }),
        TraceScenario(
            name: "a long name dials a short one", code: .nameType, acceptor: node(),
            initiator: .alone { DialledName(name: "a@localhost") }),
    ]

    // MARK: the first messages

    static let greeting: [TraceScenario] = [
        TraceScenario(
            name: "name with the wrong host", code: .name, acceptor: node(),
            initiator: .node(node()), dialled: "ALIVE@127.0.0.2"),
        TraceScenario(
            name: "flags are missing", code: .flags, acceptor: node(), initiator: .bytes(name(flags: 0x1_0000))),
        TraceScenario(
            name: "silence behind the name", code: .setupTimeout, acceptor: node(quick),
            initiator: .bytes(name(flags: 0x4_0307_0f94))),
    ]

    // MARK: TLS

    static let securing: [TraceScenario] = [
        // OTP compares names of a client's certificate only where it is told to, and has an allow list.
        TraceScenario(
            name: "certificate of the initiator for another host", code: .certificateName,
            acceptor: node("tlsv1.2") {
                $0.serverOptions = ["{verify_fun, {fun inet_tls_dist:verify_client/3, []}}"]
            },
            initiator: .node(
                node("tlsv1.2", []) {
                    try CertificateAuthority.issue(
                        CertificateProfile(
                            commonName: "other", dnsNames: ["other.example.com"], addresses: ["10.1.2.3"]))
                }),
            preparation: "net_kernel:allow(['somebody@else.example.com'])"),
        TraceScenario(
            name: "no certificate, tlsv1.2", code: .certificateRequired, acceptor: node("tlsv1.2"),
            initiator: .node(node("tlsv1.2") { $0.showsCertificate = false })),
        TraceScenario(
            name: "no certificate, tlsv1.3", code: .certificateRequired, acceptor: node("tlsv1.3"),
            initiator: .node(node("tlsv1.3") { $0.showsCertificate = false })),
        TraceScenario(
            name: "no TLS version in common", code: .tlsVersion, acceptor: node("tlsv1.2"),
            initiator: .node(node("tlsv1.3"))),
        TraceScenario(
            name: "no cipher suite in common", code: .tlsCipher,
            acceptor: node("tlsv1.2") { $0.serverOptions = ["{ciphers, [\"ECDHE-ECDSA-AES128-GCM-SHA256\"]}"] },
            initiator: .node(
                node("tlsv1.2") { $0.clientOptions = ["{ciphers, [\"ECDHE-ECDSA-AES256-GCM-SHA384\"]}"] })),
        // It fails before it connects.
        TraceScenario(
            name: "bad TLS option of the initiator", code: .tlsOptions,
            acceptor: node("tlsv1.2") { $0.clientOptions = ["{depth, many}"] },
            initiator: .alone {
                let peer = try ScriptedPeer([.stall])
                return try registered(peer.port, [peer])
            }),
        TraceScenario(
            name: "bad TLS option of the acceptor", code: .tlsOptions, codeOfInitiator: .tlsKey,
            acceptor: node("tlsv1.2"), initiator: .node(node("tlsv1.2")),
            // The node reads its file only at its start, and no trace could come in by then.
            preparation: """
                [{server, Options}] = ets:lookup(ssl_dist_opts, server),
                Bad = {server, [{depth, many} | Options]},
                Owner = ets:info(ssl_dist_opts, owner),
                {error, _} = supervisor:start_child(Owner, #{id => bad, start => {ets, insert, [ssl_dist_opts, Bad]}}),
                [{server, [{depth, many} | _]}] = ets:lookup(ssl_dist_opts, server)
                """),
    ]

    /// A name that epmd knows.
    private static func registered(_ port: UInt16, _ fixtures: [AnyObject] = []) throws -> DialledName {
        let entry = try RegisteredName(port: port)
        return DialledName(name: "\(entry.alive)@127.0.0.1", fixtures: fixtures + [entry])
    }

    /// The first message of a handshake, with these flags.
    private static func name(flags: UInt64) -> [UInt8] {
        let name = Array("stranger@127.0.0.1".utf8)
        let body =
            [UInt8(ascii: "N")] + withUnsafeBytes(of: flags.bigEndian) { Array($0) } + [0, 0, 0, 1]
            + [0, UInt8(name.count)] + name
        return [0, UInt8(body.count)] + body
    }
}
