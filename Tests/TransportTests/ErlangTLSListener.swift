import ErlcluTestSupport
import Foundation

/// OTP's own ssl as an acceptor: one runtime, one port for each certificate and version. It demands a certificate,
/// sends "hello" when the handshake is done and echoes what it gets.
final class ErlangTLSListener {
    private let process: ChildProcess

    init(_ certificates: [IssuedCertificate]) throws {
        let rows = certificates.map { "{\"\($0.certificateFile)\", \"\($0.keyFile)\", \"\($0.authorityFile)\"}" }
        let program = """
            {ok, _} = application:ensure_all_started(ssl),
            logger:set_primary_config(level, none),
            Echo = fun Echo(S) ->
                case ssl:recv(S, 0) of {ok, B} -> ssl:send(S, B), Echo(S); _ -> ssl:close(S) end end,
            Serve = fun(S0) ->
                case ssl:handshake(S0, 10000) of {ok, S} -> ssl:send(S, <<"hello">>), Echo(S); _ -> ok end end,
            Accept = fun Accept(L) ->
                {ok, S} = ssl:transport_accept(L),
                P = spawn(fun() -> receive go -> Serve(S) end end),
                ok = ssl:controlling_process(S, P), P ! go, Accept(L) end,
            [begin
                Self = self(),
                spawn(fun() ->
                    {ok, L} = ssl:listen(0, [binary, {active, false}, {ip, {127,0,0,1}}, {versions, [V]},
                        {certfile, C}, {keyfile, K}, {cacertfile, A}, {verify, verify_peer},
                        {fail_if_no_peer_cert, true}]),
                    {ok, {_, Port}} = ssl:sockname(L),
                    Self ! Port,
                    Accept(L) end),
                receive Port -> io:format("port ~b~n", [Port]) end
             end || V <- ['tlsv1.2', 'tlsv1.3'], {C, K, A} <- [\(rows.joined(separator: ", "))]],
            io:format("ready~n"), receive never -> ok end.
            """
        process = try ChildProcess("erl", ["-noshell", "-noinput", "-boot", "start_clean", "-eval", program])
        guard process.waitForOutput(containing: "ready") else {
            throw FixtureFailure("erl: \(process.standardOutput)\(process.standardError)")
        }
        ports = process.standardOutput.split(separator: "\n").compactMap {
            $0.hasPrefix("port ") ? UInt16($0.dropFirst(5)) : nil
        }
    }

    /// For TLS 1.2 in the certificates' order, then for 1.3.
    let ports: [UInt16]

    func stop() { process.terminate() }
}
