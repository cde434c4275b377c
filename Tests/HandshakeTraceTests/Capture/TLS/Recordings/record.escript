#!/usr/bin/env escript
%% Records TLS connections between openssl's client and openssl's or OTP's server, with their secrets: one file a
%% connection, "> HEX" and "< HEX" for the bytes of the initiator and the acceptor as they came, "= LINE" for the lines
%% of the key log. Needs openssl 3.0 and OTP 25.
%%   escript record.escript [NAME...]
-mode(compile).

main(Names) ->
    {ok, _} = application:ensure_all_started(ssl),
    Here = filename:dirname(filename:absname(escript:script_name())),
    Dir = string:trim(os:cmd("mktemp -d")),
    ok = file:set_cwd(Dir),
    certificates(),
    [record(Here, C) || C <- cases(), Names =:= [] orelse lists:member(element(1, C), Names)],
    os:cmd("rm -r " ++ Dir).

certificates() ->
    Make = fun(Name, Subject, Extra) ->
        os:cmd("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '" ++ Subject
               ++ "' -keyout " ++ Name ++ ".key -out " ++ Name ++ ".pem " ++ Extra)
    end,
    Make("ca", "/CN=recorded ca", ""),
    [Make(N, "/CN=" ++ N, "-CA ca.pem -CAkey ca.key -addext subjectAltName=DNS:localhost") || N <- ["node", "tool"]],
    Make("stranger", "/CN=stranger", "").

-define(Mutual, " -cert tool.pem -key tool.key").
-define(Asks, " -Verify 2 -CAfile ca.pem -verify_return_error").

%% {Name, Server, Client, what the client is typed}
cases() ->
    Say = "sleep 0.4; echo hello; sleep 0.3; echo Q",
    [{"tls12-gcm", "-rev -tls1_2" ?Asks, "-cipher ECDHE-ECDSA-AES256-GCM-SHA384" ?Mutual, Say},
     {"tls12-gcm128", "-rev -tls1_2", "-cipher ECDHE-ECDSA-AES128-GCM-SHA256", Say},
     {"tls12-ccm", "-rev -tls1_2 -cipher ALL", "-cipher ECDHE-ECDSA-AES128-CCM", Say},
     {"tls12-ccm8", "-rev -tls1_2 -cipher ALL", "-cipher ECDHE-ECDSA-AES256-CCM8", Say},
     {"tls12-chacha", "-rev -tls1_2", "-cipher ECDHE-ECDSA-CHACHA20-POLY1305", Say},
     {"tls12-cbc-etm", "-rev -tls1_2", "-cipher ECDHE-ECDSA-AES128-SHA256", Say},
     {"tls12-cbc-etm-sha1", "-rev -tls1_2", "-cipher ECDHE-ECDSA-AES256-SHA", Say},
     {"tls12-renegotiation", "-rev -tls1_2 -client_renegotiation", "-cipher ECDHE-ECDSA-AES256-GCM-SHA384",
      "sleep 0.4; echo hello; sleep 0.3; echo R; sleep 0.4; echo again; sleep 0.3; echo Q"},
     {"tls12-resumed", "-rev -tls1_2", {session, "-sess_in session"}, Say},
     {"tls12-unknown-ca", "-rev -tls1_2" ?Asks, "-cert stranger.pem -key stranger.key", "sleep 0.6; echo Q"},
     {"tls12-refused-server", "-rev -tls1_2 -cert stranger.pem -key stranger.key", "-verify_return_error", "sleep 0.6"},
     {"tls12-no-version", "-rev -tls1_3", "-tls1_2", "sleep 0.6"},
     {"tls11", "-rev -tls1_1 -cipher ALL:@SECLEVEL=0", "-tls1_1 -cipher ALL:@SECLEVEL=0", Say},
     {"tls13-aes256", "-rev -tls1_3" ?Asks, "-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384" ?Mutual, Say},
     {"tls13-aes128", "-rev", "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256", Say},
     {"tls13-chacha", "-rev", "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256", Say},
     {"tls13-ccm8", "-rev -ciphersuites TLS_AES_128_CCM_8_SHA256", "-ciphersuites TLS_AES_128_CCM_8_SHA256", Say},
     {"tls13-retry", "-rev -groups P-384", "-groups X25519:P-384", Say},
     {"tls13-key-update", "-rev", "",
      "sleep 0.4; echo hello; sleep 0.3; echo k; sleep 0.3; echo again; sleep 0.3; echo K; sleep 0.3; echo last; "
      "sleep 0.3; echo Q"},
     {"tls13-resumed", "-rev", {session, "-sess_in session"}, Say},
     {"tls13-early", "-early_data", {session, "-sess_in session -early_data ca.pem"}, Say},
     {"tls13-early-refused", "-rev", {session, early, "-sess_in session -early_data ca.pem"}, Say},
     {"tls13-unknown-ca", "-rev" ?Asks, "-cert stranger.pem -key stranger.key", "sleep 0.6; echo Q"},
     {"tls13-refused-server", "-rev -cert stranger.pem -key stranger.key", "-verify_return_error", "sleep 0.6"},
     {"otp-tls12-cbc", {['tlsv1.2'], "ECDHE-ECDSA-AES256-SHA384"}, "", Say},
     {"otp-tls12-cbc-sha1", {['tlsv1.2'], "ECDHE-ECDSA-AES128-SHA"}, "", Say},
     {"otp-tls13", {['tlsv1.3'], "TLS_AES_256_GCM_SHA384"}, "", Say}].

