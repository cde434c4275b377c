import DistributionProtocol
import ErlangTerm
import Testing

/// What `GlobalServer` says where messages cross, and where it differs from some release of OTP on purpose.
@Suite struct GlobalOrderTests {
    /// A server and what it says to one peer.
    private struct Subject {
        var server: GlobalServer
        /// The tag of its attempt with each peer that was told last.
        private(set) var tags: [Atom: Term] = [:]

        init() throws { server = GlobalServer(name: try NodeName("m@h"), creation: 1, creationExtension: 0) }

        @discardableResult
        mutating func heard(_ actions: [GlobalAction]) -> [GlobalAction] {
            for case .send(let message, let node) in actions {
                if let parts = message.cast, parts[0] == .atom("init_connect"), case .tuple(let version) = parts[1] {
                    tags[node] = version[1]
                }
            }
            return actions
        }

        mutating func cast(_ parts: Term...) -> [GlobalAction] {
            heard(server.received(.tuple(.atom("$gen_cast"), .tuple(parts))))
        }

        mutating func greeted(by node: Atom, _ tag: Int) -> [GlobalAction] {
            cast(
                .atom("init_connect"), .tuple(.integer(8), .integer(tag)), .atom(node),
                .tuple(.atom("locker"), .atom("no_longer_a_pid"), .map([]), .pid(locker(node))))
        }

        func locker(_ node: Atom) -> PID { PID(node: node, id: 9, serial: 0, creation: 1) }

        mutating func learned(_ nodes: Atom...) -> [GlobalAction] {
            cast(
                .atom("new_nodes"), .atom("x@h"), .list([]), .list([]),
                .list(nodes.map { .tuple(.atom($0), .integer(8)) }), .list([]))
        }
    }

    private static func sent(_ actions: [GlobalAction], to node: Atom) -> [Term] {
        actions.compactMap { if case .send(let message, node) = $0 { message } else { nil } }
    }

    private static func cancel(_ tag: Int) -> Term {
        .tuple(.atom("cancel_connect"), .atom("m@h"), .integer(tag))
    }

    /// A second init_connect over the same link is cancelled as the first one is, and the next one counts.
    @Test func attemptsThatCrossAreBothBegunAnew() throws {
        var subject = try Subject()
        subject.heard(subject.server.nodeUp("b@h"))
        _ = subject.greeted(by: "b@h", 1)
        let first = subject.tags["b@h"]
        let crossed = Self.sent(subject.greeted(by: "b@h", 2), to: "b@h")
        #expect(crossed.prefix(2) == [Self.cancel(2), Self.cancel(1)])
        #expect(crossed.count == 3 && subject.tags["b@h"] != first)
        let third = Self.sent(subject.greeted(by: "b@h", 3), to: "b@h")
        let own = try #require(subject.tags["b@h"])
        #expect(third == [.tuple(.atom("init_connect_ack"), .atom("m@h"), .integer(3), own)])
    }

    /// A node that knows us already is told that the joining is off: it may be about to lock its partition for it.
    @Test func whoIsInSyncHearsThatNothingIsJoined() throws {
        var subject = try Subject()
        subject.heard(subject.server.nodeUp("b@h"))
        _ = subject.greeted(by: "b@h", 7)
        let answer = subject.cast(.atom("in_sync"), .atom("b@h"), .true)
        #expect(Self.sent(answer, to: "b@h") == [Self.cancel(7)])
        #expect(subject.cast(.atom("in_sync"), .atom("b@h"), .true).isEmpty)
    }

    /// A node that joins our partition while the locker is on its way to the lock is locked, too.
    @Test func nodesThatCameInMeanwhileAreLocked() throws {
        var subject = try Subject()
        for node: Atom in ["z@h", "b@h", "c@h"] { subject.heard(subject.server.nodeUp(node)) }
        _ = subject.learned("z@h")
        _ = subject.greeted(by: "b@h", 1)
        func locks(_ actions: [GlobalAction], _ node: Atom) -> [Term] {
            Self.sent(actions, to: node).filter { "\($0)".contains("set_lock") }
        }
        func granted(_ call: Term?) throws -> [GlobalAction] {
            guard case .tuple(let parts)? = call, case .tuple(let from) = parts[1] else { throw BadRecording() }
            return subject.server.lockerReceived(.tuple(from[1], .true))
        }
        let boss = locks(subject.server.lockerWoke(random: 0), "z@h")
        _ = subject.learned("c@h")
        let ends = try granted(boss.first)
        #expect(locks(ends, "c@h").isEmpty)
        let rest = try granted(locks(ends, "b@h").first)
        #expect(locks(rest, "c@h").count == 1)
        #expect(Self.sent(rest, to: "b@h").isEmpty)
    }

