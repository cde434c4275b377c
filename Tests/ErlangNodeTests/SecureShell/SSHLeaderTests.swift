import Diagnosis
import ErlangTerm
import Testing

@testable import ErlangNode

/// What is sent to the program `lead`, and what is made of its items.
struct SSHLeaderTests {
    private static func view(_ term: Term) throws -> TermView { try DecodedTerm(packet: term.encoded).root }

    private static func failure(_ reason: TermView?) -> NodeFailure {
        NodeFailure(
            .rpc, stage: .up, node: "a@b", message: reason.map { TermPrinter.excerpt($0) } ?? "in order", remedy: "")
    }

    private static let pid = PID(node: "a@b", id: 7, serial: 1, creation: 3)

    @Test func ordersAreTerms() throws {
        let leader = SSHLeader({ _ in }, callFailed: Self.failure)
        var encoder = TermEncoder()
        encoder.write(.list([.integer(1)]))
        let call = leader.call("m", "f", encoded: encoder.bytes) { _ in }
        let spawn = leader.spawn("m", "g", []) { _ in }
        #expect(
            try DecodedTerm(packet: [131] + call).root.term
                == .tuple([.atom("erlclu"), .atom("call"), .integer(1), .atom("m"), .atom("f"), .list([.integer(1)])]))
        #expect(
            try DecodedTerm(packet: [131] + spawn).root.term
                == .tuple([.atom("erlclu"), .atom("spawn"), .integer(2), .atom("m"), .atom("g"), .list([])]))
    }

    @Test func itemsAreAnswersAndEvents() throws {
        var seen: [String] = []
        let leader = SSHLeader(
            { event in
                switch event {
                case .message(let message): seen.append("message \(TermPrinter.excerpt(message))")
                case .exited(let pid, let reason):
                    seen.append("exited \(pid == Self.pid) \(TermPrinter.excerpt(reason))")
                case .logged: seen.append("logged")
                case .over(let reason): seen.append("over \(reason.map { TermPrinter.excerpt($0) } ?? "")")
                }
            }, callFailed: Self.failure)
        func wait(_ name: String) {
            _ = leader.call("m", "f", encoded: [106]) { result in
                switch result {
                case .success(.returned(let value)): seen.append("\(name) \(TermPrinter.excerpt(value))")
                case .success(.raised(let kind, let reason, _)):
                    seen.append("\(name) \(kind.name) \(TermPrinter.excerpt(reason))")
                case .failure(let failure): seen.append("\(name) failed \(failure.message)")
                }
            }
        }
        for name in ["one", "two", "three", "four"] { wait(name) }
        _ = leader.spawn("m", "f", []) { seen.append("five \((try? $0.get()) == Self.pid)") }
        _ = leader.spawn("m", "f", []) { seen.append("six \((try? $0.get()) == nil)") }
        let items: [Term] = [
            .tuple([.atom("called"), .integer(2), .tuple([.atom("ref"), .atom("return"), .atom("x")])]),
            .tuple([.atom("called"), .integer(1), .tuple([.atom("ref"), .atom("throw"), .atom("y")])]),
            .tuple([.atom("called"), .integer(3), .atom("killed")]),
            // Answered already, never asked, of another kind, and no item at all.
            .tuple([.atom("called"), .integer(2), .tuple([.atom("ref"), .atom("return"), .atom("again")])]),
            .tuple([.atom("called"), .integer(99), .atom("x")]), .tuple([.atom("called"), .integer(5), .atom("x")]),
            .tuple([.atom("spawned"), .integer(4), .pid(Self.pid)]),
            .tuple([.atom("spawned"), .integer(5), .atom("x")]),
            .atom("x"), .tuple([]), .list([]),
            .tuple([.atom("spawned"), .integer(5), .pid(Self.pid)]),
            .tuple([.atom("message"), .atom("m")]),
            .tuple([.atom("exited"), .pid(Self.pid), .atom("normal")]),
        ]
        for item in items { leader.take(.item(try Self.view(item))) }
        #expect(
            seen == ["two x", "one throw y", "three failed killed", "five true", "message m", "exited true normal"])
        seen = []
        leader.take(.ended(.exited(try Self.view(.atom("killed")))))
        #expect(seen.sorted() == ["four failed killed", "over killed", "six true"])
    }

    @Test func aLostSessionFailsWhatWaits() {
        var failed: [FailureCode] = []
        let leader = SSHLeader({ _ in failed.append(.rpc) }, callFailed: Self.failure)
        _ = leader.call("m", "f", encoded: [106]) { if case .failure(let failure) = $0 { failed.append(failure.code) } }
        leader.take(
            .ended(.lost(NodeFailure(.closed, stage: .down, node: "a@b", message: "m", remedy: ""))))
        #expect(failed == [.closed])
    }
}
