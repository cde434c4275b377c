import DistributionProtocol
import ErlangTerm
import Testing

/// What `GlobalServer` keeps for others: locks and names, and when it lets go of them.
@Suite struct GlobalTablesTests {
    private var server: GlobalServer

    private static let link: Atom = "b@h"
    private static let method = Term.exportFun(module: "global", function: "random_exit_name", arity: 3)

    init() throws {
        server = GlobalServer(name: try NodeName("a@h"), creation: 1, creationExtension: 0)
        _ = server.nodeUp(Self.link)
    }

    private static func client(_ number: Int, _ node: Atom = Self.link) -> PID {
        PID(node: node, id: UInt32(number), serial: 0, creation: 1)
    }

    private static func id(_ resource: Term, _ requester: Term = .integer(1)) -> Term { .tuple(resource, requester) }

    /// - Returns: the answer, and what else is to be done.
    private mutating func call(_ pid: PID, _ request: Term) -> (answer: Term?, actions: [GlobalAction]) {
        var actions = server.received(.tuple(.atom("$gen_call"), .tuple(.pid(pid), .atom("tag")), request))
        guard case .tell(.tuple(let parts), to: pid)? = actions.popLast() else { return (nil, actions) }
        return (parts.last, actions)
    }

    private mutating func set(_ id: Term, _ pid: PID) -> Bool {
        call(pid, .tuple(.atom("set_lock"), id)).answer == .true
    }

    @discardableResult
    private mutating func register(_ name: Term, _ pid: PID, from caller: PID? = nil, method: Term = method)
        -> [GlobalAction]
    {
        call(caller ?? pid, .tuple(.atom("register"), name, .pid(pid), method)).actions
    }

    // MARK: processes without a link

    /// Nothing is heard of a process whose node has no link, and so its lock is not kept.
    @Test func theLockOfAProcessWithoutALinkIsGivenUp() throws {
        var cluster = try GlobalCluster(["a@h", "b@h"], seed: 0)
        let absent = Self.client(1, "absent@h")
        cluster.call("a@h", from: absent, .tuple(.atom("set_lock"), Self.id(.atom("r"))))
        #expect(cluster.answers[absent]?.last == .tuple(.atom("tag"), .true))
        let other = Self.client(2, GlobalCluster.clients)
        cluster.call("a@h", from: other, .tuple(.atom("set_lock"), Self.id(.atom("r"), .integer(2))))
        #expect(cluster.answers[other]?.last == .tuple(.atom("tag"), .true))
    }

    /// A name is watched from when there is a link, a hidden one, too, and once.
    @Test mutating func namesAreWatchedOverAHiddenLink() {
        let pid = Self.client(1, "hidden@h")
        #expect(register(.atom("name"), pid, from: Self.client(2)) == [.connect("hidden@h")])
        guard case .monitor(pid, let reference)? = server.linkUp("hidden@h").first else {
            Issue.record("it is not watched")
            return
        }
        #expect(server.linkUp("hidden@h").isEmpty)
        #expect(server.registeredNames == ["name"])
        _ = server.gone(reference)
        #expect(server.registeredNames.isEmpty)
        // What is unregistered is not watched later.
        register(.atom("name"), pid, from: Self.client(2))
        _ = call(Self.client(2), .tuple(.atom("unregister"), .atom("name")))
        #expect(server.linkUp("hidden@h").isEmpty)
    }

    @Test mutating func namesGoWithTheirNodes() {
        for (number, node) in ["b@h", "c@h", "d@h"].enumerated() {
            register(.atom(Atom("of_\(node)")), Self.client(number, Atom(node)), from: Self.client(9))
        }
        _ = server.connectFailed("c@h")
        #expect(server.registeredNames == ["of_b@h", "of_d@h"])
        _ = server.nodeDown("b@h")
        #expect(server.registeredNames == ["of_d@h"])
    }

    // MARK: limits

