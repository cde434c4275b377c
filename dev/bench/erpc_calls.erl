%% Sequential calls from this node to another, as the yardstick for our own rpc.
-module(erpc_calls).
-export([run/4]).

%% Writes the microseconds that one call takes to File, one line for each of so many Batches of Calls calls.
run(Node, Calls, Batches, File) ->
    true = net_kernel:connect_node(Node),
    batch(Node, Calls),
    Times = [element(1, timer:tc(fun() -> batch(Node, Calls) end)) || _ <- lists:seq(1, Batches)],
    ok = file:write_file([File, ".part"], [io_lib:format("~.2f~n", [Time / Calls]) || Time <- Times]),
    ok = file:rename([File, ".part"], File).

batch(_, 0) -> ok;
batch(Node, Calls) ->
    Node = erpc:call(Node, erlang, node, []),
    batch(Node, Calls - 1).
