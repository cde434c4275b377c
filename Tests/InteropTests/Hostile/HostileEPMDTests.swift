import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import Testing

/// What listens at epmd's port and is not epmd, or not in its right mind.
@Suite(.serialized) struct HostileEPMDTests {
    private func failure(
        within time: Duration = .milliseconds(800), _ answer: @escaping (any ByteStream, HostileTrial) -> Void
    ) throws -> NodeFailure {
        let trial = try HostileTrial(.tcp)
        trial.peer.instead = { answer($0, trial) }
        var result: ConnectionOutcome?
        weak var gone: NodeConnector?
        do {
            let target = PeerSettings(
                name: try NodeName(HostilePeer.name), portLookup: .epmd(host: nil, port: trial.peer.port),
                cookie: HostilePeer.cookie, setupTime: time)
            let connector = NodeConnector(target: target, on: trial.loop)
            gone = connector
            connector.start { result = $0 }
        }
        #expect(trial.loop.run(until: .now + HostileTrial.patience) { result != nil })
        trial.settle()
        #expect(gone == nil)
        trial.finish()
        switch try #require(result) {
        case .failed(let failure): return failure
        case .connected: throw StreamClosure.endOfStream
        }
    }

    @Test(
        arguments: [
            [], [119], [119, 0], [119, 0, 0x9C], Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8),
            [UInt8](repeating: 119, count: 1 << 20),
            [119, 0, 0, 0, 77, 0, 0, 6, 0, 5, 0xFF, 0xFF] + [UInt8](repeating: 97, count: 200_000),
        ] as [[UInt8]])
    func wrongAnswer(_ bytes: [UInt8]) throws {
        let closing = try failure { stream, _ in
            stream.write(bytes)
            stream.close()
        }
        #expect(Self.codes.contains(closing.code), "\(closing)")
        let silent = try failure { stream, _ in stream.write(bytes) }
        #expect(Self.codes.contains(silent.code), "\(silent)")
    }

    /// A byte comes now and then, and the answer never ends: that is not silence.
    @Test func anAnswerThatDrips() throws {
        let failure = try failure { stream, trial in
            func drip(_ count: Int) {
                guard count < 5 else { return }
                stream.write([[119, 0, 0x9C, 0x40, 77][count]])
                trial.loop.schedule(at: .now + .milliseconds(20)) { drip(count + 1) }
            }
            drip(0)
        }
        #expect(failure.code == .epmdTimeout && failure.stage == .epmd)
        #expect(failure.message.contains("sent 5 bytes of an answer within 800 ms, and not the rest"), "\(failure)")
    }

    /// Not registered, it says; then it is asked for the names, and gives them without end.
    @Test func namesWithoutEnd() throws {
        var connections = 0
        let failure = try failure { stream, _ in
            connections += 1
            guard connections > 1 else { return stream.write([119, 1]) }
            stream.write([0, 0, 0x11, 0x11] + [UInt8](repeating: 110, count: 2 << 20))
        }
        #expect(connections == 2)
        #expect(failure.code == .epmdNotRegistered)
    }

    /// The node registers between the two questions: then it is dialled where it says, and the first answer is forgotten.
    @Test func theSecondAnswerWins() throws {
        var connections = 0
        let failure = try failure { stream, trial in
            connections += 1
            guard connections > 1 else { return stream.write([119, 1]) }
            let asked = trial.peer.received
            // Nobody listens there.
            stream.write([0, 0, 0x11, 0x11] + "name hostile at port 1\n".utf8)
            closeOnceRead(stream, trial, beyond: asked)
        }
        #expect(failure.code == .tcpRefused, "\(failure)")
        #expect(failure.message.contains("127.0.0.1:1, where epmd"), "\(failure)")
    }

    /// What it said of the node stands, although it does not say whom it knows.
    @Test func namesThatNeverCome() throws {
        var connections = 0
        let failure = try failure { stream, _ in
            connections += 1
            if connections == 1 { stream.write([119, 1]) }
        }
        #expect(connections == 2)
        #expect(failure.code == .epmdNotRegistered)
        #expect(!failure.message.contains("it knows"))
    }

    /// Silence within 10 ms is nobody's fault; within 300 ms it is epmd's.
    @Test func tooLittleTimeBlamesNobody() throws {
        let short = try failure(within: .milliseconds(10)) { _, _ in }
        #expect(short.code == .timeout)
        #expect(short.message.contains("10 ms"))
        let fair = try failure(within: .milliseconds(300)) { _, _ in }
        #expect(fair.code == .epmdTimeout)
        #expect(fair.message.contains("within 300 ms"))
    }

    @Test func manyNames() throws {
        var connections = 0
        let failure = try failure { stream, trial in
            connections += 1
            guard connections > 1 else { return stream.write([119, 1]) }
            let asked = trial.peer.received
            let names = (0..<2000).map { "name n\($0) at port 4000\n" }.joined()
            stream.write([0, 0, 0x11, 0x11] + names.utf8)
            closeOnceRead(stream, trial, beyond: asked)
        }
        #expect(failure.code == .epmdNotRegistered)
        #expect(failure.message.contains("and 1980 more"))
        #expect(failure.message.utf8.count < 1000)
    }

    /// Closes when the question has been read: before, that would be a reset.
    private func closeOnceRead(_ stream: any ByteStream, _ trial: HostileTrial, beyond asked: Int) {
        if trial.peer.received > asked { return stream.close() }
        trial.loop.schedule(at: .now + .milliseconds(1)) { closeOnceRead(stream, trial, beyond: asked) }
    }

    private static let codes: Set<FailureCode> = [
        .epmdRefused, .epmdTimeout, .epmdNotRegistered, .protocolViolation, .tcpRefused, .tcpTimeout,
    ]
}
