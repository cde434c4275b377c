import ErlcluTestSupport
import Foundation
import Testing

/// Three nodes of several releases and two visible erlclud. In each round some of them are killed and come back, and links
/// are cut, at random moments, while names are registered; then all are to know all, and names can be registered.
@Suite(.waiting, .enabled(if: SoakTime.seconds != nil, "only in make soak")) struct GlobalChaosSoakTests {
    private final class Cluster {
        let names: [String]
        let daemonNames: [String]
        private let releases: [OTPRelease]
        private(set) var nodes: [ErlangNodeFixture] = []
        private(set) var daemons: [DaemonFixture] = []

        init(_ releases: [OTPRelease]) throws {
            self.releases = releases
            let run = UInt32.random(in: 0 ... .max)
            names = releases.indices.map { "node\(run)x\($0)@127.0.0.1" }
            daemonNames = ["a", "z"].map { "\($0)erlclud\(run)@127.0.0.1" }
            for index in releases.indices { nodes.append(try node(index)) }
            for index in daemonNames.indices { daemons.append(try daemon(index)) }
        }

        var all: [String] { names + daemonNames }

        private func node(_ index: Int) throws -> ErlangNodeFixture {
            try ErlangNodeFixture(
                release: releases[index], name: String(names[index].prefix { $0 != "@" }))
        }

        private func daemon(_ index: Int) throws -> DaemonFixture {
            let peers = all.filter { $0 != daemonNames[index] }
            return try DaemonFixture(
                name: daemonNames[index],
                options: ["--visible", "--discover", "static:" + peers.joined(separator: ","), "--probe-interval", "5"])
        }

        func restartNode(_ index: Int) throws {
            nodes[index].stop()
            nodes[index] = try node(index)
        }

        func restartDaemon(_ index: Int) throws {
            daemons[index].process.signal(Bool.random() ? SIGTERM : SIGKILL)
            _ = try daemons[index].process.wait()
            daemons[index] = try daemon(index)
        }

        /// Everybody's word on whom `global` knows there.
        func known() throws -> [String] {
            try all.map { name in
                try nodes[0].evaluate(
                    "{'\(name)', catch lists:sort(gen_server:call({global_name_server, '\(name)'}, get_known, 2000))}",
                    within: 30)
            }
        }

        var wanted: [String] {
            all.map { name in
                let others = all.filter { $0 != name }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                return "{'\(name)',[" + others.map { "'\($0)'" }.joined(separator: ",") + "]}"
            }
        }

        var logs: String {
            daemons.map { String($0.process.standardError.suffix(3000)) }.joined(separator: "\n----\n")
                + nodes.map { "\n----\n" + String($0.log.suffix(2000)) }.joined()
        }
    }

    /// OTP 23 has no link with 27 and later.
    private static let mixes: [[OTPRelease]] = {
        let new = OTPRelease.available.filter { $0.major >= 25 }
        let old = OTPRelease.available.filter { $0.major < 25 }
        return [(0..<3).map { new[$0 % new.count] }] + old.map { [$0, .host, .host] }
    }()

    @Test(arguments: mixes) func allComeBack(_ releases: [OTPRelease]) throws {
        let end = Deadline.after(seconds: try #require(SoakTime.seconds))
        let cluster = try Cluster(releases)
        var number = 0
        while !end.hasPassed {
            var done: [String] = []
            for _ in 0..<Int.random(in: 1...4) {
                usleep(.random(in: 0...2_000_000))
                let index = Int.random(in: 0..<3)
                switch Int.random(in: 0..<6) {
                case 0:
                    done.append("killed node \(index)")
                    try cluster.restartNode(index)
                case 1:
                    done.append("killed daemon \(index % 2)")
                    try cluster.restartDaemon(index % 2)
                case 2, 3:
                    // OTP 23 passes nodes on without their versions: who learns of others through it tells them nothing of a
                    // lost link, and two nodes of OTP stay without one. An erlclud dials.
                    let isOld = releases.contains { $0.major < 25 }
                    let other = try #require((isOld ? cluster.daemonNames : cluster.all).randomElement())
                    done.append("cut \(cluster.names[index]) \(other)")
                    try cluster.nodes[index].evaluate("erlang:disconnect_node('\(other)')")
                default:
                    done.append("names")
                    try cluster.nodes[index].evaluate(
                        "[spawn(fun() -> global:register_name({\(number),I,node()}, self()), timer:sleep(rand:uniform(4000)) end)"
                            + " || I <- lists:seq(1, 5)], ok")
                }
            }
            let wanted = cluster.wanted
            var known: [String] = []
            let isWhole = try eventually(within: 60) {
                known = try cluster.known().map { $0.filter { !$0.isWhitespace } }
                return known == wanted
            }
            try #require(
                isWhole, "round \(number), \(done):\n\(known.joined(separator: "\n"))\n\(cluster.logs)")
            for node in cluster.nodes {
                let name = "{last,\(number),node()}"
                let isRegistered = try eventually(within: 60) {
                    try node.evaluate(
                        "erase(done), {Pid, Ref} = spawn_monitor(fun() -> "
                            + "exit(global:register_name(\(name), whereis(init))) end), "
                            + "receive {'DOWN', Ref, process, Pid, R} -> R after 50000 -> late end", within: 60)
                        == "yes"
                }
                try #require(isRegistered, "round \(number), \(done): \(node.name)\n\(cluster.logs)")
                try node.evaluate("global:unregister_name(\(name))", within: 60)
            }
            number += 1
        }
        print("\(number) rounds")
    }
}
