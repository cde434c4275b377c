%% A forwarder that counts. A turn is a stretch of bytes from the client after one from the server (or at the start):
%% what a client sends at once, without waiting for an answer, is one turn however many packets it has.
-module(turns).
-export([start/3]).

%% Listens on a free port, which it writes to PortFile. After each connection it writes {Connections, Turns of the
%% last} as "C T" to CountFile.
start(Target, PortFile, CountFile) ->
    spawn(fun() ->
        {ok, Listener} = gen_tcp:listen(0, [binary, {ip, {127, 0, 0, 1}}, {active, true}, {nodelay, true}]),
        {ok, Port} = inet:port(Listener),
        write(PortFile, "~b", [Port]),
        accept(Listener, Target, CountFile, 1)
    end).

accept(Listener, Target, CountFile, Connections) ->
    {ok, Client} = gen_tcp:accept(Listener),
    {ok, Server} = gen_tcp:connect({127, 0, 0, 1}, Target, [binary, {active, true}, {nodelay, true}]),
    write(CountFile, "~b ~b~n", [Connections, forward(Client, Server, server, 0)]),
    accept(Listener, Target, CountFile, Connections + 1).

forward(Client, Server, Last, Turns) ->
    receive
        {tcp, Client, Bytes} ->
            ok = gen_tcp:send(Server, Bytes),
            forward(Client, Server, client, if Last =:= server -> Turns + 1; true -> Turns end);
        {tcp, Server, Bytes} ->
            _ = gen_tcp:send(Client, Bytes),
            forward(Client, Server, server, Turns);
        {tcp_closed, _} ->
            gen_tcp:close(Client),
            gen_tcp:close(Server),
            Turns
    end.

write(File, Format, Arguments) ->
    ok = file:write_file([File, ".part"], io_lib:format(Format, Arguments)),
    ok = file:rename([File, ".part"], File).
