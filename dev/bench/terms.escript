#!/usr/bin/env escript
%%! +sbwt none
%% terms.escript FILE RUNS: writes a term of about 10 MB to FILE, and prints the times of binary_to_term/1 and
%% term_to_binary/1 on it, in microseconds, as lines `decode TIME` and `encode TIME`. A process of its own each time: none pays for the garbage of the others.
-mode(compile).

main([File, Runs]) ->
    Term = [{lists:nth(1 + I rem 4, [node, link, process, port]), I * 7919, <<"value-", (integer_to_binary(I))/binary>>}
            || I <- lists:seq(1, 320000)],
    Bytes = term_to_binary(Term),
    ok = file:write_file(File, Bytes),
    Count = list_to_integer(Runs),
    print("decode", [timed(fun() -> binary_to_term(Bytes) end) || _ <- lists:seq(0, Count)]),
    %% The term is copied into the process before the clock runs.
    print("encode", [timed_on(Bytes) || _ <- lists:seq(0, Count)]).

timed(Fun) ->
    {_, Ref} = spawn_monitor(fun() -> {Time, _} = timer:tc(Fun), exit({time, Time}) end),
    receive {'DOWN', Ref, _, _, {time, Time}} -> Time end.

timed_on(Bytes) ->
    {_, Ref} = spawn_monitor(fun() ->
        Term = binary_to_term(Bytes),
        {Time, _} = timer:tc(fun() -> term_to_binary(Term) end),
        exit({time, Time})
    end),
    receive {'DOWN', Ref, _, _, {time, Time}} -> Time end.

%% The first run warms up.
print(What, [_ | Times]) -> [io:format("~s ~b~n", [What, Time]) || Time <- Times].
