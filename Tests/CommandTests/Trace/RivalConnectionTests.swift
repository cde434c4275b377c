import ErlangNode
import ErlcluTestSupport
import Foundation
import Testing

/// Two connections of one pair of names: dialled by both at once, or by a node that has the name of another.
@Suite(.waiting, .serialized) struct RivalConnectionTests {
    /// Of two that dial each other the one with the greater name wins. The lesser one is held at its own door until it
    /// has dialled, too: what races elsewhere is certain here.
    @Test(arguments: OTPRelease.available)
    func bothDialAtOnce(_ release: OTPRelease) throws {
        let mark = UInt32.random(in: 0...UInt32.max)
        let lesser = try ErlangNodeFixture(release: release, name: "a\(mark)")
        let greater = try ErlangNodeFixture(release: release, name: "b\(mark)")
        let (here, there) = (try TraceTrial(lesser), try TraceTrial(greater))
        try lesser.evaluate(
            """
            {links, Links} = process_info(whereis(net_kernel), links),
            [Door] = [P || P <- Links, is_pid(P), {current_function, {prim_inet, F, _}} <-
                      [process_info(P, current_function)], F =:= accept0],
            put(door, Door), erlang:suspend_process(Door)
            """)
        try greater.evaluate("spawn(fun() -> net_kernel:connect_node('\(lesser.name)') end)")
        #expect(there.wait(for: #""message":"send_name""#), "\(release): \(there.output)")
        try lesser.evaluate("put(dialler, spawn_monitor(fun() -> net_kernel:connect_node('\(greater.name)') end))")
        #expect(there.wait(for: #""status":"nok""#), "\(release): \(there.output)")
        try lesser.evaluate("erlang:resume_process(get(door))")
        for trial in [here, there] {
            #expect(eventually { trial.results.count == 2 }, "\(trial.node.name): \(trial.output)")
            _ = try trial.finish()
            #expect(trial.results == ["E-NOK", "up"], "\(release), \(trial.node.name): \(trial.output)")
        }
        #expect(here.output.contains(#""status":"ok_simultaneous""#), "\(release): \(here.output)")
        guard release == .host else { return }
        let told = try TraceTrial.replay(here.recorded + there.recorded, ["-o", "ladder"])
        let scrubs =
            ScenarioRun.scrubsOfBoth + [
                .text("\(mark)", as: ""), .text(":\(lesser.port)", as: ":LESSER"),
                .text(":\(greater.port)", as: ":GREATER"),
                .pattern(#"listens on port \d+"#, as: "listens on port N"),
            ]
        // Which of the two began is not to be seen, so each is compared for itself.
        let attempts = told.standardOutput.components(separatedBy: "\n\n").filter { $0.count > 1 }
            .sorted { $0.contains("E-NOK") && !$1.contains("E-NOK") }
        #expect(attempts.count == 2, "\(told.standardOutput)")
        for (attempt, name) in zip(attempts, ["lost", "preferred"]) {
            expectSnapshot(
                attempt + "\n", named: "\(name).txt", scrubbing: scrubs + [.pattern(#"#[12]  "#, as: "#N  ")])
        }
    }

    /// A node starts under a name whose old bearer is still connected, as after a network fault. From OTP 25 on the old
    /// link gives way.
    @Test(arguments: OTPRelease.available)
    func nameIsConnectedAlready(_ release: OTPRelease) throws {
        let quick = ["-kernel", "net_setuptime", "2"]
        let name = "twin\(getpid())x\(UInt32.random(in: 0...UInt32.max))"
        let node = try ErlangNodeFixture(release: release, arguments: quick)
        let old = try ErlangNodeFixture(release: release, name: name)
        #expect(try old.evaluate("net_kernel:connect_node('\(node.name)')") == "true")
        // epmd forgets it; the node itself does not notice that its own end is closed.
        try old.evaluate("gen_tcp:close(element(2, sys:get_state(erl_epmd)))")
        // The name is free when epmd has read that.
        var young: ErlangNodeFixture?
        #expect(
            eventually {
                young = try? ErlangNodeFixture(release: release, name: name)
                return young != nil
            })
        let new = try #require(young)
        let (there, here) = (try TraceTrial(node), try TraceTrial(new))
        let connected = try new.evaluate("net_kernel:connect_node('\(node.name)')")
        #expect(connected == (release.major < 25 ? "false" : "true"), "\(release)")
        for trial in [there, here] {
            #expect(trial.waitForResult(), "\(release): \(trial.output)")
            _ = try trial.finish()
            #expect(trial.results == [release.major < 25 ? "E-ALIVE" : "up"], "\(release): \(trial.output)")
            #expect(trial.output.contains(#""status":"alive""#), "\(release): \(trial.output)")
        }
    }
}