    @Test mutating func aLockHasALimitOfHolders() {
        for number in 1...1000 { #expect(set(Self.id(.atom("r")), Self.client(number)) == true) }
        #expect(set(Self.id(.atom("r")), Self.client(1001)) == false)
        _ = call(Self.client(7), .tuple(.atom("del_lock"), Self.id(.atom("r"))))
        #expect(set(Self.id(.atom("r")), Self.client(1001)) == true)
    }

    /// A few terms of megabytes are as many bytes as a hundred thousand small ones.
    @Test mutating func locksAndNamesHaveALimitOfBytes() {
        let large = Term.binary([UInt8](repeating: 0, count: 8 << 20))
        let held = (0..<6).filter { set(Self.id(.integer($0), large), Self.client(1)) }
        #expect(held == [0, 1, 2])
        // What is given up is free again.
        _ = call(Self.client(1), .tuple(.atom("del_lock"), Self.id(.integer(0), large)))
        #expect(set(Self.id(.integer(5), large), Self.client(1)) == true)
        let kept = (0..<6).filter { !register(.integer($0), Self.client(1), method: large).isEmpty }
        #expect(kept == [0, 1, 2])
        _ = call(Self.client(1), .tuple(.atom("unregister"), .integer(0)))
        #expect(register(.integer(5), Self.client(1), method: large).count == 1)
    }

    // MARK: keys

    /// Equal maps come in different orders from different nodes.
    @Test mutating func mapsAreEqualInAnyOrder() {
        let pairs = [MapPair(.atom("one"), .map([])), MapPair(.map([]), .integer(2)), MapPair(.integer(3), .atom("x"))]
        func id(_ order: [MapPair], _ requester: Int) -> Term {
            Self.id(.list([.map([MapPair(.atom("in"), .map(order))])]), .integer(requester))
        }
        #expect(set(id(pairs, 1), Self.client(1)) == true)
        #expect(set(id(pairs.reversed(), 2), Self.client(2)) == false)
        _ = call(Self.client(1), .tuple(.atom("del_lock"), id(pairs.reversed(), 1)))
        #expect(set(id(pairs, 2), Self.client(2)) == true)
        register(.map(pairs), Self.client(1))
        #expect(
            register(.map(pairs.reversed()), Self.client(2)).contains {
                if case .demonitor = $0 { true } else { false }
            }, "it takes the place of the other one")
    }

    // MARK: late registrations

    /// The holder of the lock for registering has died, and its message comes behind that (`lock_still_set` of global.erl).
    @Test mutating func whatComesAfterItsLockIsNotRegistered() {
        #expect(set(Self.id(.atom("global")), Self.client(1)) == true)
        register(.atom("in_time"), Self.client(1))
        register(.atom("not_its_lock"), Self.client(2))
        #expect(server.registeredNames == ["in_time"])
        _ = server.nodeDown(Self.link)
        _ = server.nodeUp(Self.link)
        register(.atom("late"), Self.client(1))
        #expect(server.registeredNames.isEmpty)
        func joined(_ lock: Term, _ server: inout GlobalServer) {
            let entry = Term.tuple(.atom("insert"), .tuple(.atom("joined"), .pid(Self.client(3)), Self.method))
            let extra: Term = [.tuple(.atom("vsn"), .integer(8)), .tuple(.atom("lock"), lock)]
            let cast = Term.tuple(.atom("new_nodes"), .atom(Self.link), [entry], [], [], extra)
            _ = server.received(.tuple(.atom("$gen_cast"), cast))
        }
        joined(Self.id(.atom("global")), &server)
        #expect(server.registeredNames.isEmpty)
        #expect(set(Self.id(.atom("global")), Self.client(1)) == true)
        joined(Self.id(.atom("global"), .integer(2)), &server)
        #expect(server.registeredNames.isEmpty)
        joined(Self.id(.atom("global")), &server)
        #expect(server.registeredNames == ["joined"])
    }
}
