import ErlangNode
import ErlcluTestSupport
import Testing

/// How much a peer with the cookie can have an erlclud keep: so many processes, and so many bytes that it does not take.
/// The peers speak the protocol of distribution by hand, in Erlang, and take nothing that they are not told to take.
@Suite(.waiting) struct DaemonHostedLimitTests {
    /// A node that plays the peers, and an erlclud.
    private struct Trial {
        let node: ErlangNodeFixture
        let daemon: DaemonFixture
        let peak: PeakMemory
        private let port: UInt16

        init() throws {
            node = try ErlangNodeFixture()
            daemon = try DaemonFixture()
            peak = PeakMemory(of: daemon.process)
            port = try daemon.port
        }

        /// What the peer's own PIDs and references are made of, and how it comes in, sends and takes.
        func evaluate(_ expression: String) throws -> String {
            let label = try #require(ProgramLabel(.feedMember))
            return try node.evaluate(
                """
                begin
                    Dial = fun(Name) ->
                        {ok, S} = gen_tcp:connect({127,0,0,1}, \(port), [binary, {active, false}, {packet, 2}]),
                        % All that this release can do, but PUBLISHED, the atom cache and fragments.
                        Flags = element(2, erts_internal:get_dflags()) band bnot (1 bor 16#2000 bor 16#800000),
                        ok = gen_tcp:send(S, <<$N, Flags:64, 7:32, (byte_size(Name)):16, Name/binary>>),
                        {ok, <<"sok">>} = gen_tcp:recv(S, 0),
                        {ok, <<$N, _:64, Challenge:32, _/binary>>} = gen_tcp:recv(S, 0),
                        Digest = erlang:md5(["\(DaemonFixture.cookie)", integer_to_list(Challenge)]),
                        ok = gen_tcp:send(S, <<$r, 1:32, Digest/binary>>),
                        {ok, <<$a, _/binary>>} = gen_tcp:recv(S, 0),
                        ok = inet:setopts(S, [{packet, 4}]),
                        Atom = <<119, (byte_size(Name)), Name/binary>>,
                        Pid = binary_to_term(<<131, 88, Atom/binary, 100:32, 0:32, 7:32>>),
                        Ref = fun(N) -> binary_to_term(<<131, 90, 3:16, Atom/binary, 7:32, N:32, 0:32, 0:32>>) end,
                        {S, Pid, Ref}
                    end,
                    Send = fun({S, _, _}, Control, Payload) ->
                        gen_tcp:send(S, [<<$p>>, term_to_binary(Control), Payload])
                    end,
                    Label = [{string, 0, "erlclu \(label.name) \(label.version)"}],
                    Spawn = fun({_, Pid, Ref} = Peer, N, Tag) ->
                        Arguments = [Label, #{'Client' => Pid, 'Tag' => Tag}, none],
                        Send(Peer, {29, Ref(N), Pid, Pid, {erl_eval, exprs, 3}, [monitor]}, term_to_binary(Arguments))
                    end,
                    % All that has come before the answer to a ping: what is asked is answered in order.
                    Take = fun({S, Pid, Ref} = Peer) ->
                        Call = {'$gen_call', {Pid, Ref(0)}, {is_auth, node()}},
                        ok = Send(Peer, {6, Pid, '', net_kernel}, term_to_binary(Call)),
                        Pong = {Ref(0), yes},
                        (fun Loop(Controls) ->
                            case gen_tcp:recv(S, 0, 30000) of
                                {ok, <<>>} -> Loop(Controls);
                                {ok, <<$p, Rest/binary>>} ->
                                    {Control, Used} = binary_to_term(Rest, [used]),
                                    case binary_part(Rest, Used, byte_size(Rest) - Used) of
                                        <<>> -> Loop([Control | Controls]);
                                        Payload ->
                                            case binary_to_term(Payload) of
                                                Pong -> Controls;
                                                _ -> Loop([Control | Controls])
                                            end
                                    end
                            end
                        end)([])
                    end,
                    % How many of those that were to be there are not over.
                    Living = fun(Controls) ->
                        length([1 || Control <- Controls, element(1, Control) =:= 31])
                            - length([1 || Control <- Controls, element(1, Control) =:= 28])
                    end,
                    _ = {Dial, Spawn, Take, Living},
                    \(expression)
                end
                """)
        }
    }

