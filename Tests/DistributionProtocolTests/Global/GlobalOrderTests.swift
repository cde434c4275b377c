import DistributionProtocol
import ErlangTerm
import Testing

/// What `GlobalServer` says where messages cross, and where it differs from some release of OTP on purpose.
@Suite struct GlobalOrderTests {
    /// A second init_connect over the same link is cancelled as the first one is, and the next one counts.
    @Test func attemptsThatCrossAreBothBegunAnew() throws {
        var subject = try GlobalSubject()
        subject.heard(subject.server.nodeUp("b@h"))
        _ = subject.greeted(by: "b@h", 1)
        let first = subject.tags["b@h"]
        let crossed = GlobalSubject.sent(subject.greeted(by: "b@h", 2), to: "b@h")
        #expect(crossed.prefix(2) == [GlobalSubject.cancel(2), GlobalSubject.cancel(1)])
        #expect(crossed.count == 3 && subject.tags["b@h"] != first)
        let third = GlobalSubject.sent(subject.greeted(by: "b@h", 3), to: "b@h")
        let own = try #require(subject.tags["b@h"])
        #expect(third == [.tuple(.atom("init_connect_ack"), .atom("m@h"), .integer(3), own)])
    }

    /// A node that knows us already is told that the joining is off: it may be about to lock its partition for it.
    @Test func whoIsInSyncHearsThatNothingIsJoined() throws {
        var subject = try GlobalSubject()
        subject.heard(subject.server.nodeUp("b@h"))
        _ = subject.greeted(by: "b@h", 7)
        let answer = subject.cast(.atom("in_sync"), .atom("b@h"), .true)
        #expect(GlobalSubject.sent(answer, to: "b@h") == [GlobalSubject.cancel(7)])
        #expect(subject.cast(.atom("in_sync"), .atom("b@h"), .true).isEmpty)
    }

    /// A node that joins our partition while the locker is on its way to the lock is locked, too.
    @Test func nodesThatCameInMeanwhileAreLocked() throws {
        var subject = try GlobalSubject()
        for node: Atom in ["z@h", "b@h", "c@h"] { subject.heard(subject.server.nodeUp(node)) }
        _ = subject.learned("z@h")
        _ = subject.greeted(by: "b@h", 1)
        func locks(_ actions: [GlobalAction], _ node: Atom) -> [Term] {
            GlobalSubject.sent("set_lock", in: actions, to: node)
        }
        let boss = locks(subject.server.lockerWoke(random: 0), "z@h")
        _ = subject.learned("c@h")
        let ends = try subject.granted(boss.first)
        #expect(locks(ends, "c@h").isEmpty)
        let rest = try subject.granted(locks(ends, "b@h").first)
        #expect(locks(rest, "c@h").count == 1)
        #expect(GlobalSubject.sent(rest, to: "b@h").isEmpty)
    }

    /// Two that give each other up at the same time both ignore what the other asks for: OTP's keep their link, and never
    /// join over it.
    @Test func whoHasGivenUpAPeerEndsTheLinkWhenAsked() throws {
        var subject = try GlobalSubject()
        subject.heard(subject.server.nodeUp("b@h"))
        subject.heard(subject.server.nodeUp("c@h"))
        _ = subject.learned("b@h", "c@h")
        let lost = Term.tuple(
            .atom("lost_connection"), .atom("c@h"), .integer(1), .integer(1), .atom("b@h"))
        let asked = subject.server.received(lost)
        #expect(GlobalSubject.sent(asked, to: "b@h").contains(GlobalSubject.removal))
        #expect(!asked.contains(.disconnect("b@h")))
        let answer = subject.server.received(.tuple(.atom("remove_connection"), .atom("b@h")))
        #expect(answer == [.disconnect("b@h")])
        #expect(subject.server.received(.tuple(.atom("remove_connection"), .atom("d@h"))).isEmpty)
    }

    /// A peer that was given up while its link was on the way may know us: it is asked to end the link once it is up.
    @Test func whoIsGivenUpOnTheWayIsAskedToEndTheLink() throws {
        var subject = try GlobalSubject()
        subject.heard(subject.server.nodeUp("c@h"))
        #expect(subject.learned("b@h", "c@h").contains(.connect("b@h")))
        _ = subject.server.received(
            .tuple(.atom("lost_connection"), .atom("c@h"), .integer(1), .integer(1), .atom("b@h")))
        #expect(subject.server.knownNodes == ["c@h"])
        #expect(GlobalSubject.sent(subject.server.nodeUp("b@h"), to: "b@h").first == GlobalSubject.removal)
    }

    /// A node of OTP 23 or 24 has no such message, and one whose version nobody said may be such a node.
    @Test(arguments: [0, 5, 6, 7, 8])
    func whoIsOldIsNotAsked(_ version: Int) throws {
        let isAsked = version > 6
        var subject = try GlobalSubject()
        subject.heard(subject.server.nodeUp("c@h"))
        func reported(_ number: Int) -> [GlobalAction] {
            subject.server.received(
                .tuple(.atom("lost_connection"), .atom("c@h"), .integer(1), .integer(number), .atom("b@h")))
        }
        func expectThatItGoes(_ actions: [GlobalAction]) {
            #expect(GlobalSubject.sent(actions, to: "b@h").contains(GlobalSubject.removal) == isAsked)
            #expect(actions.contains(.disconnect("b@h")) == !isAsked)
        }
        // On the way, and up.
        _ = subject.learned("c@h")
        _ = subject.learned("b@h", version: version)
        _ = reported(1)
        expectThatItGoes(subject.server.nodeUp("b@h"))
        _ = subject.learned("b@h", version: version)
        expectThatItGoes(reported(2))
        // And where it is no member, and on no way to it.
        _ = subject.server.nodeDown("b@h")
        subject.heard(subject.server.nodeUp("b@h"))
        if version > 0 { _ = subject.greeted(by: "b@h", 1, version: version) }
        _ = subject.cast(.atom("in_sync"), .atom("b@h"), .true)
        #expect(subject.server.look().isEmpty)
        expectThatItGoes(subject.server.look())
    }

    /// A process of this node is none, and takes a name from whoever has it.
    @Test func aProcessOfOursHasNoName() throws {
        var subject = try GlobalSubject()
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
