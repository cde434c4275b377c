import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import Testing

/// Peers that go wrong when the link is up.
@Suite(.serialized) struct HostileSessionTests {
    private static let them = PID(node: "hostile@127.0.0.1", id: 5, serial: 0, creation: 7)
    private static let us = PID(node: "guest@erlclu", id: 1, serial: 0, creation: 3)

    private static func reference(_ number: UInt32, of node: Atom = "guest@erlclu") -> Reference {
        Reference(node: node, creation: 3, words: [number, 0, 0])
    }

    /// A call that waits while the peer does as it likes.
    private final class Waiting {
        let trial: HostileTrial
        let connection: NodeConnection
        var answers: [Result<CallOutcome, NodeFailure>] = []
        var lost: NodeFailure?

        init(_ trial: HostileTrial, arguments: [Term] = []) throws {
            self.trial = trial
            connection = try trial.connect().get()
            connection.observeLoss { [weak self] in self?.lost = $0 }
            connection.call("m", "f", arguments) { [weak self] in self?.answers.append($0) }
        }

        var failure: NodeFailure? {
            guard case .failure(let failure)? = answers.first, answers.count == 1 else { return nil }
            return failure
        }

        func run(for time: Duration = HostileTrial.patience, _ condition: () -> Bool) -> Bool {
            trial.loop.run(until: .now + time, or: condition)
        }
    }

