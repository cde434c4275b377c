import ByteTransport
import Diagnosis
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Testing

/// Requests through the bridge, on each release, without ssh around it.
@Suite(.waiting) struct BridgeSessionTests {
    private let link = BridgeLink()

    private func call(
        _ session: any NodeSession, _ module: Atom, _ function: Atom, _ arguments: [Term]
    ) throws -> CallOutcome {
        var result: Result<CallOutcome, NodeFailure>?
        session.call(module, function, arguments) { result = $0 }
        _ = link.loop.run(until: .now + .seconds(Deadline.patience)) { result != nil }
        return try #require(result).get()
    }

    private func isRegistered(_ session: any NodeSession, _ name: Atom) throws -> Bool {
        guard case .returned(let value) = try call(session, "erlang", "whereis", [.atom(name)]) else { return false }
        return value.pid != nil
    }

    private func bindings(_ source: String) -> [ProgramBinding] {
        [
            ProgramBinding("Interpret", .atom("erlang")), ProgramBinding("Src", .binary(Array(source.utf8))),
            ProgramBinding("Width", .integer(80)),
        ]
    }

    @Test(arguments: OTPRelease.available)
    func callsEndAsThoseOfErpcDo(release: OTPRelease) throws {
        let session = try link.session(release)
        defer { session.close() }
        #expect(session.nodeName == "nonode@nohost" && session.isUp)
        guard case .returned(let sum) = try call(session, "erlang", "+", [.integer(1), .integer(2)]),
            case .raised("error", let reason, _?) = try call(session, "erlang", "div", [.integer(1), .integer(0)]),
            case .raised("throw", let thrown, nil) = try call(session, "erlang", "throw", [.atom("x")]),
            case .returned(let big) = try call(
                session, "erlang", "byte_size", [.binary([UInt8](repeating: 7, count: 200_000))]),
            // Its group leader is no channel of an SSH daemon: the lines are printed.
            case .returned(let copy) = try call(
                session, "binary", "copy", [.binary(Array("parts".utf8)), .integer(100_000)])
        else { return #expect(Bool(false), "an outcome of another kind") }
        #expect(sum.integer == 3 && reason.isAtom("badarith") && thrown.isAtom("x") && big.integer == 200_000)
        let isWhole = copy.binary.map(Array.init) == Array(String(repeating: "parts", count: 100_000).utf8)
        #expect(isWhole, "a big answer is another one")
        // Who writes to the group leader is told so, and does not wait for ever.
        guard case .raised = try call(session, "io", "nl", []) else { return #expect(Bool(false), "it was written") }
    }

    @Test(arguments: OTPRelease.available)
    func programsEmitAndAreStopped(release: OTPRelease) throws {
        let session = try link.session(release)
        defer { session.close() }
        var items: [String] = []
        var isFinished = false
        session.run(.eval, bindings: bindings("[io:put_chars(integer_to_list(N)) || N <- lists:seq(1, 200)], ok.")) {
            switch $0 {
            case .item(let item): items.append(item.elements?[0]?.atom?.name ?? "")
            case .ended(.finished): isFinished = true
            case .ended: items.append("ended otherwise")
            }
        }
        _ = link.loop.run(until: .now + .seconds(Deadline.patience)) { isFinished }
        #expect(isFinished && items == [String](repeating: "output", count: 200) + ["value"])

        // Of two that run, the one that is cancelled ends, and says nothing more.
        var events = 0
        let sleeping = ["one", "two"].map { name in
            session.run(
                .eval,
                bindings: bindings(
                    "register(\(name), spawn_link(fun() -> timer:sleep(infinity) end)), timer:sleep(infinity).")
            ) { _ in events += 1 }
        }
        #expect(try eventually { try isRegistered(session, "one") && isRegistered(session, "two") })
        session.cancel(sleeping[0])
        #expect(try eventually { try !isRegistered(session, "one") })
        #expect(try isRegistered(session, "two") && events == 0)
    }

    /// What the bridge gives a program beside its own bindings is in nobody's way.
    @Test(arguments: OTPRelease.available)
    func programsFindTheirVariablesFree(release: OTPRelease) throws {
        let session = try link.session(release)
        defer { session.close() }
        var versions: [String] = []
        var isFinished = false
        session.run(.checkup, bindings: [ProgramBinding("Limit", .integer(1_000))]) {
            switch $0 {
            case .item(let item):
                let list = item.elements?[1]?.value(of: "versions")?.list
                versions = list?.compactMap { $0.elements?[0]?.atom?.name } ?? []
            case .ended(.finished): isFinished = true
            case .ended: break
            }
        }
        _ = link.loop.run(until: .now + .seconds(Deadline.patience)) { isFinished }
        // That of an application that is not loaded is found in the name of its directory.
        #expect(isFinished && versions.contains("ssl"), "\(versions)")
    }

    /// A network that is cut ends neither the channel nor us: each side misses the other one.
    @Test(arguments: OTPRelease.available)
    func beatsKeepBothSides(release: OTPRelease) throws {
        var link = BridgeLink()
        link.silence = .milliseconds(1_500)
        let session = try link.session(release)
        defer { session.close() }
        var lost: NodeFailure?
        session.observeLoss { lost = $0 }
        // Nothing is asked, and longer than that.
        _ = link.loop.run(until: .now + .seconds(5)) { lost != nil }
        #expect(lost == nil && session.isUp, "\(String(describing: lost))")
        // Who does not beat is left.
        let silent = try link.outcome { expression in
            let (program, arguments) = release.command(
                "erl", ["-noshell", "-eval", String(expression.dropLast()) + ",halt()."])
            return ["sh", "-c", "sleep 60 | ERL_CRASH_DUMP_SECONDS=0 \"$@\"", "sh", program] + arguments
        }.get()
        var end: NodeFailure?
        silent.observeLoss { end = $0 }
        _ = link.loop.run(until: .now + .seconds(Deadline.patience)) { end != nil }
        #expect(end != nil)
    }

    /// A bridge that says nothing any more is missed.
    @Test func aSilentNodeIsMissed() throws {
        var link = BridgeLink()
        link.silence = .milliseconds(400)
        let session = try link.outcome { _ in
            ["sh", "-c", "echo erlclu-bridge g2gDYQF3A2FAYm0AAAACMjU=; exec cat >/dev/null"]
        }.get()
        var end: NodeFailure?
        session.observeLoss { end = $0 }
        _ = link.loop.run(until: .now + .seconds(Deadline.patience)) { end != nil }
        #expect(end?.code == .tick && end?.stage == .tick, "\(String(describing: end))")
    }

    @Test func aNodeThatGoesEndsWhatIsAsked() throws {
        let session = try link.session()
        var losses: [NodeFailure] = []
        var outcome: Result<CallOutcome, NodeFailure>?
        session.observeLoss { losses.append($0) }
        session.call("erlang", "halt", [.integer(1)]) { outcome = $0 }
        _ = link.loop.run(until: .now + .seconds(Deadline.patience)) { !losses.isEmpty }
        #expect(losses.map(\.code) == [.closed] && !session.isUp)
        guard case .failure(let failure)? = outcome else { return #expect(Bool(false), "it answered") }
        #expect(failure.code == .closed && failure.stage == .down)
        guard case .failure = Result(catching: { try call(session, "erlang", "node", []) }) else {
            return #expect(Bool(false), "it is over, and answers")
        }
    }
}