    /// 64 of one link, and 1,000 in all; a link that ends makes room.
    @Test func thereAreSoManyProcesses() throws {
        let trial = try Trial()
        let found = try trial.evaluate(
            """
            Fill = fun(Number) ->
                Peer = Dial(<<"peer", (integer_to_binary(Number))/binary, "@127.0.0.1">>),
                [ok = Spawn(Peer, N, tag) || N <- lists:seq(1, 100)],
                {Peer, Living(Take(Peer))}
            end,
            Filled = [Fill(Number) || Number <- lists:seq(1, 17)],
            [{{First, _, _}, _} | _] = Filled,
            gen_tcp:close(First),
            % It has gone when others find room.
            Again = (fun Loop(Number) ->
                case Fill(Number) of
                    {_, 0} -> Loop(Number + 1);
                    {_, Count} -> Count
                end
            end)(100),
            {[Count || {_, Count} <- Filled], Again}
            """)
        let full = Array(repeating: "64", count: 15).joined(separator: ",")
        #expect(found == "{[\(full),40,0],64}", "\(trial.daemon.process.standardError)")
        #expect(try trial.node.evaluate("net_adm:ping('\(trial.daemon.name)')") == "pong")
    }

    /// A process whose answers are not taken ends, and the memory is bounded: here each would be 4 MiB, 200 times.
    @Test func whatIsNotTakenIsNotKept() throws {
        let trial = try Trial()
        let found = try trial.evaluate(
            """
            Peer = Dial(<<"deaf@127.0.0.1">>),
            {S, _, _} = Peer,
            ok = Spawn(Peer, 1, binary:copy(<<"x">>, 4 bsl 20)),
            Process = (fun Loop() ->
                {ok, <<$p, Rest/binary>>} = gen_tcp:recv(S, 0, 30000),
                case binary_to_term(Rest) of
                    {31, _, _, _, Pid} -> Pid;
                    _ -> Loop()
                end
            end)(),
            Look = term_to_binary({erlclu, look, 60000}),
            register(deaf, spawn(fun() -> receive {Socket, go} -> receive stop -> gen_tcp:close(Socket) end end end)),
            Sent = [Send(Peer, {2, '', Process}, Look) || _ <- lists:seq(1, 200)],
            ok = gen_tcp:controlling_process(S, whereis(deaf)),
            deaf ! {S, go},
            lists:usort(Sent) -- [{error, closed}]
            """)
        #expect(found == "[ok]", "\(found)")
        #expect(try trial.node.evaluate("net_adm:ping('\(trial.daemon.name)')") == "pong")
        #expect(try trial.node.evaluate("rpc:call('\(trial.daemon.name)', erlang, is_alive, [])") == "true")
        #expect(trial.daemon.process.isRunning)
        #expect(trial.peak.bytes < DaemonFixture.memoryWithCookie, "\(trial.peak.bytes)")
    }

    /// The same with calls, whose arguments come back in the answer.
    @Test func answersThatAreNotTakenAreNotKept() throws {
        let trial = try Trial()
        let found = try trial.evaluate(
            """
            Peer = {S, Pid, Ref} = Dial(<<"deaf@127.0.0.1">>),
            Call = term_to_binary({'$gen_call', {Pid, Ref(1)}, {call, os, cmd, [binary:copy(<<"x">>, 1 bsl 20)], Pid}}),
            ok = inet:setopts(S, [{send_timeout, 30000}]),
            lists:usort([Send(Peer, {6, Pid, '', rex}, Call) || _ <- lists:seq(1, 500)])
            """)
        #expect(!found.contains("timeout"), "\(found)")
        #expect(try trial.node.evaluate("net_adm:ping('\(trial.daemon.name)')") == "pong")
        #expect(trial.daemon.process.isRunning)
        #expect(trial.peak.bytes < DaemonFixture.memoryWithCookie, "\(trial.peak.bytes)")
    }

