import ErlangNode
import ErlcluTestSupport
import Glibc
import Testing

/// Whoever has the cookie can ask erlclud for anything, in each way that OTP has: nothing is executed, read or written
/// there, and nobody waits for an answer in vain.
@Suite(.waiting) struct DaemonRefusalTests {
    private struct Trap {
        let node: ErlangNodeFixture
        let daemon: DaemonFixture
        private let directory: TemporaryDirectory
        /// Is there once something has been executed or written.
        let path: String
        /// A file with this word in it.
        let secret: String
        static let word = "only-in-the-file"

        init(_ release: OTPRelease) throws {
            node = try ErlangNodeFixture(release: release)
            daemon = try DaemonFixture()
            directory = try TemporaryDirectory()
            path = directory.file("trap")
            secret = try directory.write(Self.word, to: "secret")
            #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        }

        /// Evaluates on the node. D is the erlclud, Trap and Secret are paths, and Touch makes the trap go off.
        func evaluate(_ expression: String) throws -> String {
            try node.evaluate(
                """
                begin
                    D = '\(daemon.name)',
                    Trap = "\(path)",
                    Secret = "\(secret)",
                    Touch = fun() -> file:write_file(Trap, "x") end,
                    _ = {D, Trap, Secret, Touch},
                    \(expression)
                end
                """)
        }

        @discardableResult
        func expectNothing(_ expression: String) throws -> String {
            let answer = try evaluate(expression)
            #expect(!answer.contains(Self.word), "\(expression): \(answer)")
            // In order behind what was asked.
            #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong", "\(expression): \(answer)")
            #expect(access(path, F_OK) != 0, "\(expression): \(answer)")
            #expect(daemon.process.isRunning, "\(expression): \(answer)")
            return answer
        }
    }

    /// What has no answer, or one that is thrown away.
    private static let unanswered = [
        "rpc:cast(D, file, write_file, [Trap, \"x\"])",
        "rpc:cast(D, os, cmd, [\"touch \" ++ Trap])",
        "rpc:cast(D, erlang, halt, [])",
        "rpc:eval_everywhere([D], file, write_file, [Trap, \"x\"])",
        "rpc:abcast([D], rex, {cast, file, write_file, [Trap, \"x\"], group_leader()})",
        "gen_server:cast({rex, D}, {cast, file, write_file, [Trap, \"x\"], group_leader()})",
        "erpc:cast(D, file, write_file, [Trap, \"x\"])",
        "erpc:cast(D, Touch)",
        "erpc:multicast([D], os, cmd, [\"touch \" ++ Trap])",
        "spawn(D, file, write_file, [Trap, \"x\"])",
        "spawn(D, Touch)",
        "spawn_opt(D, Touch, [{priority, high}])",
        "{init, D} ! {stop, stop}",
        "{net_kernel, D} ! {disconnect, node()}",
        "{rex, D} ! {call, file, write_file, [Trap, \"x\"], group_leader()}",
        "{user, D} ! {io_request, self(), make_ref(), {put_chars, unicode, io_lib, format, [\"~p\", [x]]}}",
        "{erl_boot_server, D} ! {self(), {get_file, Secret}}",
    ]

    @Test(arguments: OTPRelease.available)
    func whatWantsNoAnswerDoesNothing(_ release: OTPRelease) throws {
        let trap = try Trap(release)
        for expression in Self.unanswered { try trap.expectNothing(expression) }
    }

    /// An expression, and a part of what it gives.
    private static let answered = [
        ("rpc:call(D, file, write_file, [Trap, \"x\"])", "undef"),
        ("rpc:call(D, file, read_file, [Secret])", "undef"),
        ("rpc:call(D, prim_file, read_file, [Secret])", "undef"),
        ("rpc:call(D, erl_prim_loader, get_file, [Secret])", "undef"),
        ("rpc:call(D, os, getenv, [])", "undef"),
        ("rpc:call(D, os, cmd, [\"touch \" ++ Trap])", "undef"),
        ("rpc:call(D, erlang, open_port, [{spawn, \"touch \" ++ Trap}, []])", "undef"),
        ("rpc:call(D, erlang, apply, [Touch, []])", "undef"),
        ("rpc:call(D, erlang, apply, [file, write_file, [Trap, \"x\"]])", "undef"),
        ("rpc:call(D, erlang, get_cookie, [])", "undef"),
        ("rpc:call(D, erlang, halt, [0])", "undef"),
        ("rpc:call(D, init, stop, [1])", "undef"),
        ("rpc:call(D, rpc, call, [node(), file, write_file, [Trap, \"x\"]])", "nodedown"),
        ("rpc:call(D, rpc, call, [D, file, write_file, [Trap, \"x\"]])", "undef"),
        ("rpc:call(D, code, load_binary, [x, \"x\", <<>>])", "undef"),
        ("rpc:call(D, lists, map, [Touch, [1]])", "undef"),
        ("rpc:block_call(D, file, write_file, [Trap, \"x\"])", "undef"),
        ("rpc:yield(rpc:async_call(D, file, write_file, [Trap, \"x\"]))", "undef"),
        ("rpc:multicall([D], file, write_file, [Trap, \"x\"])", "undef"),
        ("rpc:sbcast([D], file_server_2, x)", "{[],["),
        ("catch erpc:call(D, file, write_file, [Trap, \"x\"])", "undef"),
        ("catch erpc:call(D, Touch)", "undef"),
        ("catch erpc:receive_response(erpc:send_request(D, file, read_file, [Secret]))", "undef"),
        ("erpc:multicall([D], file, read_file, [Secret])", "undef"),
        ("catch gen_server:call({file_server_2, D}, {open, Trap, [write]}, 20000)", "noproc"),
        ("catch gen_server:call({kernel_sup, D}, which_children, 20000)", "noproc"),
        ("catch gen_server:call({code_server, D}, {load_binary, x, \"x\", <<>>}, 20000)", "noproc"),
        ("catch gen_server:call({rex, D}, {call, file, read_file, [Secret], group_leader()}, 20000)", "undef"),
        ("catch io:format({user, D}, \"~p\", [x])", "EXIT"),
    ]