    private static func raw(_ packet: [UInt8]) -> [UInt8] {
        let length = UInt32(packet.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + packet
    }

    private static let atomsWithoutEnd: [UInt8] = {
        var list: [UInt8] = [112, 131, 108, 0, 3, 0, 0]
        for number in 0..<(3 << 16) { list += [119, 5] + Array(String(100_000 + number % 900_000).utf8.prefix(5)) }
        return list
    }()

    private static let violations: [(String, [UInt8])] = [
        ("length 2^32-1", [0xFF, 0xFF, 0xFF, 0xFF, 112]),
        ("length 2^31", [0x80, 0, 0, 0, 112]),
        ("unknown type", raw([113, 1, 2])),
        ("distribution header", raw([131, 68, 0])),
        ("fragment", raw([131, 69] + [UInt8](repeating: 0, count: 17))),
        ("no term", raw([112])),
        ("not a tuple", raw([112] + Term.atom("a").encoded)),
        ("unknown operation", raw([112] + Term.tuple([.integer(99), .atom("a")]).encoded)),
        ("wrong arity", raw([112] + Term.tuple([.integer(2), .atom("a")]).encoded)),
        ("no payload", raw([112] + Term.tuple([.integer(2), .atom(""), .pid(us)]).encoded)),
        ("half a payload", raw([112] + Term.tuple([.integer(2), .atom(""), .pid(us)]).encoded + [131, 104, 2])),
        ("bytes behind", raw([112] + Term.tuple([.integer(1), .pid(them), .pid(us)]).encoded + [106])),
        (
            "nested without end",
            raw(
                [112] + Term.tuple([.integer(2), .atom(""), .pid(us)]).encoded + [131]
                    + [[UInt8]](repeating: [108, 0, 0, 0, 1], count: 200_000).flatMap { $0 })
        ),
        (
            "control nested without end",
            raw([112, 131] + [[UInt8]](repeating: [104, 1], count: 200_000).flatMap { $0 })
        ),
        ("atoms without end", raw(atomsWithoutEnd)),
        ("a tuple of 2^32-1", raw([112, 131, 105, 0xFF, 0xFF, 0xFF, 0xFF])),
        ("unfolds to 2^32-1", raw([112, 131, 80, 0xFF, 0xFF, 0xFF, 0xFF, 0x78, 0x9C, 3, 0, 0, 0, 0, 1])),
    ]

    @Test(arguments: HostileTrial.Carrier.allCases, violations.indices)
    func violation(_ carrier: HostileTrial.Carrier, _ index: Int) throws {
        let (name, bytes) = Self.violations[index]
        let trial = try HostileTrial(carrier)
        trial.peer.whenUp = { $0.write(bytes) }
        weak var gone: NodeConnection?
        do {
            let waiting = try Waiting(trial)
            gone = waiting.connection
            #expect(waiting.run { !waiting.answers.isEmpty }, "\(name)")
            // Lost before the call was made, or because of it: both are told.
            #expect(waiting.failure?.code == .protocolViolation, "\(name): \(waiting.answers)")
            #expect(!waiting.connection.isUp)
        }
        trial.settle()
        #expect(gone == nil, "\(name): the connection outlives its end")
        trial.finish()
    }

    /// What means nothing to us, and is no reason to end the link.
    @Test(arguments: HostileTrial.Carrier.allCases) func nonsense(_ carrier: HostileTrial.Carrier) throws {
        let (us, them) = (Self.us, Self.them)
        let frame = { (control: ControlMessage, payload: Term?) in
            DistributionMessage.frame(control, payload: payload)
        }
        var bytes: [UInt8] = []
        bytes += frame(.send(to: them, token: nil), .atom("lost"))
        bytes += frame(.send(to: us, token: nil), .tuple([.reference(Self.reference(77)), .atom("x")]))
        bytes += frame(.send(to: us, token: nil), .list([.integer(1)]))
        bytes += frame(.regSend(from: them, to: "nobody", token: nil), .atom("x"))
        bytes += frame(.exit(from: them, to: us, reason: .atom("why"), token: nil), nil)
        bytes += frame(.payloadExit(from: them, to: us, token: nil), .atom("why"))
        bytes += frame(.demonitorP(from: them, to: .pid(us), reference: Self.reference(1)), nil)
        bytes += frame(.spawnReply(id: Self.reference(99), to: us, flags: [], result: .failed("x"), token: nil), nil)
        bytes += frame(.spawnReply(id: Self.reference(99), to: us, flags: [], result: .spawned(them), token: nil), nil)
        bytes += frame(
            .spawnReply(
                id: Reference(node: "x", creation: 1, words: [.max, .max, .max]), to: us, flags: [],
                result: .spawned(them), token: nil), nil)
        bytes += frame(.unlinkID(id: .max, from: them, to: us), nil)
        bytes += frame(.monitorP(from: them, to: .name("kernel_sup"), reference: Self.reference(5)), nil)
        let trial = try HostileTrial(carrier)
        trial.peer.whenUp = { $0.write(bytes) }
        do {
            let waiting = try Waiting(trial)
            // Our call, the end of a process that nobody asked for (twice), an unlink, and a monitor are answered.
            #expect(waiting.run { trial.peer.frames.count >= 5 }, "\(trial.peer.frames.count) frames")
            #expect(waiting.connection.isUp)
            #expect(waiting.answers.isEmpty)
            waiting.connection.close()
        }
        trial.finish()
    }

    /// One request is told of a thousand processes: only one is remembered, the others are ended.
    @Test func manyProcessesForOneRequest() throws {
        let trial = try HostileTrial(.tcp)
        do {
            let waiting = try Waiting(trial)
            #expect(waiting.run { trial.peer.frames.count == 1 })
            for number in 0..<1000 as Range<UInt32> {
                let pid = PID(node: "hostile@127.0.0.1", id: number, serial: 0, creation: 7)
                trial.peer.stream?.write(
                    DistributionMessage.frame(
                        .spawnReply(id: Self.reference(1), to: Self.us, flags: [], result: .spawned(pid), token: nil)))
            }
            #expect(waiting.run { trial.peer.frames.count == 1000 }, "\(trial.peer.frames.count) frames")
            #expect(waiting.answers.isEmpty)
            waiting.connection.close()
        }
        trial.finish()
    }

    /// Requests without end from a peer that reads none of the answers.
    @Test(arguments: HostileTrial.Carrier.allCases)
    func untakenAnswers(_ carrier: HostileTrial.Carrier) throws {
        let trial = try HostileTrial(carrier)
        let request = DistributionMessage.frame(
            .link(from: Self.them, to: PID(node: "guest@erlclu", id: 9, serial: 0, creation: 3)))
        let batch = [[UInt8]](repeating: request, count: 2000).flatMap { $0 }
        trial.peer.whenUp = { stream in
            stream.isReadingPaused = true
            func flood() {
                guard trial.peer.stream != nil else { return }
                if stream.pendingOutput < 1 << 20 { stream.write(batch) }
                trial.loop.schedule(at: .now, flood)
            }
            flood()
        }
        do {
            let waiting = try Waiting(trial)
            var most = 0
            #expect(
                waiting.run {
                    most = max(most, waiting.connection.pendingOutput)
                    return !waiting.answers.isEmpty
                })
            #expect(waiting.failure?.code == .protocolViolation, "\(waiting.answers)")
            #expect(most < 4 << 20, "\(most) bytes were kept")
        }
        trial.finish()
    }

    @Test(arguments: HostileTrial.Carrier.allCases) func ticksWithoutEnd(_ carrier: HostileTrial.Carrier) throws {
        let trial = try HostileTrial(carrier)
        trial.peer.whenUp = { $0.write([UInt8](repeating: 0, count: 4 * 200_000)) }
        do {
            let waiting = try Waiting(trial)
            #expect(waiting.run { (trial.peer.stream?.pendingOutput ?? 0) == 0 })
            trial.settle()
            #expect(waiting.connection.isUp)
            #expect(trial.peer.frames.count < 100, "ticks are answered at most five times a second")
            waiting.connection.close()
        }
        trial.finish()
    }

