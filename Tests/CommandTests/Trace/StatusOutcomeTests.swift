import ErlcluTestSupport
import Foundation
import Testing

/// A node dials under a name whose old bearer is still connected, and is told so: status `alive`. What it answers
/// decides.
@Suite(.waiting) struct StatusOutcomeTests {
    enum Answer: String, CaseIterable {
        /// It goes on: its own attempt is the only one that it has.
        case goesOn = "true"
        /// It has no attempt of its own any more: another one took its place, or it was given up.
        case givesUp = "false"
    }

    @Test(arguments: OTPRelease.available, Answer.allCases)
    func isTold(_ release: OTPRelease, _ answer: Answer) throws {
        let name = "twin\(getpid())x\(UInt32.random(in: 0...UInt32.max))"
        let (acceptor, old) = try atOnce(
            { try ErlangNodeFixture(release: release, arguments: TraceScenario.quick) },
            { try ErlangNodeFixture(release: release, name: name) })
        #expect(try old.evaluate("net_kernel:connect_node('\(acceptor.name)')") == "true")
        // epmd forgets it; the node itself does not notice that its own end is closed.
        try old.evaluate("gen_tcp:close(element(2, sys:get_state(erl_epmd)))")
        // The name is free when epmd has read that.
        var young: ErlangNodeFixture?
        _ = eventually(within: 20) {
            young = try? ErlangNodeFixture(release: release, name: name)
            return young != nil
        }
        let initiator = try #require(young)
        let (there, here) = try atOnce({ try TraceTrial(acceptor) }, { try TraceTrial(initiator) })
        // Held at the door until it is known what it will answer.
        try acceptor.evaluate(
            """
            {links, Links} = process_info(whereis(net_kernel), links),
            [Door] = [P || P <- Links, is_pid(P), {current_function, {prim_inet, F, _}} <-
                      [process_info(P, current_function)], F =:= accept0],
            put(door, Door), erlang:suspend_process(Door)
            """)
        try initiator.evaluate("spawn(fun() -> net_kernel:connect_node('\(acceptor.name)') end)")
        #expect(here.wait(for: #""message":"send_name""#), "\(release): \(here.output)")
        if answer == .givesUp { try Self.forget(acceptor.name, on: initiator) }
        try acceptor.evaluate("erlang:resume_process(get(door))")
        // OTP 23 keeps the old link.
        let result = answer == .givesUp || release.major < 25 ? "E-ALIVE" : "up"
        for trial in [there, here] {
            #expect(trial.waitForResult(), "\(release), \(answer): \(trial.output)\(trial.errors)")
            _ = try trial.finish()
            #expect(trial.results == [result], "\(release), \(answer): \(trial.output)")
            #expect(trial.output.contains(#""status":"alive""#), "\(release), \(answer): \(trial.output)")
        }
        #expect(there.output.contains("\"status\":\"\(answer.rawValue)\""), "\(release), \(answer): \(there.output)")
        let told = try TraceTrial.replay(here.recorded + there.recorded, ["-o", "ladder"]).standardOutput
        guard release == .host else { return }
        expectSnapshot(
            told, named: "alive, \(answer.rawValue).txt",
            scrubbing: [
                .text(acceptor.name, as: "acceptor@127.0.0.1"), .text(initiator.name, as: "twin@127.0.0.1"),
                .text(String(acceptor.name.prefix { $0 != "@" }), as: "acceptor"),
                .pattern(#"listens on port \d+"#, as: "listens on port ACCEPTOR"),
                // The old link's end, somewhere beside it.
                .pattern(#"[0-9:.]+  -  .*DOWN .*\n"#, as: ""),
            ] + ScenarioRun.scrubsOfBoth)
    }

    /// Takes the node's own attempt away, as `net_kernel` does where another one of the two comes first: what races
    /// elsewhere is certain here.
    private static func forget(_ name: String, on node: ErlangNodeFixture) throws {
        try node.evaluate(
            """
            Owners = fun(M) when is_map(M) -> maps:filter(fun(_, N) -> N =/= '\(name)' end, M);
                        (L) when is_list(L) -> [E || E <- L, not is_tuple(E) orelse element(2, E) =/= '\(name)'];
                        (E) -> E
                     end,
            sys:replace_state(net_kernel, fun(State) -> list_to_tuple(lists:map(Owners, tuple_to_list(State))) end), ok
            """)
    }
}
