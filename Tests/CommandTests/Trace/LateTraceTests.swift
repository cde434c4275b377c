import ErlcluTestSupport
import Foundation
import Testing

/// A trace that falls behind, or stands still, is not taken for a quiet one.
@Suite(.waiting) struct LateTraceTests {
    private static let tracer = """
        [Tracer] = [P || P <- processes(), {dictionary, D} <- [process_info(P, dictionary)],
                    lists:member({'$initial_call', {erlclu, trace_dist, 0}}, D)]
        """

    /// Something on the node keeps the tracer from its work, for two seconds while events wait; for six, and they are too
    /// old to be told.
    @Test(arguments: OTPRelease.available) func whatIsLateIsSaid(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let trial = try TraceTrial(node, silence: "20s")
        // It has given a sign of life: from then on it is known how the clocks differ.
        try node.evaluate("timer:sleep(2500)")
        func delay(_ milliseconds: Int) throws {
            try node.evaluate(
                """
                \(Self.tracer), true = erlang:suspend_process(Tracer), net_kernel:connect_node('nobody@127.0.0.1'),
                timer:sleep(\(milliseconds)), erlang:resume_process(Tracer)
                """)
        }
        try delay(2_500)
        #expect(trial.waitForErrors(" s behind: the node, or the way to it, is busy"), "\(release): \(trial.errors)")
        #expect(trial.waitForResult())
        #expect(trial.waitForErrors("its trace is in time again"), "\(release): \(trial.errors)")
        try delay(6_500)
        #expect(trial.waitForErrors("older than 5 s"), "\(release): \(trial.errors)")
        _ = try trial.finish()
    }

    @Test func aNodeThatStandsStillIsSaid() throws {
        let node = try ErlangNodeFixture()
        let trial = try TraceTrial(node, silence: "30s")
        #expect(!trial.errors.contains("sign of life"))
        node.suspend()
        defer { node.resume() }
        let words = "\(node.name): nothing has come for 5 s, not even a sign of life"
        #expect(trial.waitForErrors(words), "\(trial.errors)")
        node.resume()
        #expect(trial.waitForErrors("it is heard again, after"), "\(trial.errors)")
        _ = try trial.finish()
    }
}
