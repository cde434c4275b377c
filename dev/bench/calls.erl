%% Sequential calls from this node to another, as the yardstick for our own, and to our own node.
-module(calls).
-export([run/5]).

%% Writes the microseconds that one call by Module (erpc or rpc) takes to File, one line for each of so many Batches of
%% Calls calls.
run(Module, Node, Calls, Batches, File) ->
    true = net_kernel:connect_node(Node),
    batch(Module, Node, Calls),
    Times = [element(1, timer:tc(fun() -> batch(Module, Node, Calls) end)) || _ <- lists:seq(1, Batches)],
    ok = file:write_file([File, ".part"], [io_lib:format("~.2f~n", [Time / Calls]) || Time <- Times]),
    ok = file:rename([File, ".part"], File).

batch(_, _, 0) -> ok;
batch(Module, Node, Calls) ->
    Node = Module:call(Node, erlang, node, []),
    batch(Module, Node, Calls - 1).
