#!/usr/bin/env escript
%% -*- erlang -*-
%%! -noinput -start_epmd false -erl_epmd_port 0
%% check_programs.escript DIRECTORY: runs DIRECTORY/{eval,each_member,snapshot,status,checkup,expand,iex,reach,trace_dist,feed,feed_member,familiar,lead}.etf, lists of forms with their
%% preamble, by erl_eval in this emulator. Prints what differs from what is written here; exit status 1 if anything.
-module(check_programs).
-export([main/1, log/2]).
-mode(compile).

main([Directory]) ->
    process_flag(trap_exit, true),
    erlang:put(forms, maps:from_list([{Name, forms(Directory, Name)} || Name <- [eval, each_member, snapshot, status, checkup, expand, iex, reach, trace_dist, feed, feed_member, familiar, lead,
                                                                       host_keys]])),
    _ = items(eval, evaluation(<<"io:format(\"warm\"), foo().">>)),
    %% OTP's own resolver starts at its first use.
    _ = inet:getaddr("localhost", inet),
    timer:sleep(100),
    Before = processes(),
    Wrong = lists:append([check(Case) || Case <- expressions()]) ++ owner_lost() ++ interrupted() ++ no_console()
        ++ relayed() ++ feeds() ++ facts() ++ expansions() ++ leads() ++ traces(),
    timer:sleep(100),
    Left = [{left, Pid, process_info(Pid)} || Pid <- processes() -- Before, is_process_alive(Pid)],
    [io:format("~tp~n", [What]) || What <- Wrong ++ Left],
    halt(case Wrong ++ Left of [] -> 0; _ -> 1 end).

