#!/usr/bin/env escript
%%! -proto_dist inet_tls -start_epmd false -epmd_module verdict_epmd -kernel net_setuptime 5 -kernel prevent_overlapping_partitions false
%% What the clients of this OTP make of option files and certificates: distribution over TLS is asked, by
%% net_kernel:connect_node/1, with the options of each case.
%%
%% usage: verdicts.escript DIR
%% DIR has servers.terms, cases.terms and what certificates.sh makes. Prints the port of each server, then a verdict for
%% each case, then `done.`; serves until standard input ends.
-mode(compile).

main([Dir]) ->
    ok = file:set_cwd(Dir),
    logger:set_primary_config(level, none),
    load_name_server(),
    {ok, _} = application:ensure_all_started(ssl),
    register(verdicts, self()),
    persistent_term:put(verdict_case, 0),
    %% As ssl_dist_sup does with -ssl_dist_optfile.
    ets:new(ssl_dist_opts, [named_table, public]),
    {ok, Servers} = file:consult("servers.terms"),
    Ports = maps:from_list([{Name, serve(Options)} || {Name, Options} <- Servers]),
    [io:format("{~p, ~p}.~n", [Name, Port]) || {Name, Port} <- maps:to_list(Ports)],
    {ok, _} = net_kernel:start(['client@127.0.0.1', longnames]),
    {ok, Cases} = file:consult("cases.terms"),
    lists:foldl(fun(Case, N) -> io:format("~0p.~n", [verdict(Case, Ports, N)]), N + 1 end, 1, Cases),
    io:format("done.~n"),
    wait_for_end().

wait_for_end() ->
    case io:get_line("") of
        Line when is_list(Line) -> wait_for_end();
        _ -> ok
    end.

%% Every node is at this host, at the port of the server whose turn it is.
load_name_server() ->
    Source = [
        "-module(verdict_epmd).",
        "-compile(export_all).",
        "start_link() -> ignore.",
        "register_node(_, _) -> {ok, 1}.",
        "register_node(_, _, _) -> {ok, 1}.",
        "listen_port_please(_, _) -> {ok, 0}.",
        "names(_) -> {error, address}.",
        "port_please(_, _) -> {port, persistent_term:get(verdict_port), 6}.",
        "port_please(_, _, _) -> {port, persistent_term:get(verdict_port), 6}.",
        "address_please(_, _, _) -> {ok, {127,0,0,1}, persistent_term:get(verdict_port), 6}."
    ],
    Forms = [begin {ok, T, _} = erl_scan:string(L), {ok, F} = erl_parse:parse_form(T), F end || L <- Source],
    {ok, Module, Code} = compile:forms(Forms, []),
    {module, Module} = code:load_binary(Module, "nofile", Code).

%% What stands in servers.terms counts more. A session that is resumed would save the client its judgement.
serve(Options) ->
    Base = [{certfile, "node.crt"}, {keyfile, "node.key"}, {versions, ['tlsv1.2', 'tlsv1.3']}],
    Rest = [Option || {Key, _} = Option <- Base, not lists:keymember(Key, 1, Options)],
    Reuse = [{reuse_sessions, false} || proplists:get_value(versions, Options) =/= ['tlsv1.3']],
    {ok, Listener} = ssl:listen(0, [binary, {active, false}, {packet, 4}, {ip, {127,0,0,1}}, {reuseaddr, true},
                                    {backlog, 128}, {log_level, none} | Reuse ++ Rest ++ Options]),
    {ok, {_, Port}} = ssl:sockname(Listener),
    spawn_link(fun() -> accept(Listener) end),
    Port.

accept(Listener) ->
    {ok, Socket} = ssl:transport_accept(Listener),
    Pid = spawn(fun() -> receive go -> serve_one(Socket) end end),
    ok = ssl:controlling_process(Socket, Pid),
    Pid ! go,
    accept(Listener).

%% A client that sends its name has taken the certificate. It is answered that another attempt of its own has won.
serve_one(Socket0) ->
    Case = persistent_term:get(verdict_case),
    case ssl:handshake(Socket0, 3000) of
        {ok, Socket} ->
            case ssl:recv(Socket, 0, 3000) of
                {ok, <<Tag, _/binary>>} when Tag =:= $N; Tag =:= $n ->
                    {ok, Info} = ssl:connection_information(Socket, [protocol, selected_cipher_suite]),
                    Suite = ssl:suite_to_str(proplists:get_value(selected_cipher_suite, Info)),
                    verdicts ! {server, Case, {taken, proplists:get_value(protocol, Info), Suite}},
                    ssl:send(Socket, "snok"),
                    ssl:recv(Socket, 0, 1000);
                {error, Reason} -> failed(Case, Reason)
            end;
        {error, Reason} -> failed(Case, Reason)
    end.

%% Who sent the alert is in its words.
failed(Case, {tls_alert, {Alert, Words}}) ->
    By = case string:find(Words, "SERVER ALERT") of nomatch -> refused; _ -> no_agreement end,
    verdicts ! {server, Case, {By, Alert}};
failed(Case, _) ->
    verdicts ! {server, Case, closed}.

verdict({Name, Server, Host, Options}, Ports, N) ->
    persistent_term:put(verdict_port, maps:get(Server, Ports)),
    persistent_term:put(verdict_case, N),
    File = filename:absname("case.conf"),
    ok = file:write_file(File, ["[{client, [", Options, "]}].\n"]),
    try ssl_dist_sup:consult(File) of
        [{client, List}] ->
            ets:insert(ssl_dist_opts, {client, List}),
            %% Another node each time: nothing is left of the attempt before.
            Node = list_to_atom("n" ++ integer_to_list(N) ++ "@" ++ Host),
            Self = self(),
            spawn(fun() -> net_kernel:connect_node(Node), Self ! {connected, N} end),
            {Name, await(N)}
    catch
        _:_ -> {Name, no_file}
    end.

%% What the server says counts; an attempt that comes to its end without a word of it had options that ssl refuses.
await(N) ->
    receive
        {server, N, Verdict} -> Verdict;
        {connected, N} -> receive {server, N, Verdict} -> Verdict after 500 -> no_connection end
    end.
