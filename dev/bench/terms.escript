#!/usr/bin/env escript
%%! +sbwt none
%% terms.escript FILE RUNS: writes a term of about 10 MB to FILE, and prints the medians of binary_to_term/1 and
%% term_to_binary/1 on it, in microseconds. A process of its own each time: none pays for the garbage of the others.
-mode(compile).

main([File, Runs]) ->
    Term = [{lists:nth(1 + I rem 4, [node, link, process, port]), I * 7919, <<"value-", (integer_to_binary(I))/binary>>}
            || I <- lists:seq(1, 320000)],
    Bytes = term_to_binary(Term),
    ok = file:write_file(File, Bytes),
    Count = list_to_integer(Runs),
    Decode = median([timed(fun() -> binary_to_term(Bytes) end) || _ <- lists:seq(0, Count)]),
    %% The term is copied into the process before the clock runs.
    Encode = median([timed_on(Bytes) || _ <- lists:seq(0, Count)]),
    io:format("~b ~b ~b~n", [byte_size(Bytes), Decode, Encode]).

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
median([_ | Times]) -> lists:nth((length(Times) + 1) div 2, lists:sort(Times)).