%% A session to go on with, from the same server; for early data to be refused, from another one.
record(Here, {Name, Server, {session, Client}, Input}) ->
    Port = serve(Server),
    session(Port),
    record(Here, Name, Port, Client, Input);
record(Here, {Name, Server, {session, early, Client}, Input}) ->
    session(serve("-early_data")),
    stop(get(server)),
    record(Here, Name, serve(Server), Client, Input);
record(Here, {Name, Server, Client, Input}) ->
    record(Here, Name, serve(Server), Client, Input).

session(Port) ->
    os:cmd("(sleep 0.5; echo Q) | timeout 10 openssl s_client -connect 127.0.0.1:" ++ integer_to_list(Port)
           ++ " -sess_out session 2>&1").

record(Here, Name, Target, Client, Input) ->
    Keys = Name ++ ".keys",
    {ok, Listen} = gen_tcp:listen(0, [binary, {active, false}, {ip, {127, 0, 0, 1}}]),
    {ok, Port} = inet:port(Listen),
    Self = self(),
    Proxy = spawn_link(fun() -> proxy(Self, Listen, Target) end),
    ok = gen_tcp:controlling_process(Listen, Proxy),
    os:cmd(lists:flatten(io_lib:format(
        "(~s) | timeout 10 openssl s_client -connect 127.0.0.1:~b -servername localhost -CAfile ca.pem -keylogfile ~s ~s 2>&1",
        [Input, Port, Keys, Client]))),
    Chunks = receive {chunks, C} -> C after 10000 -> exit({no_chunks, Name}) end,
    unlink(Proxy),
    exit(Proxy, kill),
    stop(get(server)),
    KeyLines = case file:read_file(Keys) of
        {ok, Text} -> [["= ", L, "\n"] || <<First, _/binary>> = L <- binary:split(Text, <<"\n">>, [global]), First =/= $#];
        _ -> []
    end,
    Lines = [[Direction, " ", string:lowercase(binary:encode_hex(B)), "\n"] || {Direction, B} <- Chunks],
    ok = file:write_file(filename:join(Here, Name ++ ".tls"), [Lines, KeyLines]),
    io:format("~s: ~b chunks~n", [Name, length(Chunks)]).

serve({Versions, Suite}) ->
    Map = ssl_cipher_format:suite_openssl_str_to_map(Suite),
    {ok, L} = ssl:listen(0, [binary, {active, false}, {certfile, "node.pem"}, {keyfile, "node.key"},
                             {versions, Versions}, {ciphers, [Map]}]),
    put(server, {ssl, L}),
    {ok, {_, Port}} = ssl:sockname(L),
    spawn(fun() ->
        {ok, S0} = ssl:transport_accept(L),
        case ssl:handshake(S0) of
            {ok, S} -> echo(S);
            Error -> io:format("~p~n", [Error])
        end
    end),
    Port;
serve(Options) ->
    {ok, L} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}]),
    {ok, Port} = inet:port(L),
    gen_tcp:close(L),
    Certificate = case string:find(Options, "-cert ") of nomatch -> " -cert node.pem -key node.key "; _ -> " " end,
    Command = "exec openssl s_server -accept 127.0.0.1:" ++ integer_to_list(Port) ++ Certificate ++ Options,
    P = open_port({spawn_executable, "/bin/sh"}, [{args, ["-c", Command]}, binary, stderr_to_stdout]),
    put(server, {port, P}),
    timer:sleep(300),
    Port.

echo(S) ->
    case ssl:recv(S, 0) of
        {ok, Bytes} -> ssl:send(S, Bytes), echo(S);
        _ -> ssl:close(S)
    end.

stop({ssl, L}) -> ssl:close(L);
stop({port, P}) ->
    {os_pid, Pid} = erlang:port_info(P, os_pid),
    os:cmd("kill " ++ integer_to_list(Pid)),
    catch port_close(P).

proxy(Parent, Listen, Target) ->
    {ok, Here} = gen_tcp:accept(Listen),
    {ok, There} = gen_tcp:connect("127.0.0.1", Target, [binary, {active, true}]),
    inet:setopts(Here, [{active, true}]),
    Parent ! {chunks, relay(Here, There, [])}.

relay(Here, There, Chunks) ->
    receive
        {tcp, Here, B} -> gen_tcp:send(There, B), relay(Here, There, [{$>, B} | Chunks]);
        {tcp, There, B} -> gen_tcp:send(Here, B), relay(Here, There, [{$<, B} | Chunks]);
        {tcp_closed, From} ->
            To = case From of Here -> There; _ -> Here end,
            gen_tcp:shutdown(To, write),
            rest(To, case From of Here -> $<; _ -> $> end, Chunks)
    end.

rest(Socket, Direction, Chunks) ->
    receive
        {tcp, Socket, B} -> rest(Socket, Direction, [{Direction, B} | Chunks]);
        {tcp_closed, Socket} -> lists:reverse(Chunks)
    after 1500 -> lists:reverse(Chunks)
    end.