log(Event, #{config := Pid}) -> Pid ! {logged, Event}.

forms(Directory, Name) ->
    {ok, Bytes} = file:read_file(filename:join(Directory, atom_to_list(Name) ++ ".etf")),
    binary_to_term(Bytes).

expressions() ->
    Hole = "receive never -> ok end",
    [{"node()", [{value, node()}]},
     {"X = 1, X + 1.", [{value, 2}]},
     {"X = 1.\nY = X + 1. X + Y", [{value, 3}]},
     {"1.\nb c.", fun([{syntax, 2, 3, _}]) -> true end},
     {"maps:get(a, #{a => \"\x{44f}\"})", [{value, [16#44f]}]},
     {"Emit", [{syntax, 1, 1, <<"variable 'Emit' is unbound">>}]},
     {"lists:map(", fun([{syntax, 1, 11, _}]) -> true end},
     {"a\n  b", [{syntax, 2, 3, <<"syntax error before: b">>}]},
     {"\"abc", fun([{syntax, 1, _, _}]) -> true end},
     {"", fun([{syntax, _, _, _}]) -> true end},
     {"1/0.", fun([{exception, error, <<"** exception error: an error occurred when evaluating", _/binary>>, badarith}]) -> true end},
     {"throw(x).", [{exception, throw, <<"** exception throw: x">>, x}]},
     {"exit(bye).", [{exception, exit, <<"** exception exit: bye">>, bye}]},
     {"erlang:error(foo).", [{exception, error, <<"** exception error: foo">>, foo}]},
     {"no:where().", [{exception, error, <<"** exception error: undefined function no:where/0">>, undef}]},
     {"nowhere().", fun([{exception, error, <<"** exception error: undefined shell command nowhere/0">>, _}]) -> true end},
     {"1 = 2.", [{exception, error, <<"** exception error: no match of right hand side value 2">>, {badmatch, 2}}]},
     {"io:format(\"~ts\", [[1103]]), io:put_chars(standard_io, <<\"a\">>).",
      [{output, <<"я"/utf8>>}, {output, <<"a">>}, {value, ok}]},
     {"io:columns()", [{value, {ok, 80}}]},
     {"io:rows()", [{value, {error, enotsup}}]},
     {"io:get_line(\"?\")", [{value, eof}]},
     {"io:read(\"?\")", [{value, eof}]},
     {"io:getopts()", [{value, [{binary, true}, {echo, false}, {encoding, unicode}]}]},
     {"io:setopts([{encoding, unicode}])", [{value, ok}]},
     {"io:request(group_leader(), nonsense)", [{value, {error, request}}]},
     {"io:request(group_leader(), {requests, [{put_chars, unicode, \"a\"}, {put_chars, unicode, io_lib, format, [\"b\", []]}]})",
      [{output, <<"a">>}, {output, <<"b">>}, {value, ok}]},
     {"io:request(group_leader(), {put_chars, unicode, lists, reverse, [\"ab\"]})", [{output, <<"ba">>}, {value, ok}]},
     {"io:request(group_leader(), {put_chars, unicode, [-1]})", [{value, {error, {put_chars, unicode, [-1]}}}]},
     {"io:put_chars(binary:copy(<<\"é\"/utf8>>, 100001))",
      fun(Items) ->
          Parts = [Part || {output, Part} <- Items],
          lists:last(Items) =:= {value, ok} andalso length(Parts) =:= 4
              andalso lists:all(fun(Part) -> byte_size(Part) =< 65536 andalso is_list(unicode:characters_to_list(Part)) end, Parts)
              andalso iolist_to_binary(Parts) =:= binary:copy(<<"é"/utf8>>, 100001)
      end},
     {"byte_size(binary:copy(<<0>>, 20000000))", [{value, 20000000}]},
     {"exit(self(), kill), " ++ Hole, [{exit, <<"** exception exit: killed">>}]},
     {"spawn_link(fun() -> exit(foo) end), " ++ Hole, [{exit, <<"** exception exit: foo">>}]},
     {"exit(group_leader(), foo), 3", [{value, 3}]},
     {"exit(group_leader(), kill), " ++ Hole, []},
     {"group_leader() ! junk, group_leader() ! {io_request, self(), 1, {get_geometry, columns}}, receive M -> M end",
      [{value, {io_reply, 1, 80}}]},
     {"spawn_link(fun() -> receive never -> ok end end), ok", [{value, ok}]},
     {"[spawn_monitor(fun() -> io:format(\"x\") end) || _ <- lists:seq(1, 500)], "
      "[receive {'DOWN', _, _, _, normal} -> ok end || _ <- lists:seq(1, 500)], done",
      fun(Items) -> lists:last(Items) =:= {value, done} andalso length(Items) =:= 501 end}].

check({Source, Expected}) ->
    Items = items(eval, evaluation(unicode:characters_to_binary(Source))),
    Same = try is_list(Expected) andalso Items =:= Expected orelse is_function(Expected) andalso Expected(Items)
           catch _:_ -> false end,
    [{wrong, Source, Items} || not Same].

evaluation(Source) ->
    [{'Interpret', erlang}, {'Src', Source}, {'Width', 80}].

start(Program, Bindings) ->
    Tag = make_ref(),
    All = lists:sort([{'Client', self()}, {'Tag', Tag} | Bindings]),
    {Tag, spawn_opt(erl_eval, exprs, [maps:get(Program, erlang:get(forms)), All, none], [link])}.

items(Program, Bindings) ->
    collect(start(Program, Bindings)).

collect({Tag, Pid} = Run) ->
    receive
        {Tag, Item} -> [Item | collect(Run)];
        {'EXIT', Pid, _} -> []
    after 5000 -> exit(Pid, kill), [stuck]
    end.

%% An endless evaluation that traps exits and writes without end dies with its owner.
owner_lost() ->
    Source = <<"process_flag(trap_exit, true), register(check_programs_endless, self()), "
               "L = fun L() -> io:put_chars(\"x\"), L() end, L().">>,
    Forms = maps:get(eval, erlang:get(forms)),
    {Owner, Watch} = spawn_monitor(fun() ->
        erlang:put(forms, #{eval => Forms}),
        {Tag, _} = start(eval, evaluation(Source)),
        receive {Tag, {output, _}} -> exit(noconnection) end
    end),
    receive {'DOWN', Watch, _, Owner, noconnection} -> ok end,
    until(fun() -> whereis(check_programs_endless) =:= undefined end, 1000, survived_its_owner).

interrupted() ->
    {Tag, Pid} = start(eval, evaluation(<<"io:put_chars(\"on\"), receive never -> ok end">>)),
    receive {Tag, {output, <<"on">>}} -> exit(Pid, interrupt) end,
    [{wrong, interrupt, Items} || Items <- [collect({Tag, Pid})], Items =/= [{interrupted}]].

until(Done, Left, What) ->
    case Done() of
        true -> [];
        false when Left =< 0 -> [What];
        false -> timer:sleep(10), until(Done, Left - 10, What)
    end.

%% Nothing of an evaluation that fails reaches the log.
no_console() ->
    Self = self(),
    ok = logger:add_handler(check_programs, ?MODULE, #{config => Self}),
    [items(eval, evaluation(Source)) || Source <- [<<"1/0">>, <<"exit(self(), kill), receive x -> x end">>, <<"exit(x)">>]],
    ok = logger:remove_handler(check_programs),
    receive {logged, Event} -> [{logged, Event}] after 0 -> [] end.

relayed() ->
    Relay = fun(Source, Nodes, Limit) ->
        items(each_member, [{'Extra', evaluation(Source)}, {'Forms', maps:get(eval, erlang:get(forms))},
                            {'Hidden', true}, {'Limit', Limit}, {'Nodes', Nodes}])
    end,
    Me = node(),
    [{wrong, relayed, What, Items}
     || {What, Items, Expected} <-
            [{all, Relay(<<"1">>, all, infinity),
              [{members, [Me]}, {member, Me, {value, 1}}, {member_down, Me, normal}, {done}]},
             {absent, Relay(<<"1">>, [absent@nowhere], 1000),
              [{members, [absent@nowhere]}, {member_down, absent@nowhere, noconnection}, {done}]},
             {slow, Relay(<<"receive never -> ok end">>, all, 50),
              [{members, [Me]}, {member_timeout, Me}, {done}]}],
        Items =/= Expected].

%% The looks of a feed, on this emulator alone, and how it ends.
feeds() ->
    Me = node(),
    Feed = fun(Interval, Silence) ->
        All = erlang:get(forms),
        {Tag, _} = Run = start(feed, [{'Forms', maps:get(feed_member, All)}, {'Interval', Interval}, {'Silence', Silence},
                                      {'Snapshot', maps:get(snapshot, All)}]),
        receive {Tag, {feed, Pid}} -> {Run, Pid} after 5000 -> exit(no_feed) end
    end,
    {Run1, _} = Feed(100, 1500),
    Silent = collect(Run1),
    {{Tag2, _}, Pid2} = Feed(60000, 60000),
    Next = fun() -> receive {Tag2, Item} -> Item after 5000 -> stuck end end,
    First = [Next() || _ <- lists:seq(1, 3)],
    Asked = [begin Pid2 ! {erlclu, look}, [Next(), Next()] end || _ <- [1, 2]],
    Pid2 ! {erlclu, beat},
    Beat = Next(),
    Pid2 ! {erlclu, interval, 100},
    Sooner = [Next(), Next()],
    %% One that is killed is begun again.
    [Helper] = [P || P <- processes(), {dictionary, D} <- [process_info(P, dictionary)],
                     lists:member({'$initial_call', {erlclu, feed_member, 0}}, D)],
    exit(Helper, kill),
    %% After how many looks: it may be killed during one of them.
    Killed = fun Until(Looks) ->
        case Next() of
            {member_down, Me, killed} -> Until(0);
            {look, _, _} -> Until(Looks + 1);
            {member, Me, {facts, _, _}} -> Looks;
            {member, _, _} -> Until(Looks);
            Other -> Other
        end
    end,
    Again = Killed(0),
    unlink(Pid2),
    exit(Pid2, kill),
    [{wrong, feed, What, Items}
     || {What, Items, Expected} <-
            [{silence, Silent,
              fun([{members, [N]}, {look, 1, 0}, {member, N, {facts, Us, {snapshot, #{node := N}}}}, {look, 2, Relayed},
                   {member, N, {vitals, _, _, _, _, _}} | Rest]) when N =:= Me, Us > 0, Relayed > 0 ->
                  lists:last(Rest) =:= {silence}
              end},
             {first, First, fun([{members, [N]}, {look, 1, 0}, {member, N, {facts, _, _}}]) when N =:= Me -> true end},
             %% A whole snapshot in which nothing is new.
             {look, Asked, fun([[{look, 2, _}, {member, N, {vitals, _, _, _, _, _}}], [{look, 3, _}, _]]) when N =:= Me -> true end},
             {beat, Beat, fun({beat}) -> true end},
             {sooner, Sooner, fun([{look, 4, _}, {member, _, {vitals, _, _, _, _, _}}]) -> true end},
             {again, Again, fun(1) -> true end}],
        not (try Expected(Items) catch _:_ -> false end)] ++ stood_still().

%% A node that has stood still for longer than a member's patience answers what it was asked meanwhile: that is read a
%% moment after all timers have run out.
stood_still() ->
    {Tag, Pid} = start(feed_member, [{'Snapshot', maps:get(snapshot, erlang:get(forms))}]),
    Next = fun() -> receive {Tag, Item} -> element(1, Item); {'EXIT', Pid, Why} -> Why after 5000 -> stuck end end,
    First = Next(),
    Shell = open_port({spawn_executable, "/bin/sh"},
                      [{args, ["-c", "read go; kill -STOP $0; sleep 4; kill -CONT $0; echo over", os:getpid()]}]),
    Pid ! {erlclu, look, 2000},
    Second = Next(),
    port_command(Shell, "go\n"),
    receive {Shell, {data, _}} -> receive after 100 -> ok end end,
    Pid ! {erlclu, look, 500},
    Third = Next(),
    %% Nobody asks any more.
    End = Next(),
    catch port_close(Shell),
    case [First, Second, Third, End] of
        [facts, vitals, vitals, shutdown] -> [];
        Other -> [{wrong, stood_still, Other}]
    end.

facts() ->
    Me = node(),
    Status = case items(status, []) of
        [{status, #{node := Me, rex := true, applications := [_ | _], boot := {_, _}, run_queues := [_ | _],
                    schedulers := {_, _, _}, memory_kinds := [_, _, _, _, _, _], alarms := undefined}}] -> [];
        Other -> [{wrong, status, Other}]
    end,
    Nobody = <<"nobody@nowhere.check_programs">>,
    Names = [<<"kernel">>, Nobody, <<255>>, <<>>, atom_to_binary(Me, utf8)],
    Familiar = case {items(familiar, [{'Names', Names}]), catch binary_to_existing_atom(Nobody, utf8)} of
        {[{familiar, [<<"kernel">>, <<>>, _]}], {'EXIT', _}} -> [];
        Others -> [{wrong, familiar, Others}]
    end,
    HostKeys = case items(host_keys, []) of
        [] -> [];
        Keys -> [{wrong, host_keys, Keys}]
    end,
    Checkup = case items(checkup, [{'Limit', 1000}]) of
        [{checkup, #{node := Me, rex := true, init := Init, versions := [_ | _], epmd := Known, running := [_ | _]}}]
            when is_atom(Init), is_tuple(Known) -> [];
        Third -> [{wrong, checkup, Third}]
    end,
    %% This emulator is no node: it connects to nobody, and says how far it came.
    Dialled = items(reach, [{'Limit', 1000}, {'Targets', [node(), 'a@no-such-host.invalid', 'b@127.0.0.1']}, {'Way', dial}]),
    Reach = case [Item || Item <- Dialled, case Item of {reach, _, #{state := trying}} -> false; _ -> true end] of
        [_, _] = Reached ->
            [{wrong, reach, Told} || Told <- Reached,
             case Told of
                 {reach, 'a@no-such-host.invalid', #{state := failed, address := {error, _}, from := Me}} -> false;
                 {reach, 'b@127.0.0.1', #{state := failed, address := {ok, <<"127.0.0.1">>}, port := {error, _}}} -> false;
                 _ -> true
             end];
        Fourth -> [{wrong, reach, Fourth}]
    end,
    Look = case items(reach, [{'Limit', 1000}, {'Targets', ['b@127.0.0.1']}, {'Way', look}]) of
        [{reach, 'b@127.0.0.1', #{state := down, address := {ok, _}, port := {error, _}}}] -> [];
        Fifth -> [{wrong, look, Fifth}]
    end,
    Status ++ Familiar ++ HostKeys ++ Checkup ++ Reach ++ Look ++ case items(snapshot, [{'Certificates', true}, {'Limit', 1000}]) of
        [{snapshot, #{node := Me, connections := [], proto_dist := <<"inet_tcp">>, atoms := _}}] -> [];
        Another -> [{wrong, snapshot, Another}]
    end.

%% The shell's state is asked for where its own expander does so.
%% Who writes in the group is answered by the owner; calls, processes and links end as they do elsewhere; and all ends
%% with the owner's signal.
leads() ->
    {Tag, Pid} = start(lead, []),
    Next = fun() -> receive {Tag, Item} -> Item after 5000 -> stuck end end,
    Pid ! {erlclu, call, 1, erlang, group_leader, []},
    Led = case Next() of {called, 1, {_, return, Pid}} -> []; Other1 -> [{wrong, lead, call, Other1}] end,
    Pid ! {erlclu, call, 2, erlang, 'div', [1, 0]},
    Raised = case Next() of {called, 2, {_, error, badarith, _}} -> []; Other2 -> [{wrong, lead, raised, Other2}] end,
    Pid ! {erlclu, spawn, 3, io, put_chars, [<<"x">>]},
    {spawned, 3, Writer} = Next(),
    Wrote = case Next() of
        {message, {io_request, Writer, As, {put_chars, unicode, <<"x">>}}} ->
            Writer ! {io_reply, As, ok},
            case Next() of {exited, Writer, normal} -> []; Other3 -> [{wrong, lead, exited, Other3}] end;
        Other3 -> [{wrong, lead, message, Other3}]
    end,
    Linked = spawn(fun() -> receive never -> ok end end),
    Pid ! {erlclu, link, Linked},
    Pid ! {erlclu, signal, Linked, interrupt},
    Signalled = case Next() of {exited, Linked, interrupt} -> []; Other4 -> [{wrong, lead, signal, Other4}] end,
    Last = spawn(fun() -> receive never -> ok end end),
    Watch = monitor(process, Last),
    Pid ! {erlclu, link, Last},
    Pid ! nonsense,
    Pid ! {erlclu, call, 4, erlang, node, []},
    {called, 4, _} = Next(),
    exit(Pid, shutdown),
    Ended = receive {'DOWN', Watch, _, _, shutdown} -> [] after 5000 -> [{wrong, lead, stays}] end,
    receive {'EXIT', Pid, shutdown} -> ok after 5000 -> ok end,
    Led ++ Raised ++ Wrote ++ Signalled ++ Ended.

expansions() ->
    Owner = self(),
    {module, _} = code:ensure_loaded(shell),
    Shell = spawn_link(fun Serve() ->
        receive
            {shell_state, From} ->
                From ! {shell_state, [{'Number', 1}, {'Numeral', 2}], ets:new(records, [public]), ets:new(functions, [public])},
                Serve();
            {stop, Owner} -> ok
        end
    end),
    Expand = fun(Line) -> items(expand, [{'Columns', 80}, {'Shell', Shell}, {'Line', lists:reverse(Line)}]) end,
    Knows = erlang:function_exported(shell, get_state, 0),
    Wrong = [{wrong, expand, Line, Items} || {Line, Added} <- [{"lists:rever", "se("}, {"Numbe", [$r || Knows]}],
        Items <- [Expand(Line)], case Items of [{expansion, {_, Added, _}, _}] -> false; _ -> true end]
        ++ [{wrong, iex, Items} || Items <- [items(iex, [])], Items =/= [{iex, unavailable}]],
    Shell ! {stop, self()},
    receive {'EXIT', Shell, normal} -> Wrong end.

%% Each way for a trace to end, on this emulator as a node of its own; epmd has no part in it.
traces() ->
    {ok, _} = net_kernel:start(['check_programs@127.0.0.1', longnames]),
    %% The client's own connection needs them on a real node.
    [{module, M} = code:ensure_loaded(M) || M <- [dist_util, inet_tcp_dist, erl_epmd]],
    Trace = fun(Max, Rate, Ttl) ->
        start(trace_dist, [{'Forms', none}, {'Max', Max}, {'Rate', Rate}, {'Silence', 1000}, {'Ttl', Ttl}])
    end,
    Dial = fun() -> false = net_kernel:connect_node('nobody@127.0.0.1') end,
    Runs =
        [{time, fun() -> collect(Trace(1000, 1000, 300)) end, fun([{stopped, time}]) -> true end},
         {silence, fun() -> collect(Trace(1000, 1000, 60000)) end, fun([{stopped, silence}]) -> true end},
         {late_beat,
          fun() ->
              {_, Pid} = Run = begun(Trace(1000, 1000, 60000)),
              erlang:suspend_process(Pid),
              timer:sleep(1200),
              get(wants) ! {erlclu, beat},
              timer:sleep(100),
              erlang:resume_process(Pid),
              collect(Run)
          end,
          fun([{stopped, silence}]) -> true end},
         {count, fun() -> Run = begun(Trace(2, 1000, 60000)), Dial(), collect(Run) end,
          fun([{event, _, _, _}, {event, _, _, _}, {stopped, count}]) -> true end},
         {dial, fun() -> Run = begun(Trace(1000, 1000, 700)), Dial(), collect(Run) end,
          fun(Items) ->
              Told = [What || {event, {_, _, _}, P, What} <- Items, is_pid(P)],
              lists:member({called, do_setup, {setup, 'nobody@127.0.0.1', 'check_programs@127.0.0.1'}}, Told)
                  andalso length([gone || {called, shutdown, {shutdown, 'nobody@127.0.0.1', _}} <- Told]) =:= 1
                  andalso lists:last(Items) =:= {stopped, time}
          end},
         {rate, fun() -> Run = begun(Trace(1000, 1, 1300)), Dial(), beats(), collect(Run) end,
          fun(Items) ->
              length([1 || {event, _, _, _} <- Items]) =:= 1 andalso lists:keymember(dropped, 1, Items)
                  andalso lists:last(Items) =:= {stopped, time}
          end},
         {killed, fun() -> {_, Pid} = Run = begun(Trace(1000, 1000, 60000)), exit(Pid, kill), collect(Run) end,
          fun([]) -> true end}],
    Wrong = lists:append([traced(Run) || Run <- Runs]) ++ taken(Trace),
    ok = net_kernel:stop(),
    Wrong.

traced({What, Run, Expected}) ->
    Items = case Run() of
        [{tracing, Pid, #{node := Node, patterns := N}} | Rest] when is_pid(Pid), Node =:= node(), N > 10 -> Rest;
        Other -> Other
    end,
    [{wrong, trace, What, Items} || not (try Expected(Items) catch _:_ -> false end)] ++ no_trace(What).

begun({Tag, _} = Run) ->
    receive {Tag, {tracing, Wants, _}} -> put(wants, Wants), Run after 5000 -> exit({no_trace, Run}) end.

beats() ->
    [begin get(wants) ! {erlclu, beat}, timer:sleep(100) end || _ <- lists:seq(1, 11)].

%% Somebody else traces, in both ways: nothing of theirs is touched.
taken(Trace) ->
    Taker = spawn_link(fun() -> receive stop -> ok end end),
    1 = erlang:trace(whereis(net_kernel), true, [call, {tracer, Taker}]),
    1 = erlang:trace_pattern({dist_util, shutdown, 4}, [], [{meta, Taker}]),
    Items = collect(Trace(1000, 1000, 60000)),
    Kept = erlang:trace_info(whereis(net_kernel), tracer),
    {meta, Taker} = erlang:trace_info({dist_util, shutdown, 4}, meta),
    1 = erlang:trace(whereis(net_kernel), false, [call]),
    1 = erlang:trace_pattern({dist_util, shutdown, 4}, false, [meta]),
    Taker ! stop,
    receive {'EXIT', Taker, normal} -> ok end,
    [{wrong, taken, Items, Kept} || case Items of [{busy, [{{_, _, _}, W} | _]}] -> not is_binary(W); _ -> true end
                                        orelse Kept =/= {tracer, Taker}].

no_trace(What) ->
    Functions = [{dist_util, shutdown, 4}, {dist_util, start_timer, 1}, {net_kernel, do_handle_exit, 3}],
    until(fun() ->
        erlang:trace_info(whereis(net_kernel), tracer) =:= {tracer, []}
            andalso [F || F <- Functions, erlang:trace_info(F, traced) =/= {traced, false}] =:= []
    end, 1000, {left_a_trace, What}).
