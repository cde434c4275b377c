import DistributionProtocol
import ErlangTerm
import Testing

/// When the locker of `GlobalServer` begins a joining.
@Suite struct GlobalLockerTests {
    /// Where several nodes come at once, the next one does not wait for a pause: it is joined as soon as the other locker of
    /// the one before has given its own lock back.
    @Test func theNextOneIsJoinedWhenTheLockIsFree() throws {
        func server(_ name: String) throws -> GlobalServer {
            GlobalServer(name: try NodeName(name), creation: 10, creationExtension: 0)
        }
        var (own, first, second) = (try server("a@h"), try server("b@h"), try server("c@h"))
        func pauses(_ actions: [GlobalAction]) -> [Int] {
            actions.compactMap { if case .wakeLocker(let milliseconds) = $0 { milliseconds } else { nil } }
        }
        var ownActions = own.nodeUp("b@h") + own.nodeUp("c@h")
        for case .send(let message, _) in second.nodeUp("a@h") { _ = own.received(message) }
        var firstActions = first.nodeUp("a@h")
        var hasWoken = false
        var givenBack: [Term] = []
        while !ownActions.isEmpty || !firstActions.isEmpty || !hasWoken {
            if ownActions.isEmpty, firstActions.isEmpty {
                hasWoken = true
                firstActions = first.lockerWoke(random: 0)
            }
            let (sent, answered) = (ownActions, firstActions)
            (ownActions, firstActions) = ([], [])
            for action in sent {
                switch action {
                case .send(let message, to: "b@h"): firstActions += first.received(message)
                case .tell(let message, first.lockerPID): firstActions += first.lockerReceived(message)
                default: break
                }
            }
            for action in answered {
                switch action {
                case .send(let message, _) where "\(message)".contains("del_lock"): givenBack.append(message)
                case .send(let message, _): ownActions += own.received(message)
                case .tell(let message, own.lockerPID): ownActions += own.lockerReceived(message)
                default: break
                }
            }
        }
        #expect(own.knownNodes == ["b@h"])
        #expect(givenBack.count == 1)
        #expect(pauses(own.lockerWoke(random: 0)) == [1100])
        #expect(givenBack.flatMap { pauses(own.received($0)) } == [0])
        // Nobody has the lock: the joining begins, with the lock of the node that has the greatest name.
        #expect(
            own.lockerWoke(random: 0).contains {
                if case .send(let message, to: "b@h") = $0 { "\(message)".contains("set_lock") } else { false }
            })
    }
}
