import DistributionProtocol
import ErlangTerm
import ErlcluTestSupport
import Testing

/// `GlobalServer` among its like, in many orders of events. Real nodes are its other half, in `VisibleMemberTests`.
@Suite struct GlobalServerTests {
    private static let names = ["a@h", "b@h", "c@h", "d@h", "e@h"]

    private static func client(_ number: UInt32) -> PID { PID(node: "client@h", id: number, serial: 0, creation: 1) }

    /// All know all others, nobody holds the lock for joining, and all have the same names.
    private static func expectWhole(_ cluster: inout GlobalCluster, _ seed: UInt64) {
        let nodes = cluster.servers.keys.sorted { $0.name < $1.name }
        for node in nodes {
            let others = nodes.filter { $0 != node }.map(\.name)
            #expect(cluster.servers[node]?.knownNodes == others, "seed \(seed), \(node)")
            let asker = client(1000)
            cluster.call(node, from: asker, .tuple(.atom("set_lock"), .tuple(.atom("global"), .atom("test"))))
            #expect(cluster.answers[asker]?.last == .tuple(.atom("tag"), .true), "seed \(seed), \(node)")
            cluster.call(node, from: asker, .tuple(.atom("del_lock"), .tuple(.atom("global"), .atom("test"))))
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>, [2, 3, 5])
    func partitionsBecomeOne(_ seed: UInt64, _ count: Int) throws {
        var cluster = try GlobalCluster(Array(Self.names.prefix(count)), seed: seed)
        let nodes = Self.names.prefix(count).map { Atom($0) }
        // A chain: most learn of most others from somebody else.
        for (one, other) in zip(nodes, nodes.dropFirst()) {
            cluster.connect(one, other)
            for _ in 0..<(seed % 7) { _ = cluster.step() }
        }
        #expect(cluster.run() == true, "seed \(seed)")
        Self.expectWhole(&cluster, seed)
        #expect(cluster.reports.isEmpty)
    }

    /// Several join at the same time, each over somebody else.
    @Test(arguments: 0..<400 as Range<UInt64>)
    func manyJoinAtOnce(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let names = Self.names.shuffled(using: &random)
        var cluster = try GlobalCluster(names, seed: seed)
        for number in 1..<names.count {
            cluster.connect(Atom(names[number]), Atom(names[Int.random(in: 0..<number, using: &random)]))
            for _ in 0..<Int.random(in: 0..<30, using: &random) { _ = cluster.step() }
        }
        #expect(cluster.run() == true, "seed \(seed)")
        Self.expectWhole(&cluster, seed)
        #expect(cluster.reports.isEmpty)
    }

    /// A node that dies, at any moment, leaves a whole cluster behind, and no lock.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func aDeathLeavesNothingBehind(_ seed: UInt64) throws {
        var cluster = try GlobalCluster(Array(Self.names.prefix(4)), seed: seed)
        let nodes = Self.names.prefix(4).map { Atom($0) }
        for one in nodes.dropFirst() { cluster.connect(nodes[0], one) }
        for _ in 0..<(seed * 3) { _ = cluster.step() }
        cluster.kill(nodes[Int(seed) % 3 + 1])
        #expect(cluster.run() == true, "seed \(seed)")
        // Whoever was cut off meets the others again, as a discovery would have it.
        for one in nodes { for other in nodes { cluster.connect(one, other) } }
        #expect(cluster.run() == true, "seed \(seed)")
        Self.expectWhole(&cluster, seed)
    }

