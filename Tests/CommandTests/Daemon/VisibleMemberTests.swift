import ErlcluTestSupport
import Glibc
import Testing

/// Visible erlclud among real nodes: one cluster, and `global` works in it. A pair of OTP nodes and a pair of erlclud.
@Suite(.waiting) struct VisibleMemberTests {
    private static func node(_ release: OTPRelease, _ transport: NodeTransport, _ name: String? = nil) throws
        -> ErlangNodeFixture
    {
        try ErlangNodeFixture(release: release, name: name, transport: transport)
    }

    private static func daemon(_ peers: [String], _ transport: NodeTransport) throws -> DaemonFixture {
        var isSecure = false
        if case .tls = transport { isSecure = true }
        return try DaemonFixture(
            secure: isSecure,
            options: ["--visible", "--discover", "static:" + peers.joined(separator: ",")]
                + ["--probe-interval", "86400"])
    }

    /// That `node` lists all the others, and knows them as members of `global`.
    private static func sees(_ node: ErlangNodeFixture, _ others: [String]) throws -> Bool {
        let list = "[" + others.map { "'\($0)'" }.joined(separator: ",") + "]"
        return try node.evaluate(
            """
            begin
                Others = lists:sort(\(list)),
                {lists:sort(nodes()) =:= Others,
                    lists:sort([case N of {Name, _} -> Name; _ -> N end
                        || N <- gen_server:call(global_name_server, get_known)]) =:= Others}
            end
            """) == "{true,true}"
    }

    /// What blocks where a member does not answer.
    private static func globalWorks(_ node: ErlangNodeFixture) throws -> String {
        try node.evaluate(
            """
            begin
                Name = make_ref(),
                Pid = spawn(fun() -> receive stop -> ok end end),
                yes = global:register_name(Name, Pid),
                Pid = global:whereis_name(Name),
                done = global:trans({Name, self()}, fun() -> done end),
                ok = global:sync(),
                global:unregister_name(Name),
                Pid ! stop,
                works
            end
            """)
    }

    private static func overlaps(_ node: ErlangNodeFixture) -> Bool {
        node.log.contains("overlapping partitions") || node.log.contains("failed to connect")
            || node.log.contains("unexpected message")
    }

