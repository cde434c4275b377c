%% Sequential calls from this node to another, as the yardstick for our own rpc.
-module(erpc_calls).
-export([run/3]).

%% Writes the microseconds that one call takes to File: the median of eleven batches of Calls calls.
run(Node, Calls, File) ->
    true = net_kernel:connect_node(Node),
    batch(Node, Calls),
    Times = lists:sort([element(1, timer:tc(fun() -> batch(Node, Calls) end)) || _ <- lists:seq(1, 11)]),
    ok = file:write_file([File, ".part"], io_lib:format("~.2f", [lists:nth(6, Times) / Calls])),
    ok = file:rename([File, ".part"], File).

batch(_, 0) -> ok;
batch(Node, Calls) ->
    Node = erpc:call(Node, erlang, node, []),
    batch(Node, Calls - 1).
