import ErlcluTestSupport
import Foundation
import Testing

/// As long as all goes well, the tracer of a node without TLS is kept from running, so that handshakes take no longer.
@Suite(.waiting) struct TraceRestTests {
    /// A trace on a node that has seen a connection come up, and rests.
    private func resting(_ node: ErlangNodeFixture) throws -> TraceTrial {
        let trial = try TraceTrial(node)
        try connect(to: node)
        let rests = try eventually(within: 30) { try status(of: node) == "[suspended]" }
        #expect(rests, "\(node.release)")
        return trial
    }

    private func connect(to node: ErlangNodeFixture) throws {
        let result = try CommandResult.of(
            BuiltProduct.tool, ["ping"] + TraceTrial.options(node), environment: NodeTool.scrubbed)
        #expect(result.standardOutput == "pong\n", "\(result.standardError)")
    }

    /// What the tracer does: `[suspended]`, or `[waiting]` when it is attentive.
    private func status(of node: ErlangNodeFixture) throws -> String {
        try node.evaluate(
            """
            [S || P <- processes(), {dictionary, D} <- [process_info(P, dictionary)],
                  lists:member({'$initial_call', {erlclu, trace_dist, 0}}, D), {status, S} <- [process_info(P, status)]]
            """)
    }

    /// Where there are many connections their beginning is not told, and each of them is told all the same.
    @Test(arguments: OTPRelease.available)
    func sparesWhatItCan(_ release: OTPRelease) throws {
        // Hidden, or global dials back.
        let (node, other) = try atOnce(
            { try ErlangNodeFixture(release: release) },
            { try ErlangNodeFixture(release: release, arguments: ["-hidden"]) })
        let trial = try resting(node)
        try other.evaluate(
            """
            spawn(fun() ->
                Up = [ok || _ <- lists:seq(1, 150), timer:sleep(20) =:= ok, net_kernel:connect_node('\(node.name)'),
                      erlang:disconnect_node('\(node.name)') =:= true],
                application:set_env(kernel, came_up, length(Up))
            end)
            """)
        #expect(try eventually(within: 20) { try tellsBeginnings(node) == "[false]" }, "\(release)")
        #expect(
            try eventually(within: 60) { try other.evaluate("application:get_env(kernel, came_up)") != "undefined" })
        #expect(try eventually(within: 20) { try tellsBeginnings(node) == "[true]" }, "\(release)")
        let count = try other.evaluate("element(2, application:get_env(kernel, came_up))")
        _ = try trial.finish()
        let attempts = trial.output.split(separator: "\n").filter {
            $0.contains("erlclu/attempt/1") && $0.contains(other.name)
        }
        #expect(Int(count) == attempts.count && attempts.count > 100, "\(release): \(count), \(attempts.count)")
        #expect(attempts.allSatisfy { $0.contains(#""result":"up""#) }, "\(release): \(attempts)")
        // One after the other. Who dials waits 20 ms before the next one; on a busy machine the other end has not yet seen
        // that the one before it is up.
        let times = attempts.compactMap { $0.firstMatch(of: /"start":(\d+),"end":(\d+)/) }
            .map { (start: Int($0.1) ?? 0, end: Int($0.2) ?? 0) }.sorted { $0.start < $1.start }
        #expect(zip(times, times.dropFirst()).allSatisfy { $0.end <= $1.start + 20_000 }, "\(release): \(times)")
    }

    private func tellsBeginnings(_ node: ErlangNodeFixture) throws -> String {
        try node.evaluate(
            """
            [B || P <- processes(), {dictionary, D} <- [process_info(P, dictionary)],
                  lists:member({'$initial_call', {erlclu, trace_dist, 0}}, D), {begins, B} <- D]
            """)
    }

    @Test(arguments: OTPRelease.available)
    func leavesNothingBehind(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let before = try NodeTraces(on: node)
        for number in [SIGINT, SIGKILL, SIGSTOP] {
            let trial = try resting(node)
            trial.signal(number)
            let isGone = try eventually(within: number == SIGSTOP ? 10 : 5) { try NodeTraces(on: node) == before }
            #expect(isGone, "\(release), signal \(number)")
            if number == SIGSTOP { trial.signal(SIGKILL) }
        }
    }

    /// Who would wake it is killed on the node: it does not wait for ever.
    @Test(arguments: OTPRelease.available)
    func endsWithWhoWakesIt(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let before = try NodeTraces(on: node)
        let trial = try resting(node)
        try node.evaluate(
            """
            [exit(W, kill) || P <- processes(), {dictionary, D} <- [process_info(P, dictionary)],
                lists:member({'$initial_call', {erlclu, trace_dist, 0}}, D),
                {monitors, Ms} <- [process_info(P, monitors)], {process, W} <- Ms, is_pid(W)]
            """)
        #expect(eventually { trial.errors.contains("interrupted: it was ended there") }, "\(release): \(trial.errors)")
        #expect(eventually { trial.errors.contains("again") }, "\(release): \(trial.errors)")
        _ = try trial.finish()
        #expect(try eventually { try NodeTraces(on: node) == before }, "\(release)")
    }

    @Test(arguments: OTPRelease.available)
    func tellsAll(_ release: OTPRelease) throws {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release) }
        let trials = try nodes.map { try resting($0) }
        #expect(try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')") == "true")
        for (trial, other) in zip(trials, nodes.reversed()) {
            let isTold = eventually {
                trial.recorded.contains { $0.contains(other.name) && $0.contains(#""event":"up""#) }
            }
            #expect(isTold, "\(release): \(trial.recorded)")
        }
        for trial in trials { _ = try trial.finish() }
        let ladder = try TraceTrial.replay(trials.flatMap(\.recorded), ["-o", "ladder", "--peer", nodes[0].name])
        for rung in ["name", "status", "challenge", "flags", "cookie", "up"] {
            #expect(ladder.standardOutput.contains(try Regex("(?m)^\(rung) +ok")), "\(ladder.standardOutput)")
        }
        #expect(!ladder.standardOutput.contains("#2"), "\(release): \(ladder.standardOutput)")
    }

    /// Of the first stranger it may be too late to know the address; then the trace is attentive.
    @Test(arguments: OTPRelease.available)
    func wakesForStrangers(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let trial = try resting(node)
        var strangers = 0
        let isAddressTold = try eventually(within: 30) {
            let socket = try #require(LocalSocket.connect(port: node.port))
            defer { close(socket) }
            _ = [0, 5, 104, 101, 108, 108, 111].withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            strangers += 1
            let isTold = eventually { trial.recorded.count { $0.contains(#""event":"ended""#) } >= strangers }
            #expect(isTold, "\(release): \(trial.recorded)")
            return trial.recorded.contains { $0.contains(/"initiator":{"host":"127.0.0.1","port":\d+}/) }
        }
        #expect(isAddressTold, "\(release): \(trial.recorded)")
        #expect(try eventually { try status(of: node) == "[waiting]" })
        _ = try trial.finish()
    }
}