    /// A large argument to a peer that does not read: it is kept once, and the deadline holds.
    @Test(arguments: HostileTrial.Carrier.allCases) func deafPeer(_ carrier: HostileTrial.Carrier) throws {
        let trial = try HostileTrial(carrier)
        trial.peer.whenUp = { $0.isReadingPaused = true }
        weak var gone: NodeConnection?
        do {
            let waiting = try Waiting(trial, arguments: [.binary([UInt8](repeating: 1, count: 20_000_000))])
            gone = waiting.connection
            #expect((1...21_000_000).contains(waiting.connection.pendingOutput))
            #expect(!waiting.run(for: .milliseconds(100)) { !waiting.answers.isEmpty })
            waiting.connection.close()
            #expect(waiting.answers.isEmpty)
        }
        trial.settle()
        #expect(gone == nil)
        trial.finish()
    }

    /// Output without end to somebody who does not read on: the peer is made to wait.
    @Test(arguments: HostileTrial.Carrier.allCases) func slowReader(_ carrier: HostileTrial.Carrier) throws {
        let trial = try HostileTrial(carrier)
        let item = DistributionMessage.frame(
            .send(to: Self.us, token: nil),
            payload: .tuple([.reference(Self.reference(2)), .binary([UInt8](repeating: 65, count: 10_000))]))
        do {
            let waiting = try Waiting(trial)
            var items = 0
            waiting.connection.run(.preamble, bindings: []) { event in
                guard case .item = event else { return }
                items += 1
                waiting.connection.isReadingPaused = true
            }
            #expect(waiting.run { trial.peer.frames.count == 2 })
            func flood() {
                guard let stream = trial.peer.stream else { return }
                if stream.pendingOutput < 1 << 20 { stream.write(item) }
                trial.loop.schedule(at: .now, flood)
            }
            flood()
            #expect(waiting.run { (trial.peer.stream?.pendingOutput ?? 0) > 1 << 19 })
            #expect((1..<64).contains(items), "\(items) items after it was told to stop")
            let before = items
            waiting.connection.isReadingPaused = false
            #expect(waiting.run { items > before })
            waiting.connection.close()
        }
        trial.finish()
    }

    /// The peer goes away in the middle of a frame, or after it.
    @Test(arguments: HostileTrial.Carrier.allCases, [0, 3, 10, 40])
    func halfAFrame(_ carrier: HostileTrial.Carrier, _ count: Int) throws {
        let trial = try HostileTrial(carrier)
        let frame = DistributionMessage.frame(.send(to: Self.us, token: nil), payload: .atom("some_message"))
        trial.peer.whenUp = { stream in
            stream.write(Array(frame.prefix(count)))
            stream.close()
        }
        do {
            let waiting = try Waiting(trial)
            #expect(waiting.run { !waiting.answers.isEmpty })
            #expect(waiting.failure?.code == .closed, "\(waiting.answers)")
        }
        trial.finish()
    }

    /// Whoever is told of the loss may close, ask again, and let go.
    @Test(arguments: HostileTrial.Carrier.allCases) func closingInsideCallbacks(_ carrier: HostileTrial.Carrier) throws
    {
        let trial = try HostileTrial(carrier)
        weak var gone: NodeConnection?
        var asked = 0
        do {
            let connection = try trial.connect().get()
            gone = connection
            for _ in 0..<10 {
                connection.call("m", "f", []) { [weak connection] result in
                    guard case .failure = result else { return }
                    connection?.close()
                    connection?.call("m", "f", []) { _ in asked += 1 }
                }
            }
            connection.observeLoss { [weak connection] _ in connection?.close() }
        }
        trial.settle()
        trial.peer.stream?.write([0xFF, 0xFF, 0xFF, 0xFF])
        #expect(trial.loop.run(until: .now + HostileTrial.patience) { asked == 10 })
        trial.settle()
        #expect(gone == nil)
        trial.finish()
    }

    /// A link that we end while others use it tells them all; one that its only user closes tells nobody.
    @Test(arguments: HostileTrial.Carrier.allCases, [true, false])
    func whoIsToldOfALinkThatWeEnd(_ carrier: HostileTrial.Carrier, _ isTold: Bool) throws {
        let trial = try HostileTrial(carrier)
        do {
            let waiting = try Waiting(trial)
            trial.settle()
            if isTold { waiting.connection.disconnect() } else { waiting.connection.close() }
            #expect(!waiting.connection.isUp)
            #expect((waiting.lost != nil) == isTold)
            #expect((waiting.failure != nil) == isTold, "\(waiting.answers)")
            waiting.connection.disconnect()
            #expect(waiting.answers.count == (isTold ? 1 : 0), "once")
        }
        trial.finish()
    }
}