    /// Each is larger than what an erlclud needs: in bytes, or in terms. It ends the link, and the log says why.
    @Test(arguments: [
        ("binary:copy(<<131>>, 33 bsl 20)", "bytes, where"),
        ("<<131, 108, (20 bsl 20):32, (binary:copy(<<106>>, 20 bsl 20))/binary, 106>>", "terms"),
    ])
    func aLargeMessageEndsItsLink(_ payload: String, _ reason: String) throws {
        let trial = try Trial()
        _ = try trial.evaluate(
            """
            Peer = {_, Pid, _} = Dial(<<"large@127.0.0.1">>),
            Send(Peer, {6, Pid, '', rex}, \(payload))
            """)
        let log = trial.daemon.process
        let down = "level=warning event=down peer=large@127.0.0.1 code=E-PROTOCOL reason="
        #expect(log.waitForOutput(containing: down, onError: true), "\(log.standardError)")
        #expect(
            log.standardError.split(separator: "\n").contains { $0.contains(down) && $0.contains(reason) },
            "\(log.standardError)")
        #expect(try trial.node.evaluate("net_adm:ping('\(trial.daemon.name)')") == "pong")
        #expect(trial.peak.bytes < DaemonFixture.memoryWithCookie, "\(trial.peak.bytes)")
    }

    /// The largest messages that it takes: the link stays, and the memory is bounded.
    @Test func largeMessagesAreBounded() throws {
        let trial = try Trial()
        let found = try trial.evaluate(
            """
            Peer = {_, Pid, _} = Dial(<<"large@127.0.0.1">>),
            Binary = term_to_binary(binary:copy(<<0>>, 31 bsl 20)),
            Count = 2 bsl 20 - 10,
            Terms = <<131, 108, Count:32, (binary:copy(<<106>>, Count))/binary, 106>>,
            [ok = Send(Peer, {6, Pid, '', rex}, Payload) || Payload <- [Binary, Terms, Binary, Terms]],
            Take(Peer)
            """)
        #expect(found == "[]", "\(trial.daemon.process.standardError)")
        #expect(trial.peak.bytes < DaemonFixture.memoryWithCookie, "\(trial.peak.bytes)")
    }

    /// Nor is a trace: what waits is dropped beyond a limit, and counted. This peer is there, and takes nothing until
    /// many have come by.
    @Test func aTraceThatIsNotTakenIsNotKept() throws {
        let trial = try Trial()
        let label = try #require(ProgramLabel(.traceDist))
        let found = try trial.evaluate(
            """
            Peer = {S, Pid, Ref} = Dial(<<"deaf@127.0.0.1">>),
            Arguments = [[{string, 0, "erlclu \(label.name) \(label.version)"}], #{'Client' => Pid, 'Tag' => tag,
                'Forms' => none, 'Max' => 1 bsl 30, 'Rate' => 10000, 'Silence' => 60000, 'Ttl' => 600000}, none],
            % So many at once that what the kernel keeps is full soon.
            Numbers = lists:seq(1, 40),
            [ok = Send(Peer, {29, Ref(N), Pid, Pid, {erl_eval, exprs, 3}, []}, term_to_binary(Arguments))
                || N <- Numbers],
            Item = fun(Time) ->
                case gen_tcp:recv(S, 0, Time) of
                    {ok, <<$p, Rest/binary>>} ->
                        {_, Used} = binary_to_term(Rest, [used]),
                        case binary_part(Rest, Used, byte_size(Rest) - Used) of
                            <<>> -> other;
                            Payload -> binary_to_term(Payload)
                        end;
                    {ok, _} -> other;
                    {error, timeout} -> none
                end
            end,
            Tracers = [(fun Loop() -> case Item(30000) of {tag, {tracing, P, _}} -> P; _ -> Loop() end end)()
                || _ <- Numbers],
            % A second is over with four of them.
            Second = fun() ->
                [ok = Send(Peer, {2, '', Tracer}, term_to_binary({erlclu, beat}))
                    || Tracer <- Tracers, _ <- lists:seq(1, 4)]
            end,
            % A node of a long name that can do nothing: much to report.
            Name = <<(binary:copy(<<"x">>, 240))/binary, "@127.0.0.1">>,
            [begin
                {ok, C} = gen_tcp:connect({127,0,0,1}, \(try trial.daemon.port),
                    [binary, {active, false}, {packet, 2}]),
                ok = gen_tcp:send(C, <<$N, 0:64, 7:32, (byte_size(Name)):16, Name/binary>>),
                {ok, <<"snot_allowed">>} = gen_tcp:recv(C, 0, 30000),
                gen_tcp:close(C)
            end || _ <- lists:seq(1, 400)],
            Second(),
            (fun Loop(Events, Idle) ->
                case Item(200) of
                    {tag, {dropped, Count}} -> {Events > 0, Count > 0};
                    {tag, {event, _, _, _}} -> Loop(Events + 1, 0);
                    none when Idle > 20 -> {Events, Idle};
                    none -> Second(), Loop(Events, Idle + 1);
                    _ -> Loop(Events, Idle)
                end
            end)(0, 0)
            """)
        #expect(found == "{true,true}", "\(found)\(trial.daemon.process.standardError)")
        #expect(trial.daemon.process.isRunning)
        #expect(trial.peak.bytes < DaemonFixture.memoryWithCookie, "\(trial.peak.bytes)")
    }
}
