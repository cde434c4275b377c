import ErlcluTestSupport
import Testing

/// The messages that SSH daemons of a node get from now on: the first byte of each says what it is (RFC 4250 §4.1.2). The node
/// traces itself where it has decrypted them; those of OTP 27 and 29 do not survive a look into what is traced there.
struct DaemonMessages {
    private let node: ErlangNodeFixture

    init(of node: ErlangNodeFixture) throws {
        self.node = node
        try node.evaluate(
            """
            {module, _} = code:ensure_loaded(ssh_message),
            Watcher = spawn(fun() ->
                (fun Loop(Kinds, Open) ->
                    receive
                        {trace, Pid, call, {_, _, [<<Kind, _/binary>>]}} ->
                            lists:member(Pid, Open) orelse monitor(process, Pid),
                            Loop([Kind | Kinds], lists:usort([Pid | Open]));
                        {'DOWN', _, _, Pid, _} -> Loop(Kinds, Open -- [Pid]);
                        {tell, Whom} -> Whom ! {heard, Kinds, Open}, Loop(Kinds, Open)
                    end
                end)([], [])
            end),
            register(ssh_messages, Watcher),
            1 = erlang:trace_pattern({ssh_message, decode, 1}, true, [local]),
            erlang:trace(new_processes, true, [call, {tracer, Watcher}])
            """)
    }

    /// Waits until somebody has been connected, and nobody is any more.
    /// - Returns: how many were of authentication: SSH_MSG_SERVICE_REQUEST, SSH_MSG_USERAUTH_REQUEST and those behind it.
    func authenticationCount() throws -> Int {
        var count = ""
        let isOver = try eventually {
            count = try node.evaluate(
                """
                ssh_messages ! {tell, self()},
                receive
                    {heard, [_ | _] = Kinds, []} -> length([K || K <- Kinds, K =:= 5 orelse K >= 50 andalso K < 80]);
                    {heard, _, _} -> open
                end
                """)
            return count != "open"
        }
        #expect(isOver, "nobody has come, or somebody stays")
        return Int(count) ?? -1
    }
}
