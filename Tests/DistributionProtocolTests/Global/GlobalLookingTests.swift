import DistributionProtocol
import ErlangTerm
import Testing

/// What `GlobalServer` finds when it looks around, and what it does then.
@Suite struct GlobalLookingTests {
    /// The first look says nothing: what it finds may be on its way.
    private static func lookAgain(_ subject: inout GlobalSubject, _ times: Int = 1) -> [GlobalAction] {
        for _ in 0..<times { #expect(subject.server.look().isEmpty) }
        return subject.heard(subject.server.look())
    }

    private static func isOnlyFor(_ node: Atom, _ actions: [GlobalAction]) -> Bool {
        actions.allSatisfy { if case .send(_, let other) = $0 { other == node } else { true } }
    }

    // MARK: nodes that are half known

    /// One that asks to join us though we know it does not know us. It gets its joining, and nobody hears of that.
    @Test func whoDoesNotKnowUsIsJoined() throws {
        var subject = try GlobalSubject()
        for node: Atom in ["b@h", "c@h"] { subject.heard(subject.server.nodeUp(node)) }
        _ = subject.learned("b@h", "c@h")
        let request = Term.tuple(.atom("register"), .atom("name"), .pid(subject.locker("b@h")), .atom("method"))
        let caller = Term.tuple(.pid(subject.locker("c@h")), .atom("tag"))
        _ = subject.server.received(.tuple(.atom("$gen_call"), caller, request))
        _ = subject.cast(.atom("in_sync"), .atom("b@h"), .true)
        _ = subject.greeted(by: "b@h", 5)
        let begun = Self.lookAgain(&subject)
        #expect(begun.contains(.report(.halfKnown("b@h"))))
        #expect(GlobalSubject.sent("init_connect", in: begun, to: "b@h").count == 2)
        #expect(GlobalSubject.sent(begun, to: "b@h").count == 2)
        #expect(Self.isOnlyFor("b@h", begun))
        #expect(!begun.contains(.disconnect("b@h")))
        #expect(subject.server.knownNodes == ["c@h"])
        #expect(subject.server.registeredNames == ["name"])
        // It goes on from there.
        let tag = try #require(subject.tags["b@h"])
        _ = subject.server.received(.tuple(.atom("init_connect_ack"), .atom("b@h"), tag, .integer(5)))
        #expect(Self.lookAgain(&subject, 3).isEmpty)
    }

    /// Nothing is wrong where it is said in time that both know each other.
    @Test func whoIsInSyncInTimeIsLeftAlone() throws {
        var subject = try GlobalSubject()
        _ = subject.learned("b@h")
        subject.heard(subject.server.nodeUp("b@h"))
        _ = subject.greeted(by: "b@h", 2)
        #expect(subject.server.look().isEmpty)
        _ = subject.cast(.atom("in_sync"), .atom("b@h"), .true)
        #expect(Self.lookAgain(&subject, 3).isEmpty)
        #expect(subject.server.knownNodes == ["b@h"])
    }

    /// OTP's has no joining any more that could go on. It ends the link itself then, without a word to others.
    @Test func whoDoesNotTakeUpTheJoiningEndsTheLink() throws {
        var subject = try GlobalSubject()
        for node: Atom in ["b@h", "c@h"] { subject.heard(subject.server.nodeUp(node)) }
        _ = subject.learned("b@h", "c@h")
        _ = subject.cast(.atom("in_sync"), .atom("b@h"), .true)
        _ = subject.greeted(by: "b@h", 5)
        #expect(Self.lookAgain(&subject).contains(.report(.halfKnown("b@h"))))
        let ended = subject.heard(subject.server.look())
        expectThatItEndsTheLink(ended)
        #expect(subject.server.look() == [.disconnect("b@h")])
        let down = subject.server.nodeDown("b@h")
        #expect(down.contains(.connect("b@h")))
        #expect(Self.isOnlyFor("b@h", down))
    }

    /// It comes to know us before it is asked to end the link, for it heeds that of nodes that it knows.
    private func expectThatItEndsTheLink(_ actions: [GlobalAction]) {
        let sent = GlobalSubject.sent(actions, to: "b@h")
        let order = sent.map { "\($0)" }.filter { $0.contains("new_nodes") || $0.contains("remove_connection") }
        #expect(order.count == 2 && order[0].contains("new_nodes") && order[0].contains("m@h"))
        #expect(sent.contains(GlobalSubject.removal))
        #expect(Self.isOnlyFor("b@h", actions))
        #expect(!actions.contains(.disconnect("b@h")))
    }

    @Test func whomWeDoNotKnowEndsTheLink() throws {
        var subject = try GlobalSubject()
        for node: Atom in ["b@h", "c@h"] { subject.heard(subject.server.nodeUp(node)) }
        _ = subject.learned("c@h")
        _ = subject.greeted(by: "b@h", 5)
        _ = subject.cast(.atom("in_sync"), .atom("b@h"), .true)
        let ended = Self.lookAgain(&subject)
        #expect(ended.contains(.report(.halfKnown("b@h"))))
        expectThatItEndsTheLink(ended)
        let down = subject.server.nodeDown("b@h")
        #expect(down.contains(.connect("b@h")))
        #expect(Self.isOnlyFor("b@h", down))
        // A process of OTP's says in_sync to what it was told, over the link that comes up next: they are joined there.
        subject.heard(subject.server.nodeUp("b@h"))
        #expect(subject.cast(.atom("in_sync"), .atom("b@h"), .true).isEmpty)
        let tag = subject.tags["b@h"]
        let joined = subject.greeted(by: "b@h", 6)
        #expect(GlobalSubject.sent("init_connect_ack", in: joined, to: "b@h").count == 1)
        #expect(subject.tags["b@h"] == tag)
        // The next one means what it says.
        let answer = subject.cast(.atom("in_sync"), .atom("b@h"), .true)
        #expect(GlobalSubject.sent(answer, to: "b@h") == [GlobalSubject.cancel(6)])
    }

    /// x and o are one partition, and m joins o. What o tells x of that is lost, and x is like a node of OTP: it looks at
    /// nothing. In half of the runs its own attempt is over by the in_sync of m, as it is there.
    @Test(arguments: 0..<20 as Range<UInt64>, ["m@h", "z@h"])
    func halfKnownNodesComeTogether(_ seed: UInt64, _ name: String) throws {
        var cluster = try GlobalCluster(["o@h", "x@h", name], seed: seed)
        let (own, one, other): (Atom, Atom, Atom) = (Atom(name), "o@h", "x@h")
        cluster.blind = [one, other]
        cluster.connect(one, other)
        #expect(cluster.run() == true)
        cluster.isLost = { message, from, to in
            guard to == other else { return false }
            let text = "\(message)"
            return from == one ? text.contains("new_nodes") : seed % 2 == 0 && text.contains("in_sync")
        }
        cluster.connect(own, one)
        #expect(cluster.run() == true)
        for node in [own, one, other] { #expect(cluster.servers[node]?.knownNodes.count == 2, "\(node)") }
        let isCut = cluster.reports.contains(.disconnected(by: own))
        #expect(isCut == (seed % 2 == 1))
        #expect(cluster.reports.first == .halfKnown(other))
        #expect(cluster.reports.count == (isCut ? 2 : 1), "\(cluster.reports)")
        #expect(cluster.servers[own]?.isJoining == false)
    }

    // MARK: the lock

    /// The other locker has the lock, and says no more.
    @Test func aJoiningWithoutAWordIsGivenUp() throws {
        var subject = try GlobalSubject()
        subject.heard(subject.server.nodeUp("b@h"))
        _ = subject.greeted(by: "b@h", 1)
        let tag = try #require(subject.tags["b@h"])
        _ = subject.cast(.atom("lock_set"), .pid(subject.locker("b@h")), .true, .list([]), tag)
        #expect(subject.server.isJoining)
        let given = Self.lookAgain(&subject)
        #expect(given.contains(.report(.joiningGivenUp("b@h", silent: "b@h"))))
        #expect(GlobalSubject.sent(given, to: "b@h").contains(GlobalSubject.cancel(1)))
        #expect(!subject.server.isJoining)
        #expect(subject.tags["b@h"] != tag)
    }

    /// Where the other node has the lower name it settles conflicts, and a fun of the user may take minutes there.
    @Test(arguments: [("b@h", 9), ("z@h", 1)])
    func whoSettlesConflictsHasTime(_ name: String, _ quiet: Int) throws {
        var subject = try GlobalSubject()
        let peer = Atom(name)
        subject.heard(subject.server.nodeUp(peer))
        _ = subject.greeted(by: peer, 1)
        let tag = try #require(subject.tags[peer])
        _ = subject.cast(.atom("lock_set"), .pid(subject.locker(peer)), .true, .list([]), tag)
        let resolved = subject.cast(.atom("exchange"), .atom(peer), .list([]), .list([]), tag)
        #expect(GlobalSubject.sent("resolved", in: resolved, to: peer).count == 1)
        let given = Self.lookAgain(&subject, quiet)
        #expect(given.contains(.report(.joiningGivenUp(peer, silent: peer))))
        #expect(!subject.server.isJoining)
    }

    /// A member that does not answer holds up this joining, and nobody else for longer than that.
    @Test func aMemberWithoutAWordDoesNotKeepTheLock() throws {
        var subject = try GlobalSubject()
        for node: Atom in ["z@h", "b@h", "c@h"] { subject.heard(subject.server.nodeUp(node)) }
        _ = subject.learned("z@h", "c@h")
        _ = subject.greeted(by: "b@h", 1)
        func calls(_ verb: String, _ actions: [GlobalAction]) -> Set<Atom> {
            Set(["z@h", "b@h", "c@h"].filter { !GlobalSubject.sent(verb, in: actions, to: $0).isEmpty })
        }
        let boss = GlobalSubject.sent("set_lock", in: subject.server.lockerWoke(random: 0), to: "z@h")
        #expect(subject.server.look().isEmpty)
        // What answers within that time is as good as ever.
        let ends = GlobalSubject.sent("set_lock", in: try subject.granted(boss.first), to: "b@h")
        #expect(subject.server.look().isEmpty)
        #expect(calls("set_lock", try subject.granted(ends.first)) == ["c@h"])
        let given = Self.lookAgain(&subject)
        #expect(given.contains(.report(.joiningGivenUp("b@h", silent: "c@h"))))
        // It may have set the lock, and answer later.
        #expect(calls("del_lock", given) == ["z@h", "b@h", "c@h"])
        #expect(!subject.server.isJoining)
        let other = Term.tuple(.pid(subject.locker("z@h")), .atom("tag"))
        let request = Term.tuple(.atom("set_lock"), .tuple(.atom("global"), .atom("other")))
        #expect(
            subject.server.received(.tuple(.atom("$gen_call"), other, request)).contains(
                .tell(.tuple(.atom("tag"), .true), to: subject.locker("z@h"))))
        #expect(given.last == .wakeLocker(afterMilliseconds: 60_000))
    }

    // MARK: what waits for a link

    /// A joining tells nodes whose link is on the way, up to a limit of bytes.
    @Test(arguments: [(3, true), (20, false)])
    func whatWaitsForALinkHasALimit(_ mebibytes: Int, _ isKept: Bool) throws {
        var subject = try GlobalSubject()
        subject.heard(subject.server.nodeUp("b@h"))
        _ = subject.greeted(by: "b@h", 1)
        let tag = try #require(subject.tags["b@h"])
        _ = subject.cast(.atom("lock_set"), .pid(subject.locker("b@h")), .true, .list([]), tag)
        let method = Term.binary([UInt8](repeating: 0, count: mebibytes << 20))
        let name = Term.tuple(.atom("name"), .pid(subject.locker("b@h")), method)
        _ = subject.cast(.atom("exchange"), .atom("b@h"), .list([name]), .list([]), tag)
        func isAbout(_ name: Term, _ message: Term) -> Bool {
            guard case .tuple(let outer) = message, case .tuple(let parts)? = outer.last, parts.count == 6 else {
                return false
            }
            return parts[2] == .list([.tuple(.atom("insert"), name)])
        }
        // Ten of them count as one message.
        let waiting = (0..<10).map { Atom("w\($0)@h") }
        for node in waiting { #expect(subject.learned(node).contains(.connect(node))) }
        let joined = subject.cast(
            .atom("resolved"), .atom("b@h"), .list([]), .list([]), .atom("unused"), .list([]), tag)
        for node in waiting {
            #expect(joined.contains(.report(.unreachable(node))) == !isKept)
            #expect(subject.server.knownNodes.contains(node.name) == isKept)
            let up = subject.server.nodeUp(node)
            #expect(GlobalSubject.sent(up, to: node).contains { isAbout(name, $0) } == isKept)
            #expect(GlobalSubject.sent(up, to: node).contains(GlobalSubject.removal) == !isKept)
        }
    }
}
