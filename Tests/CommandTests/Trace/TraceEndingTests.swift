import ErlcluTestSupport
import Foundation
import Testing

/// However a trace ends, nothing of it stays on the node; and it disturbs nobody else's.
@Suite(.waiting) struct TraceEndingTests {
    @Test(arguments: OTPRelease.available)
    func leavesNothing(_ release: OTPRelease) throws {
        let nodes = try [
            ErlangNodeFixture(release: release), ErlangNodeFixture(release: release, transport: .mutualTLS()),
        ]
        for node in nodes {
            let before = try NodeTraces(on: node)
            for number in [SIGINT, SIGTERM, SIGKILL] {
                let trial = try TraceTrial(node)
                #expect(try NodeTraces(on: node) != before, "\(release): there is no trace to be seen")
                trial.signal(number)
                #expect(
                    try eventually { try NodeTraces(on: node) == before }, "\(release), signal \(number)")
            }
        }
    }

    @Test(arguments: OTPRelease.available)
    func endsWhenItsTimeIsOver(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let before = try NodeTraces(on: node)
        let result = try CommandResult.of(
            BuiltProduct.tool, ["trace", "dist", "--for", "1s"] + TraceTrial.options(node),
            environment: NodeTool.scrubbed.merging(node.environment) { $1 })
        #expect(result.exitStatus == 0)
        #expect(result.standardError.hasSuffix("no attempt\n"))
        #expect(try eventually { try NodeTraces(on: node) == before })
    }

    /// To the node a tool that stands still is one whose network is cut: no packet comes and no end.
    @Test(arguments: OTPRelease.available)
    func endsWhenNothingIsHeard(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let before = try NodeTraces(on: node)
        let trial = try TraceTrial(node)
        trial.signal(SIGSTOP)
        #expect(try eventually { try NodeTraces(on: node) == before }, "\(release)")
        trial.signal(SIGCONT)
        #expect(eventually { trial.errors.contains("again") }, "\(release): \(trial.errors)")
        #expect(try NodeTraces(on: node) != before)
        _ = try trial.finish()
        #expect(try eventually { try NodeTraces(on: node) == before })
    }

    /// What somebody's dbg may have: all processes and no pattern, as products ship their nodes; or a pattern of ours, too.
    static let others: [(release: OTPRelease, dbg: String, traces: Bool)] = OTPRelease.available.flatMap {
        [
            ($0, "{ok, _} = dbg:p(all, [call])", false),
            (
                $0,
                "{ok, _} = dbg:p(whereis(net_kernel), [call, set_on_spawn]), {ok, _} = dbg:tpl(dist_util, shutdown, '_', [])",
                true
            ),
        ]
    }

    /// Both see what happens, and somebody's dbg goes on behind us, having heard nothing of what only we trace.
    @Test(arguments: others)
    func worksBesideOthers(_ release: OTPRelease, _ dbg: String, _ traces: Bool) throws {
        let node = try ErlangNodeFixture(release: release)
        try node.evaluate(
            """
            ets:new(seen, [named_table, public]), ets:insert(seen, {calls, 0}),
            {ok, _} = dbg:tracer(process, {fun(_, N) -> ets:update_counter(seen, calls, 1), N + 1 end, 0}),
            \(dbg)
            """)
        let before = try NodeTraces(on: node)
        let trial = try TraceTrial(node)
        #expect(trial.errors.contains("beside the trace of somebody else") == (release.major < 27), "\(trial.errors)")
        try node.evaluate("net_kernel:connect_node('nobody@127.0.0.1')")
        #expect(trial.waitForResult(), "\(release): \(trial.errors)")
        _ = try trial.finish()
        #expect(try eventually { try NodeTraces(on: node) == before }, "\(release)")
        let calls = try node.evaluate("ets:lookup_element(seen, calls, 2)")
        if traces {
            try node.evaluate("net_kernel:connect_node('nobody@127.0.0.1')")
            #expect(try eventually { try node.evaluate("ets:lookup_element(seen, calls, 2)") != calls }, "\(release)")
        } else {
            #expect(calls == "0", "\(release)")
        }
    }

    /// A handshake over TLS is reported in full.
    @Test(arguments: OTPRelease.available.filter { $0.major < 27 })
    func seesTLSBesideOthers(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        try node.evaluate("{ok, _} = dbg:tracer(process, {fun(_, N) -> N end, 0}), {ok, _} = dbg:p(all, [call])")
        let trial = try TraceTrial(node)
        try #require(trial.errors.contains("beside the trace of somebody else"), "\(trial.errors)")
        // The facts of a connection can be read only while it is there: this one stays until the trace has read them. It
        // must also be up before it ends, and the TLS handshake is over before that.
        let guest = try ChildProcess(
            BuiltProduct.tool, ["eval", "io:put_chars(\"up\"), receive never -> ok end"] + TraceTrial.options(node),
            environment: NodeTool.scrubbed.merging(node.environment) { $1 })
        #expect(eventually { trial.output.contains(#""event":"secured""#) }, "\(trial.output)")
        #expect(eventually { guest.standardOutput == "up" }, "\(guest.standardError)")
        guest.signal(SIGTERM)
        _ = try guest.wait()
        #expect(trial.waitForResult())
        trial.waitForAsides()
        _ = try trial.finish()
        #expect(trial.results == ["up"], "\(trial.output)")
        #expect(trial.output.contains(#""event":"secured""#), "\(trial.output)")
    }

    /// The last way is taken as well: who has it is said, with what ends it.
    @Test(arguments: OTPRelease.available.filter { $0.major < 27 })
    func saysWhoHasEveryWay(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let pid = try node.evaluate(
            """
            {module, _} = code:ensure_loaded(dist_util), Pid = spawn(fun() -> receive never -> ok end end), erlang:trace(whereis(net_kernel), true, [call, {tracer, Pid}]),
            erlang:trace_pattern({dist_util, shutdown, 4}, [], [{meta, Pid}]), pid_to_list(Pid)
            """)
        let before = try NodeTraces(on: node)
        let result = try CommandResult.of(
            BuiltProduct.tool, ["trace", "dist", "--for", "1s"] + TraceTrial.options(node),
            environment: NodeTool.scrubbed.merging(node.environment) { $1 })
        #expect(result.exitStatus == 1, "\(release): \(result.standardError)")
        #expect(result.standardError.contains("traced by somebody else already"), "\(result.standardError)")
        #expect(result.standardError.contains(pid.filter { $0 != "\"" }), "\(pid): \(result.standardError)")
        #expect(result.standardError.contains("dbg:stop_clear()"))
        #expect(try NodeTraces(on: node) == before)
    }

    /// Several tools at once: each with a session of its own; before OTP 27 two, in different ways, and no third.
    @Test(arguments: OTPRelease.available)
    func severalAtOnce(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let before = try NodeTraces(on: node)
        let first = try TraceTrial(node)
        let second = try TraceTrial(node)
        if release.major < 27 {
            #expect(throws: FixtureFailure.self) { try TraceTrial(node) }
        } else {
            _ = try TraceTrial(node).finish()
        }
        _ = try second.finish()
        try node.evaluate("net_kernel:connect_node('nobody@127.0.0.1')")
        #expect(first.waitForResult(), "\(release)")
        _ = try first.finish()
        // The next one does not find what the one before left.
        _ = try TraceTrial(node).finish()
        #expect(try eventually { try NodeTraces(on: node) == before })
    }
}

/// All that a trace could leave on a node.
struct NodeTraces: Equatable {
    private let text: String

    init(on node: ErlangNodeFixture) throws {
        text = try node.evaluate(
            """
            Modules = [dist_util, net_kernel, erl_epmd, inet_tcp, inet6_tcp, gen_tcp, inet_tcp_dist, inet_tls_dist,
                       ssl_gen_statem, public_key],
            {lists:sort([{P, T} || P <- processes(), {tracer, T} <- [erlang:trace_info(P, tracer)], T =/= []]),
             [{M, F, A, On} || M <- Modules, erlang:module_loaded(M), {F, A} <- M:module_info(functions), Way <- [traced, meta],
                               {_, On} <- [erlang:trace_info({M, F, A}, Way)], On =/= false, On =/= undefined],
             try apply(trace, session_info, [all]) catch error:undef -> none end,
             [P || P <- processes(), process_info(P, initial_call) =:= {initial_call, {erl_eval, exprs, 3}}],
             [P || P <- processes(), {monitors, [_ | _]} <- [process_info(P, monitors)],
                   {current_function, {prim_eval, 'receive', 2}} <- [process_info(P, current_function)]]}
            """)
    }
}
