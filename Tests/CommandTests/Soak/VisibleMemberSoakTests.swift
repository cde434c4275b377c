import ErlcluTestSupport
import Foundation
import Testing

/// Two nodes and two visible erlclud over TLS, of which one is killed and started again every 20 s, while the nodes take
/// locks and register names without end.
@Suite(.waiting, .enabled(if: SoakTime.seconds != nil, "only in make soak")) struct VisibleMemberSoakTests {
    private static func daemon(_ peers: [String]) throws -> DaemonFixture {
        try DaemonFixture(
            secure: true,
            options: ["--visible", "--discover", "static:" + peers.joined(separator: ","), "--probe-interval", "5"])
    }

    /// Goes on for ever; how often it has come round is in its dictionary.
    private static let worker = """
        register(worker, spawn(fun() ->
            (fun Loop(N) ->
                put(rounds, N),
                Name = {name, node()},
                Pid = spawn(fun() -> receive stop -> ok end end),
                yes = global:register_name(Name, Pid),
                ok = global:trans({lock, self()}, fun() -> ok end),
                global:unregister_name(Name),
                Pid ! stop,
                timer:sleep(20),
                Loop(N + 1)
            end)(0)
        end))
        """

    private static func rounds(_ node: ErlangNodeFixture) throws -> Int {
        Int(
            try node.evaluate(
                "element(2, lists:keyfind(rounds, 1, element(2, process_info(whereis(worker), dictionary))))"))
            ?? -1
    }

    @Test(arguments: OTPRelease.available)
    func nobodyBlocksAndAllComeBack(_ release: OTPRelease) throws {
        let end = Deadline.after(seconds: try #require(SoakTime.seconds))
        let one = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        let stays = try Self.daemon([one.name])
        var daemon = try Self.daemon([one.name, stays.name])
        var two = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        try one.evaluate(Self.worker)
        var number = 0
        while !end.hasPassed {
            let peers = [two.name, daemon.name, stays.name]
            #expect(try eventually { try one.evaluate("net_adm:ping('\(two.name)')") == "pong" })
            #expect(
                try eventually {
                    try one.evaluate("lists:sort(nodes()) =:= lists:sort(\(list(peers)))") == "true"
                        && two.evaluate("length(nodes())") == "3"
                }, "\(release): \(stays.process.standardError.suffix(4000))\(one.log.suffix(4000))")
            let before = try Self.rounds(one)
            #expect(try eventually { try Self.rounds(one) > before + 5 }, "\(release): round \(number)")
            // What was not killed has lost nobody else.
            #expect(!one.log.contains("disconnect from node '\(stays.name)'"), "\(release): \(one.log.suffix(4000))")
            let next = Deadline.after(seconds: min(20, end.secondsLeft))
            while !next.hasPassed { usleep(200_000) }
            number += 1
            if number % 3 == 0 {
                two.stop()
                two = try ErlangNodeFixture(release: release, transport: .mutualTLS())
            } else {
                daemon.process.signal(number % 2 == 0 ? SIGTERM : SIGKILL)
                _ = try daemon.process.wait()
                daemon = try Self.daemon([one.name, stays.name])
            }
        }
        #expect(stays.process.isRunning && one.isRunning)
    }

    private func list(_ names: [String]) -> String { "[" + names.map { "'\($0)'" }.joined(separator: ",") + "]" }
}
