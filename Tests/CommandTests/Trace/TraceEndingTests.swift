import ErlcluTestSupport
import Foundation
import Testing

/// However a trace ends, nothing of it stays on the node; and it disturbs nobody else's.
@Suite(.serialized) struct TraceEndingTests {
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

    /// Somebody's dbg goes on; before OTP 27 we keep away from it, later on both work.
    @Test(arguments: OTPRelease.available)
    func leavesOthersAlone(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        try node.evaluate(
            """
            ets:new(seen, [named_table, public]), ets:insert(seen, {calls, 0}),
            {ok, _} = dbg:tracer(process, {fun(_, N) -> ets:update_counter(seen, calls, 1), N + 1 end, 0}),
            {ok, _} = dbg:p(whereis(net_kernel), [call, set_on_spawn]), {ok, _} = dbg:tpl(dist_util, shutdown, '_', [])
            """)
        let before = try NodeTraces(on: node)
        let result = try CommandResult.of(
            BuiltProduct.tool, ["trace", "dist", "--for", "1s"] + TraceTrial.options(node),
            environment: NodeTool.scrubbed.merging(node.environment) { $1 })
        if release.major < 27 {
            #expect(result.exitStatus == 1, "\(release): \(result.standardError)")
            #expect(result.standardError.contains("traced by somebody else already"))
            #expect(result.standardError.contains("dbg"), "\(release): \(result.standardError)")
        } else {
            #expect(result.exitStatus == 0, "\(release): \(result.standardError)")
        }
        #expect(try eventually { try NodeTraces(on: node) == before }, "\(release)")
        try node.evaluate("net_kernel:connect_node('nobody@127.0.0.1')")
        #expect(try eventually { try node.evaluate("ets:lookup_element(seen, calls, 2) > 0") == "true" }, "\(release)")
    }

    /// Two tools at once: each with a session of its own, or one after the other.
    @Test(arguments: OTPRelease.available)
    func twoAtOnce(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let before = try NodeTraces(on: node)
        let first = try TraceTrial(node)
        if release.major < 27 {
            #expect(throws: FixtureFailure.self) { try TraceTrial(node) }
        } else {
            _ = try TraceTrial(node).finish()
        }
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
             [{M, F, A, On} || M <- Modules, erlang:module_loaded(M), {F, A} <- M:module_info(functions),
                               {traced, On} <- [erlang:trace_info({M, F, A}, traced)], On =/= false, On =/= undefined],
             try apply(trace, session_info, [all]) catch error:undef -> none end,
             [P || P <- processes(), process_info(P, initial_call) =:= {initial_call, {erl_eval, exprs, 3}}],
             [P || P <- processes(), {monitors, [_ | _]} <- [process_info(P, monitors)],
                   {current_function, {prim_eval, 'receive', 2}} <- [process_info(P, current_function)]]}
            """)
    }
}