    @Test(arguments: OTPRelease.available, [NodeTransport.tcp, try .mutualTLS()])
    func aClusterOfFour(_ release: OTPRelease, _ transport: NodeTransport) throws {
        let one = try Self.node(release, transport)
        let two = try Self.node(release, transport)
        #expect(try one.evaluate("net_adm:ping('\(two.name)')") == "pong")
        // A name that is there already is given on.
        #expect(try one.evaluate("global:register_name(early, whereis(init))") == "yes")
        let first = try Self.daemon([one.name], transport)
        #expect(
            try eventually {
                try Self.sees(one, [two.name, first.name]) && Self.sees(two, [one.name, first.name])
            }, "\(first.process.standardError)\(one.log)\(two.log)")
        #expect(try Self.globalWorks(one) == "works")
        // The second one knows the first erlclud only, and meets the others through it.
        let second = try Self.daemon([first.name], transport)
        let daemons = [first.name, second.name]
        #expect(
            try eventually {
                try Self.sees(one, [two.name] + daemons) && Self.sees(two, [one.name] + daemons)
            }, "\(first.process.standardError)\(second.process.standardError)\(one.log)\(two.log)")
        for node in [one, two] { #expect(try Self.globalWorks(node) == "works") }
        for name in daemons {
            #expect(try two.evaluate("net_adm:ping('\(name)')") == "pong")
            #expect(try two.evaluate("length(rpc:call('\(name)', erlang, nodes, []))") == "3")
        }
        // A node that comes over an erlclud learns all names.
        let third = try Self.node(release, transport)
        #expect(try third.evaluate("net_adm:ping('\(second.name)')") == "pong")
        #expect(
            try eventually { try Self.sees(third, [one.name, two.name] + daemons) },
            "\(first.process.standardError)\(second.process.standardError)\(third.log)")
        #expect(try third.evaluate("node(global:whereis_name(early))") == "'\(one.name)'")
        for node in [one, two, third] {
            #expect(try Self.globalWorks(node) == "works")
            #expect(!Self.overlaps(node), "\(node.log)")
        }
        #expect(!first.process.standardError.contains("disconnect"), "\(first.process.standardError)")
        // A node that leaves takes its names along.
        one.stop()
        #expect(try eventually { try Self.sees(two, [third.name] + daemons) })
        #expect(try eventually { try two.evaluate("global:whereis_name(early)") == "undefined" })
        #expect(try Self.globalWorks(two) == "works")
    }

    /// erlclud comes and goes, in order and by SIGKILL; the others go on, and lose nobody else.
    @Test(arguments: OTPRelease.available, [SIGTERM, SIGKILL])
    func itComesAndGoes(_ release: OTPRelease, _ signal: Int32) throws {
        let one = try Self.node(release, .tcp)
        let two = try Self.node(release, .tcp)
        #expect(try one.evaluate("net_adm:ping('\(two.name)')") == "pong")
        let stays = try Self.daemon([one.name], .tcp)
        #expect(try eventually { try Self.sees(two, [one.name, stays.name]) })
        for round in 0..<3 {
            let goes = try Self.daemon([round % 2 == 0 ? one.name : stays.name], .tcp)
            // Once in the middle of its joining, else when it is there.
            if round > 0 {
                #expect(
                    try eventually {
                        try Self.sees(one, [two.name, stays.name, goes.name])
                            && Self.sees(two, [one.name, stays.name, goes.name])
                    }, "\(goes.process.standardError)\(one.log)")
            }
            goes.process.signal(signal)
            #expect(try Self.globalWorks(one) == "works")
            _ = try goes.process.wait()
            #expect(
                try eventually {
                    try Self.sees(one, [two.name, stays.name]) && Self.sees(two, [one.name, stays.name])
                }, "round \(round) \(stays.process.standardError)\(one.log)\(two.log)")
            #expect(try Self.globalWorks(two) == "works")
        }
        for (node, others) in [(one, [two.name, stays.name]), (two, [one.name, stays.name])] {
            for other in others { #expect(!node.log.contains("disconnect from node '\(other)'"), "\(node.log)") }
        }
    }

    /// Two partitions have one name with two processes. erlclud, whose own name is the lower one, has the conflict settled
    /// by the fun that came with the name, on the node of its process.
    @Test(arguments: OTPRelease.available)
    func aConflictOfNamesIsSettled(_ release: OTPRelease) throws {
        let one = try Self.node(release, .tcp, "m\(UInt32.random(in: 0...UInt32.max))")
        let two = try Self.node(release, .tcp, "z\(UInt32.random(in: 0...UInt32.max))")
        let daemon = try Self.daemon([one.name], .tcp)
        #expect(try eventually { try Self.sees(one, [daemon.name]) }, "\(daemon.process.standardError)")
        let registered = """
            begin
                register(loser, spawn(fun() -> receive stop -> ok end end)),
                global:register_name(both, whereis(loser))
            end
            """
        for node in [one, two] { #expect(try node.evaluate(registered) == "yes") }
        #expect(try two.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        #expect(
            try eventually { try Self.sees(two, [one.name, daemon.name]) && Self.sees(one, [two.name, daemon.name]) },
            "\(daemon.process.standardError)\(one.log)\(two.log)")
        // random_exit_name kills the process on the node with the greater name.
        for node in [one, two] {
            #expect(
                try eventually { try node.evaluate("node(global:whereis_name(both))") == "'\(one.name)'" },
                "\(one.log)\(two.log)")
            #expect(try Self.globalWorks(node) == "works")
        }
        #expect(try eventually { try two.evaluate("whereis(loser)") == "undefined" })
    }

    /// A lock that somebody has is refused to others by erlclud, and is free once its holder is dead.
    @Test(arguments: OTPRelease.available)
    func itKeepsLocks(_ release: OTPRelease) throws {
        let one = try Self.node(release, .tcp)
        let two = try Self.node(release, .tcp)
        let daemon = try Self.daemon([one.name, two.name], .tcp)
        #expect(
            try eventually {
                try Self.sees(one, [two.name, daemon.name]) && Self.sees(two, [one.name, daemon.name])
            }, "\(daemon.process.standardError)")
        // Only at erlclud.
        #expect(try one.evaluate("global:set_lock({r, one}, ['\(daemon.name)'], 0)") == "true")
        let taken = "global:set_lock({r, two}, ['\(daemon.name)'], 0)"
        #expect(try two.evaluate(taken) == "false")
        #expect(try one.evaluate("global:del_lock({r, one}, ['\(daemon.name)'])") == "true")
        #expect(try two.evaluate(taken) == "true")
        #expect(try two.evaluate("global:del_lock({r, two}, ['\(daemon.name)'])") == "true")
        // The process dies, and its node lives.
        let dead = """
            begin
                {Pid, Ref} = spawn_monitor(fun() -> true = global:set_lock({r, one}, ['\(daemon.name)'], 0) end),
                receive {'DOWN', Ref, process, Pid, Reason} -> Reason end
            end
            """
        #expect(try one.evaluate(dead) == "normal")
        #expect(try eventually { try two.evaluate(taken) == "true" })
        two.stop()
        #expect(try eventually { try one.evaluate("global:set_lock({r, one}, ['\(daemon.name)'], 0)") == "true" })
    }

    /// A process whose node has no link with erlclud may be dead: its lock is not kept, as with monitor/2.
    @Test func theLockOfAnAbsentProcessIsGivenUp() throws {
        let one = try Self.node(.host, .tcp)
        let daemon = try Self.daemon([one.name], .tcp)
        #expect(try eventually { try Self.sees(one, [daemon.name]) }, "\(daemon.process.standardError)")
        let asked = """
            begin
                Absent = binary_to_term(<<131, 88, 119, 8, "absent@h", 1:32, 0:32, 1:32>>),
                {global_name_server, '\(daemon.name)'} ! {'$gen_call', {Absent, tag}, {set_lock, {r, absent}}},
                sent
            end
            """
        #expect(try one.evaluate(asked) == "sent")
        #expect(try eventually { try one.evaluate("global:set_lock({r, one}, ['\(daemon.name)'], 0)") == "true" })
    }

    /// Nodes of several releases in one cluster with two erlclud. 23 and 25 speak two versions of global's protocol; 23 and
    /// 27 have no link with each other.
    @Test(.enabled(if: OTPRelease.available.count > 1), arguments: [[23, 25], [25, 27, 29]])
    func aClusterOfSeveralReleases(_ majors: [Int]) throws {
        let nodes = try OTPRelease.available.filter { majors.contains($0.major) }.map { try Self.node($0, .tcp) }
        let first = try Self.daemon([nodes[0].name], .tcp)
        let second = try Self.daemon([first.name], .tcp)
        // Each meets an erlclud only, and the others through it.
        for (number, node) in nodes.enumerated() {
            let peer = number % 2 == 0 ? second.name : first.name
            #expect(try eventually { try node.evaluate("net_adm:ping('\(peer)')") == "pong" })
        }
        let all = nodes.map(\.name) + [first.name, second.name]
        for node in nodes {
            #expect(
                try eventually { try Self.sees(node, all.filter { $0 != node.name }) },
                "\(first.process.standardError)\(second.process.standardError)\(node.log)")
        }
        for node in nodes {
            #expect(try Self.globalWorks(node) == "works")
            #expect(!Self.overlaps(node), "\(node.log)")
        }
    }

    /// A link between two nodes is cut: OTP 25 and later leave both alone, so that no partitions overlap, and erlclud has
    /// its part in that. Its discovery brings all together again.
    @Test(arguments: OTPRelease.available)
    func whatWasCutHeals(_ release: OTPRelease) throws {
        let nodes = try (0..<3).map { _ in try Self.node(release, .tcp) }
        let daemon = try Self.daemon(nodes.map(\.name), .tcp)
        let all = nodes.map(\.name) + [daemon.name]
        func isWhole() throws -> Bool {
            try nodes.allSatisfy { node in try Self.sees(node, all.filter { $0 != node.name }) }
        }
        #expect(try eventually { try isWhole() }, "\(daemon.process.standardError)")
        for _ in 0..<3 {
            let lines = daemon.process.standardError.split(separator: "\n").count
            #expect(try nodes[0].evaluate("erlang:disconnect_node('\(nodes[1].name)')") == "true")
            if release.preventsOverlap {
                #expect(
                    eventually {
                        daemon.process.standardError.split(separator: "\n").dropFirst(lines)
                            .contains { $0.contains("event=disconnect") }
                    }, "\(daemon.process.standardError)")
            } else {
                _ = try nodes[0].evaluate("net_adm:ping('\(nodes[1].name)')")
            }
            #expect(
                try eventually(within: 2 * Deadline.patience) { try isWhole() },
                "\(daemon.process.standardError)\(nodes.map(\.log))")
            for node in nodes { #expect(try Self.globalWorks(node) == "works") }
        }
    }
}

extension OTPRelease {
    /// Since OTP 25 by default.
    fileprivate var preventsOverlap: Bool { major >= 25 }
}
