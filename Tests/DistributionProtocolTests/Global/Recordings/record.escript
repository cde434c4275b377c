#!/usr/bin/env escript
%%! -name m@127.0.0.1 -setcookie recorded
%% Records what global_name_server of one node and its locker get and send while that node joins others: first one of its
%% own release, then two of another one, with names, of which both sides have one. Then names come and go, and a node dies.
%% One file a release, with a line for each event: a term in the external format, in hexadecimal digits.
%%   {node, Release of the others, Name, Locker}     the first line
%%   {up, Node} | {down, Node}
%%   {server, Message} | {locker, Message}           what comes for them
%%   {sent, Node, Message} | {told, Node, Message}   to global_name_server of the node, or to a process there
%% Needs OTP 25, an epmd, and an erl of the other release:
%%   escript record.escript 23 chroot /some/root erl
-mode(compile).

main([Release | Command]) ->
    File = filename:join(filename:dirname(filename:absname(escript:script_name())), "otp" ++ Release ++ ".global"),
    Y = start(["erl"], "y"),
    %% The node with the lower name settles conflicts: in half of the files that is the one that is recorded.
    {One, Other} = case list_to_integer(Release) rem 4 of 3 -> {"z", "zz"}; _ -> {"a", "b"} end,
    A = start(Command, One),
    B = start(Command, Other),
    Register = fun(Peer, Name) ->
        run(Peer, "yes = global:register_name(" ++ Name ++ ", spawn(fun() -> receive after infinity -> ok end end))")
    end,
    Register(Y, "{name, #{by => y, at => 1}}"),
    Register(Y, "clash"),
    run(A, "true = net_kernel:connect_node(" ++ name(Other) ++ ")"),
    run(A, "ok = global:sync()"),
    Register(A, "clash"),
    Register(B, "[name, \"of\", b]"),

    Server = whereis(global_name_server),
    Locker = global:get_locker(),
    Flags = ['receive', send, set_on_spawn, {tracer, self()}],
    1 = erlang:trace(Server, true, Flags),
    1 = erlang:trace(Locker, true, Flags),
    true = net_kernel:connect_node(atom(Y)),
    until(fun() -> known() =:= 1 end),
    true = net_kernel:connect_node(atom(A)),
    until(fun() -> known() =:= 3 end),
    run(A, "Lock = {some, self()}, Nodes = ['m@127.0.0.1'], true = global:set_lock(Lock, Nodes), true = global:del_lock(Lock, Nodes)"),
    Register(A, "late"),
    run(B, "global:unregister_name([name, \"of\", b])"),
    run(B, "halt()"),
    until(fun() -> known() =:= 2 end),
    timer:sleep(1000),
    erlang:trace(all, false, [all]),
    Events = [{node, list_to_integer(Release), node(), Locker} | events(Server, Locker)],
    ok = file:write_file(File, [[binary:encode_hex(term_to_binary(E)), $\n] || E <- Events]),
    halt().

known() -> length(gen_server:call(global_name_server, get_known)).

until(Is) ->
    timer:sleep(500),
    Is() andalso ets:tab2list(global_locks) =:= [] orelse until(Is).

name(Alive) -> "'" ++ Alive ++ "@127.0.0.1'".
atom({Alive, _}) -> list_to_atom(Alive ++ "@127.0.0.1").

start(Command, Alive) ->
    Loop = "(fun Loop() -> case io:get_line([]) of eof -> halt(); Line -> {ok, Tokens, _} = erl_scan:string(Line), "
        "{ok, Forms} = erl_parse:parse_exprs(Tokens), erl_eval:exprs(Forms, []), io:put_chars(\"done\\n\"), Loop() end end)().",
    Words = Command ++ ["-noshell", "-name", Alive ++ "@127.0.0.1", "-setcookie", "recorded", "-eval", Loop],
    Port = open_port({spawn_executable, "/usr/bin/env"}, [{args, Words}, {line, 1000}, exit_status]),
    run({Alive, Port}, "ok"),
    {Alive, Port}.

run({_, Port}, Expression) ->
    port_command(Port, [Expression, ".\n"]),
    (fun Wait() ->
        receive
            {Port, {data, {eol, "done"}}} -> ok;
            {Port, {data, _}} -> Wait();
            {Port, {exit_status, _}} -> ok
        end
    end)().

events(Server, Locker) ->
    receive
        {trace, Server, 'receive', {nodeup, Node, _}} -> [{up, Node} | events(Server, Locker)];
        {trace, Server, 'receive', {nodedown, Node, _}} -> [{down, Node} | events(Server, Locker)];
        {trace, Server, 'receive', Message} -> [{server, Message} || is_foreign(Message)] ++ events(Server, Locker);
        {trace, Locker, 'receive', {lock_set, Pid, _, _} = Message} when node(Pid) =/= node() ->
            [{locker, Message} | events(Server, Locker)];
        {trace, Locker, 'receive', {Tag, Reply}} when is_boolean(Reply) ->
            [{locker, {Tag, Reply}} | events(Server, Locker)];
        {trace, _, send, Message, {global_name_server, Node}} when Node =/= node() ->
            [{sent, Node, Message} | events(Server, Locker)];
        {trace, _, send, Message, To} when is_pid(To), node(To) =/= node(); is_reference(To), node(To) =/= node() ->
            [{told, node(To), Message} || is_protocol(Message)] ++ events(Server, Locker);
        _ -> events(Server, Locker)
    after 0 -> []
    end.

is_protocol({lock_set, _, _, _}) -> true;
is_protocol({Tag, Reply}) when is_atom(Reply), not is_atom(Tag) -> true;
is_protocol(_) -> false.

%% What comes from other nodes. Who has sent it is not said in a trace.
is_foreign({'$gen_call', {Pid, _}, _}) -> node(Pid) =/= node();
is_foreign({'$gen_cast', {lock_is_set, _, _, _}}) -> false;
is_foreign({'$gen_cast', {exchange_ops, _, _, _, _}}) -> false;
is_foreign({'$gen_cast', {init_connect, _, Node, _}}) -> Node =/= node();
is_foreign({'$gen_cast', _}) -> true;
is_foreign({'DOWN', _, process, Pid, _}) when is_pid(Pid) -> node(Pid) =/= node();
is_foreign(Message) when is_tuple(Message) ->
    lists:member(element(1, Message), [init_connect_ack, cancel_connect, lost_connection, remove_connection]);
is_foreign(_) -> false.