    /// Two that give each other up at the same time both ignore what the other asks for: OTP's keep their link, and never
    /// join over it.
    @Test func whoHasGivenUpAPeerEndsTheLinkWhenAsked() throws {
        var subject = try Subject()
        subject.heard(subject.server.nodeUp("b@h"))
        subject.heard(subject.server.nodeUp("c@h"))
        _ = subject.learned("b@h", "c@h")
        let lost = Term.tuple(
            .atom("lost_connection"), .atom("c@h"), .integer(1), .integer(1), .atom("b@h"))
        let asked = subject.server.received(lost)
        let removal = Term.tuple(.atom("remove_connection"), .atom("m@h"))
        #expect(Self.sent(asked, to: "b@h").contains(removal))
        #expect(!asked.contains(.disconnect("b@h")))
        let answer = subject.server.received(.tuple(.atom("remove_connection"), .atom("b@h")))
        #expect(answer == [.disconnect("b@h")])
        #expect(subject.server.received(.tuple(.atom("remove_connection"), .atom("d@h"))).isEmpty)
    }

    /// A peer that was given up while its link was on the way may know us: it is asked to end the link once it is up.
    @Test func whoIsGivenUpOnTheWayIsAskedToEndTheLink() throws {
        var subject = try Subject()
        subject.heard(subject.server.nodeUp("c@h"))
        #expect(subject.learned("b@h", "c@h").contains(.connect("b@h")))
        _ = subject.server.received(
            .tuple(.atom("lost_connection"), .atom("c@h"), .integer(1), .integer(1), .atom("b@h")))
        #expect(subject.server.knownNodes == ["c@h"])
        let removal = Term.tuple(.atom("remove_connection"), .atom("m@h"))
        #expect(Self.sent(subject.server.nodeUp("b@h"), to: "b@h").first == removal)
    }

    /// A node that asks to join us though we know it does not know us. That may be on its way; not for minutes.
    @Test func aHalfKnownNodeGetsANewLink() throws {
        var subject = try Subject()
        _ = subject.learned("b@h")
        subject.heard(subject.server.nodeUp("b@h"))
        _ = subject.greeted(by: "b@h", 1)
        #expect(subject.server.look().isEmpty)
        #expect(subject.server.look().contains(.report(.halfKnown("b@h"))))
        #expect(subject.server.knownNodes.isEmpty)
        #expect(subject.server.look() == [.disconnect("b@h")])
        #expect(subject.server.nodeDown("b@h").contains(.connect("b@h")))
        // And it is nothing of that kind where it is said in time.
        _ = subject.learned("b@h")
        subject.heard(subject.server.nodeUp("b@h"))
        _ = subject.greeted(by: "b@h", 2)
        #expect(subject.server.look().isEmpty)
        _ = subject.cast(.atom("in_sync"), .atom("b@h"), .true)
        #expect(subject.server.look().isEmpty)
        #expect(subject.server.look().isEmpty)
        #expect(subject.server.knownNodes == ["b@h"])
    }

    /// The other locker has the lock, and says no more.
    @Test func aJoiningWithoutAWordIsGivenUp() throws {
        var subject = try Subject()
        subject.heard(subject.server.nodeUp("b@h"))
        _ = subject.greeted(by: "b@h", 1)
        let tag = try #require(subject.tags["b@h"])
        _ = subject.cast(.atom("lock_set"), .pid(subject.locker("b@h")), .true, .list([]), tag)
        #expect(subject.server.isJoining)
        #expect(subject.server.look().isEmpty)
        let given = subject.heard(subject.server.look())
        #expect(given.contains(.report(.joiningGivenUp("b@h"))))
        #expect(Self.sent(given, to: "b@h").contains(Self.cancel(1)))
        #expect(!subject.server.isJoining)
        #expect(subject.tags["b@h"] != tag)
    }

    /// A process of this node is none, and takes a name from whoever has it.
    @Test func aProcessOfOursHasNoName() throws {
        var subject = try Subject()
        subject.heard(subject.server.nodeUp("b@h"))
        func register(_ pid: PID) {
            let caller = Term.tuple(.pid(subject.locker("b@h")), .atom("tag"))
            let request = Term.tuple(.atom("register"), .atom("name"), .pid(pid), .atom("method"))
            _ = subject.server.received(.tuple(.atom("$gen_call"), caller, request))
        }
        register(subject.locker("b@h"))
        #expect(subject.server.registeredNames == ["name"])
        register(subject.server.serverPID)
        #expect(subject.server.registeredNames.isEmpty)
    }
}

extension Term {
    fileprivate var cast: [Term]? {
        guard case .tuple(let outer) = self, outer.count == 2, outer[0] == .atom("$gen_cast"),
            case .tuple(let parts) = outer[1]
        else { return nil }
        return parts
    }
}
