import ByteTransport
import Diagnosis
import ErlangTerm
import Testing

@testable import ErlangNode

@Suite struct RequestTableTests {
    private let own = PID(node: "me@here", id: 1, serial: 0, creation: 7)
    private let worker = PID(node: "a@b", id: 90, serial: 0, creation: 3)

    private func request(_ note: @escaping (String) -> Void = { _ in }) -> PendingRequest {
        PendingRequest(
            kind: .program { event in
                switch event {
                case .item(let item): note("item \(item.term)")
                case .ended(.finished): note("finished")
                case .ended(.exited): note("exited")
                case .ended(.lost): note("lost")
                }
            })
    }

    @Test func findsByReferenceAndByPID() {
        var table = RequestTable()
        let first = table.makeID()
        let second = table.makeID()
        table.insert(request(), as: first)
        table.insert(request(), as: second)
        let reference = RequestTable.reference(of: second, node: own)
        #expect(table[reference] != nil)
        let isKnown = table.spawned(reference, worker)
        let removed = table.remove(worker)
        let again = table.remove(worker)
        let other = table.remove(first)
        #expect(isKnown)
        #expect(removed?.pid == worker)
        #expect(table[reference] == nil)
        #expect(again == nil)
        #expect(other != nil)
    }

    @Test func knowsNoReferenceOfOthers() {
        var table = RequestTable()
        let id = table.makeID()
        table.insert(request(), as: id)
        let isKnown = table.spawned(Reference(node: "a@b", creation: 1, words: [99, 0, 0]), worker)
        let removed = table.remove(worker)
        #expect(!isKnown)
        #expect(table[Reference(node: "a@b", creation: 1, words: [1])] == nil)
        #expect(removed == nil)
    }

    /// The first word of a reference has 18 bits on the wire.
    @Test(arguments: [1, 0x3ffff, 0x40000, 1 << 40, 1 << 53] as [UInt64])
    func numbersSurviveTheReference(number: UInt64) {
        var table = RequestTable()
        let id = RequestID(number: number)
        table.insert(request(), as: id)
        let reference = RequestTable.reference(of: id, node: own)
        #expect(reference.words[0] <= 0x3ffff)
        #expect(table[reference] != nil)
    }

    @Test func tellsHowAProgramEnds() throws {
        var notes: [String] = []
        let attempt = OwnAttempt(
            node: "a@b", endpoint: Endpoint(host: "b", port: 1), now: 0, isSecure: false)
        let pending = request { notes.append($0) }
        pending.exited(try DecodedTerm(packet: Term.atom("normal").encoded).root, callFailed: attempt.callFailed)
        pending.exited(try DecodedTerm(packet: Term.atom("killed").encoded).root, callFailed: attempt.callFailed)
        pending.lost(attempt.lost(.endOfStream))
        #expect(notes == ["finished", "exited", "lost"])
    }

    /// What `erpc:execute_call/4` exits with.
    @Test(arguments: [
        (Term.tuple([.atom("ref"), .atom("return"), .integer(1)]), "returned"),
        (.tuple([.atom("ref"), .atom("throw"), .integer(1)]), "throw"),
        (.tuple([.atom("ref"), .atom("exit"), .integer(1)]), "exit"),
        (.tuple([.atom("ref"), .atom("error"), .integer(1), .list([])]), "error"),
        (.tuple([.atom("ref"), .atom("error"), .integer(1)]), "E-RPC"), (.atom("killed"), "E-RPC"),
        (.tuple([]), "E-RPC"), (.tuple([.atom("undef"), .list([])]), "E-RPC"),
    ])
    func readsTheResultOfACall(reason: Term, expected: String) throws {
        var outcome = ""
        let pending = PendingRequest(
            kind: .call { result in
                switch result {
                case .success(.returned): outcome = "returned"
                case .success(.raised(let kind, _, _)): outcome = kind.name
                case .failure(let failure): outcome = failure.code.rawValue
                }
            })
        let attempt = OwnAttempt(
            node: "a@b", endpoint: Endpoint(host: "b", port: 1), now: 0, isSecure: false)
        pending.exited(try DecodedTerm(packet: reason.encoded).root, callFailed: attempt.callFailed)
        #expect(outcome == expected)
    }

    /// A hostile node could fill the table with pids of one request.
    @Test func remembersOneProcessOfARequest() {
        var table = RequestTable()
        let id = table.makeID()
        table.insert(request(), as: id)
        let reference = RequestTable.reference(of: id, node: own)
        let other = PID(node: "a@b", id: 91, serial: 0, creation: 3)
        let (first, again, second) = (
            table.spawned(reference, worker), table.spawned(reference, worker), table.spawned(reference, other)
        )
        #expect(first)
        #expect(again)
        #expect(!second)
        let isOfOther = table.remove(other) != nil
        #expect(!isOfOther)
        let isOfWorker = table.remove(worker) != nil
        #expect(isOfWorker)
    }
}