    @Test(arguments: OTPRelease.available)
    func whatWantsAnAnswerGetsAnError(_ release: OTPRelease) throws {
        let trap = try Trap(release)
        for (expression, part) in Self.answered {
            let answer = try trap.expectNothing(expression)
            #expect(answer.contains(part), "\(expression): \(answer)")
        }
    }

    /// Processes, links and monitors: each ends as with a process that is not there.
    @Test(arguments: OTPRelease.available)
    func processesEndAtOnce(_ release: OTPRelease) throws {
        let trap = try Trap(release)
        let down = "receive {'DOWN', R, process, _, Why} -> Why after 20000 -> none end"
        let names = ["init", "user", "kernel_sup", "file_server_2", "code_server", "no_name", "'a b'"]
        for name in names {
            #expect(try trap.evaluate("R = monitor(process, {\(name), D}), \(down)") == "noproc", "\(name)")
        }
        // Those that are there stay, and are not watched any more when that is not wanted.
        for name in ["rex", "net_kernel"] {
            #expect(
                try trap.evaluate(
                    "R = monitor(process, {\(name), D}), demonitor(R), pong = net_adm:ping(D), receive {_, R, _, _, _} -> down after 0 -> none end"
                ) == "none")
        }
        for start in ["Touch", "file, write_file, [Trap, \"x\"]", "shell, start, []", "erlang, apply, [Touch, []]"] {
            let options = start == "Touch" ? "spawn_opt(D, Touch, [monitor])" : "spawn_opt(D, \(start), [monitor])"
            #expect(
                try trap.evaluate("{_, R} = \(options), \(down)").contains("undef"), "\(start)")
        }
        let linked = """
            Old = process_flag(trap_exit, true),
            P = spawn_link(D, file, write_file, [Trap, "x"]),
            First = receive {'EXIT', P, {Why, _}} -> Why after 20000 -> none end,
            link(P),
            Second = receive {'EXIT', P, Again} -> Again after 20000 -> none end,
            unlink(P),
            exit(P, kill),
            process_flag(trap_exit, Old),
            {First, Second, is_process_alive(self())}
            """
        #expect(try trap.evaluate(linked) == "{undef,noproc,true}")
        // As the group leader of a process here, and with a process here as its group leader.
        let output = """
            P = spawn(D, erlang, node, []),
            group_leader(self(), P),
            Old = group_leader(),
            group_leader(P, self()),
            Printed = (catch io:format("x")),
            group_leader(Old, self()),
            element(1, Printed)
            """
        #expect(try trap.expectNothing(output) == "'EXIT'")
    }

    /// erl_call, as it comes with OTP.
    @Test(arguments: [
        ["-a", "file write_file [\"TRAP\",\"x\"]"], ["-a", "os cmd [\"touch TRAP\"]"], ["-a", "erlang halt []"],
        ["-a", "file read_file [\"SECRET\"]"], ["-e"], ["-m"],
    ])
    func erlCallDoesNothing(_ words: [String]) throws {
        let trap = try Trap(.host)
        let arguments = words.map {
            $0.replacing("TRAP", with: trap.path).replacing("SECRET", with: trap.secret)
        }
        let input = words == ["-m"] ? "-module(x).\n" : "file:write_file(\"\(trap.path)\", \"x\").\n"
        let result = try CommandResult.of(
            "erl_call", ["-name", trap.daemon.name, "-c", DaemonFixture.cookie] + arguments, input: Array(input.utf8),
            environment: NodeTool.scrubbed.merging(trap.node.environment) { $1 })
        #expect(!result.standardOutput.contains(Trap.word), "\(result)")
        try trap.expectNothing("done")
    }

    /// `erl -remsh`: there is no shell.
    @Test(arguments: OTPRelease.available.filter { $0.root == nil })
    func aRemoteShellDoesNotStart(_ release: OTPRelease) throws {
        let trap = try Trap(release)
        let shell = try ChildProcess(
            "erl",
            ["-name", "shell\(UInt32.random(in: 0...UInt32.max))@127.0.0.1", "-setcookie", DaemonFixture.cookie]
                + ["-start_epmd", "false", "-hidden", "-remsh", trap.daemon.name],
            environment: NodeTool.scrubbed.merging(trap.node.environment) { $1 },
            terminal: TerminalSize(columns: 100, rows: 30))
        #expect(
            try eventually {
                try trap.node.evaluate("rpc:call('\(trap.daemon.name)', erlang, nodes, [hidden])").contains("shell")
            },
            "\(shell.standardOutput)")
        shell.send("file:write_file(\"\(trap.path)\", \"x\").\n")
        #expect(eventually { shell.standardOutput.contains("***") || !shell.isRunning }, "\(shell.standardOutput)")
        try trap.expectNothing("done")
    }
}