    /// Names are registered, and so `global` locked, while partitions are joined: all have all of them in the end.
    @Test(arguments: 0..<150 as Range<UInt64>)
    func namesAreRegisteredInTheMiddle(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let names = Array(Self.names.shuffled(using: &random).prefix(Int(seed % 4) + 2))
        var cluster = try GlobalCluster(names, old: seed % 3 == 0 ? [names[0]] : [], seed: seed)
        let nodes = names.map { Atom($0) }
        for (number, node) in nodes.enumerated() {
            if number > 0 { cluster.connect(node, nodes[Int.random(in: 0..<number, using: &random)]) }
            for _ in 0..<Int.random(in: 0..<40, using: &random) { _ = cluster.step() }
            cluster.register(.integer(number), Self.client(UInt32(number)), on: node)
        }
        #expect(cluster.run() == true, "seed \(seed)")
        Self.expectWhole(&cluster, seed)
        let all = Dictionary(uniqueKeysWithValues: nodes.indices.map { (Term.integer($0), Self.client(UInt32($0))) })
        for node in nodes { #expect(cluster.servers[node]?.registrations == all, "seed \(seed): \(node)") }
        #expect(cluster.reports.isEmpty, "seed \(seed)")
    }

    /// Links end and come up, attempts fail, nodes die and come back, names are registered: when that is over, all come
    /// to know all, and `global` is locked by nobody. Half of the runs have nodes of version 5; half of them let
    /// partitions overlap.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func allComeTogetherAgain(_ seed: UInt64) throws {
        var cluster = try Self.churned(seed)
        Self.expectWhole(&cluster, seed)
        #expect(
            !cluster.reports.contains { if case .joiningGivenUp = $0 { true } else { false } }, "seed \(seed)")
    }

    /// Nothing goes in the order of a dictionary, which is another one in each: a run that fails can be looked at.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func aSeedRepeatsARun(_ seed: UInt64) throws {
        let (one, other) = (try Self.churned(seed, isRecorded: true), try Self.churned(seed, isRecorded: true))
        let history = try #require(one.history)
        #expect(history.count > 20)
        let difference = zip(history, other.history ?? []).first { $0 != $1 }
        #expect(difference == nil, "\(difference.map { "\($0) and \($1)" } ?? "")")
        #expect(history.count == other.history?.count)
    }

    private static func churned(_ seed: UInt64, isRecorded: Bool = false) throws -> GlobalCluster {
        var random = SeededGenerator(seed: seed)
        let names = Array(Self.names.prefix(Int.random(in: 2...5, using: &random)))
        let old = seed % 2 == 0 ? [] : names.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
        var cluster = try GlobalCluster(names, old: old, seed: seed, preventsOverlap: seed % 4 < 2)
        cluster.history = isRecorded ? [] : nil
        let nodes = names.map { Atom($0) }
        func node() throws -> Atom { try #require(nodes.randomElement(using: &random)) }
        cluster.failingAttempts = 20
        for number in 0..<15 {
            for _ in 0..<Int.random(in: 0..<60, using: &random) { _ = cluster.step() }
            switch Int.random(in: 0..<10, using: &random) {
            case 0: cluster.cut(try node(), try node())
            case 1: cluster.kill(try node())
            case 2, 3: try cluster.start(try node())
            case 4: cluster.register(.integer(number), Self.client(UInt32(number)), on: try node())
            default: cluster.connect(try node(), try node())
            }
        }
        cluster.failingAttempts = 0
        for node in nodes { try cluster.start(node) }
        // What has lost one another is brought together again and again, as by a discovery.
        for _ in 0..<4 {
            for one in nodes { for other in nodes { cluster.connect(one, other) } }
            #expect(cluster.run() == true, "seed \(seed)")
        }
        return cluster
    }

    /// One link is cut: both of its ends are left alone by the others, and nobody has a partition that overlaps.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func partitionsDoNotOverlap(_ seed: UInt64) throws {
        var cluster = try GlobalCluster(Self.names, seed: seed)
        let nodes = Self.names.map { Atom($0) }
        for one in nodes.dropFirst() { cluster.connect(nodes[0], one) }
        #expect(cluster.run() == true)
        cluster.cut(nodes[1], nodes[3])
        #expect(cluster.run() == true)
        for node in nodes {
            for other in cluster.servers[node]?.knownNodes ?? [] {
                let back = cluster.servers[Atom(other)]?.knownNodes ?? []
                let mine = (cluster.servers[node]?.knownNodes ?? []) + [node.name]
                #expect(Set(back + [other]) == Set(mine), "seed \(seed): \(node) and \(other)")
            }
        }
        #expect(cluster.servers[nodes[1]]?.knownNodes.contains(nodes[3].name) == false)
    }

    /// In a cluster that has it off, a link that is cut concerns its two ends.
    @Test func partitionsMayOverlap() throws {
        var cluster = try GlobalCluster(Self.names, seed: 0, preventsOverlap: false)
        let nodes = Self.names.map { Atom($0) }
        for one in nodes.dropFirst() { cluster.connect(nodes[0], one) }
        #expect(cluster.run() == true)
        cluster.cut(nodes[1], nodes[3])
        #expect(cluster.run() == true)
        #expect(cluster.servers[nodes[1]]?.knownNodes == ["a@h", "c@h", "e@h"])
        #expect(cluster.servers[nodes[3]]?.knownNodes == ["a@h", "c@h", "e@h"])
        #expect(cluster.servers[nodes[0]]?.knownNodes == ["b@h", "c@h", "d@h", "e@h"])
        #expect(cluster.reports.isEmpty)
    }

    /// What one partition has registered is registered in the other.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func namesAreGivenBack(_ seed: UInt64) throws {
        var cluster = try GlobalCluster(Array(Self.names.prefix(3)), seed: seed)
        let (one, other, third) = (Atom("a@h"), Atom("b@h"), Atom("c@h"))
        let method = Term.exportFun(module: "global", function: "random_exit_name", arity: 3)
        func register(_ name: String, _ pid: PID) -> Term {
            .tuple(.atom("register"), .atom(Atom(name)), .pid(pid), method)
        }
        cluster.call(one, from: Self.client(1), register("one", Self.client(1)))
        cluster.call(other, from: Self.client(2), register("two", Self.client(2)))
        cluster.connect(one, other)
        #expect(cluster.run() == true)
        cluster.connect(other, third)
        #expect(cluster.run() == true)
        for node in [one, other, third] {
            #expect(cluster.servers[node]?.registeredNames == ["one", "two"], "\(node)")
        }
        cluster.call(third, from: Self.client(2), .tuple(.atom("unregister"), .atom("two")))
        #expect(cluster.servers[third]?.registeredNames == ["one"])
    }

    /// Terms of every shape, and messages with parts that are exchanged: nothing is asked of them but that they do no harm.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func whatIsNoMessageIsPassedOver(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var server = GlobalServer(name: try NodeName("a@h"), creation: 1, creationExtension: .max)
        _ = server.nodeUp("b@h")
        let tags = [
            "init_connect", "exchange", "resolved", "new_nodes", "in_sync", "lock_set", "init_connect_ack",
            "cancel_connect", "lost_connection", "remove_connection", "set_lock", "del_lock", "register",
            "unregister", "register_ext", "insert", "delete", "locker", "get_known",
        ]
        func term(_ depth: Int) -> Term {
            switch Int.random(in: 0...(depth > 3 ? 5 : 9), using: &random) {
            case 0: .integer(Int.random(in: -2...3, using: &random))
            case 1: .integer(.max)
            case 2: .atom(Bool.random(using: &random) ? "b@h" : "a@h")
            case 3: .pid(PID(node: Bool.random(using: &random) ? "b@h" : "c@h", id: 3, serial: 0, creation: 1))
            case 4: .true
            case 5: .reference(Reference(node: "a@h", creation: 1, words: [1, 0, 0x676c_6f62]))
            case 6: .list((0..<Int.random(in: 0...3, using: &random)).map { _ in term(depth + 1) })
            case 7: .map([MapPair(term(depth + 1), term(depth + 1))])
            default: message(depth + 1)
            }
        }
        func message(_ depth: Int) -> Term {
            let tag = Term.atom(Atom(tags.randomElement(using: &random) ?? ""))
            return .tuple([tag] + (0..<Int.random(in: 0...6, using: &random)).map { _ in term(depth) })
        }
        for _ in 0..<3000 {
            switch Int.random(in: 0...4, using: &random) {
            case 0: _ = server.received(message(0))
            case 1: _ = server.received(.tuple(.atom("$gen_call"), .tuple(term(3), term(3)), message(0)))
            case 2: _ = server.lockerReceived(message(0))
            case 3: _ = server.lockerWoke(random: .max)
            default: _ = server.received(.tuple(.atom("$gen_cast"), message(0)))
            }
        }
        _ = server.nodeDown("b@h")
        #expect(!server.knownNodes.contains("b@h"))
    }

    /// Announcements that wait while the locker is busy, each of which fails at once when its turn comes.
    @Test(arguments: [(1, 10_000), (1000, 2)])
    func whatWasDeferredTakesNoStack(_ count: Int, _ times: Int) throws {
        var server = GlobalServer(name: try NodeName("z@h"), creation: 1, creationExtension: 0)
        let peers = (0...count).map { PID(node: Atom("n\($0)@h"), id: 9, serial: 0, creation: 1) }
        for peer in peers {
            _ = server.nodeUp(peer.node)
            let greeting = Term.tuple(
                .atom("init_connect"), .tuple(.integer(5), .integer(1)), .atom(peer.node),
                .tuple(.atom("locker"), .atom("no"), .emptyList, .pid(peer)))
            _ = server.received(.tuple(.atom("$gen_cast"), greeting))
        }
        // It asks one of them for the lock, and waits.
        var call: [Term]?
        for case .send(let message, _) in server.lockerWoke(random: 0) { call = message.asTuple(3) ?? call }
        let asked = try #require(call)
        let (from, request) = (try #require(asked[1].asTuple(2)), asked[2])
        // Somebody else has it here for the same requester, and keeps it.
        let client = Term.tuple(.pid(Self.client(1)), .atom("tag"))
        let answers = server.received(.tuple(.atom("$gen_call"), client, request))
        #expect(answers.contains(.tell(.tuple(.atom("tag"), .true), to: Self.client(1))))
        for _ in 0..<times {
            for peer in peers.dropFirst() {
                let announcement = Term.tuple(.atom("lock_set"), .pid(peer), .true, [])
                #expect(server.received(.tuple(.atom("$gen_cast"), announcement)).isEmpty)
            }
        }
        let refused = server.lockerReceived(.tuple(from[1], .false)).compactMap { action -> PID? in
            guard case .tell(let message, let pid) = action, message.asTuple(4)?[2] == .false else { return nil }
            return pid
        }
        // However often they spoke.
        #expect(refused == Array(peers.dropFirst()))
        #expect(!server.isJoining)
    }

    @Test func aLockHasOneRequester() throws {
        var cluster = try GlobalCluster(["a@h"], seed: 0)
        func call(_ verb: String, _ number: UInt32, _ requester: Int) -> Term? {
            let id = Term.tuple(.atom("resource"), .integer(requester))
            cluster.call("a@h", from: Self.client(number), .tuple(.atom(Atom(verb)), id))
            return cluster.answers[Self.client(number)]?.last?.lastElement
        }
        #expect(call("set_lock", 1, 1) == .true)
        #expect(call("set_lock", 2, 2) == .false)
        // Two processes may hold it for one requester, and it is free when both have let go.
        #expect(call("set_lock", 3, 1) == .true)
        #expect(call("del_lock", 1, 1) == .true)
        #expect(call("set_lock", 2, 2) == .false)
        #expect(call("del_lock", 2, 2) == .true)
        #expect(call("set_lock", 2, 2) == .false)
        #expect(call("del_lock", 3, 1) == .true)
        #expect(call("set_lock", 2, 2) == .true)
    }
}

extension Term {
    fileprivate var lastElement: Term? { if case .tuple(let parts) = self { parts.last } else { nil } }

    fileprivate func asTuple(_ count: Int) -> [Term]? {
        if case .tuple(let parts) = self, parts.count == count { parts } else { nil }
    }
}
