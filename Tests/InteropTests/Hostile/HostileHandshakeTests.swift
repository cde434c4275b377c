import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import Testing

/// Peers that go wrong before the link is up: a typed failure, in time, and nothing left behind.
@Suite(.serialized) struct HostileHandshakeTests {
    private static let expectedOfClose: Set<FailureCode> = [.tcpToTLS, .notAllowed, .closed, .cookie]

    @Test(arguments: HostileTrial.Carrier.allCases) func closedAtEachByte(_ carrier: HostileTrial.Carrier) throws {
        let trial = try HostileTrial(carrier)
        try trial.connect().get().close()
        let whole = trial.peer.sent
        trial.finish()
        for budget in stride(from: 0, to: whole, by: carrier == .tls ? 5 : 1) {
            let trial = try HostileTrial(carrier)
            trial.peer.budget = budget
            let failure = try trial.failure()
            #expect(Self.expectedOfClose.contains(failure.code), "\(budget) bytes: \(failure)")
            trial.finish()
        }
    }

    @Test(arguments: HostileTrial.Carrier.allCases) func stalledAtSomeByte(_ carrier: HostileTrial.Carrier) throws {
        for budget in [0, 1, 3, 20, 40, 70] {
            let trial = try HostileTrial(carrier)
            trial.peer.budget = budget
            trial.peer.atTheEnd = { _ in }
            let failure = try trial.failure(within: .milliseconds(600))
            #expect(failure.code == .setupTimeout, "\(budget) bytes: \(failure)")
            trial.finish()
        }
    }

    @Test(arguments: HostileTrial.Carrier.allCases) func oneByteAfterTheOther(_ carrier: HostileTrial.Carrier) throws {
        let trial = try HostileTrial(carrier)
        trial.peer.instead = { stream in
            var bytes = HandshakeLengthPrefix.tcp.framed(Array("sok".utf8))[...]
            if carrier == .tls { bytes = [0, 0] + bytes }
            bytes += [UInt8](repeating: 0, count: 100)
            func drip() {
                guard let byte = bytes.popFirst() else { return }
                stream.write([byte])
                trial.loop.schedule(at: .now + .milliseconds(300), drip)
            }
            drip()
        }
        #expect(try trial.failure(within: .milliseconds(1000)).code == .setupTimeout)
        trial.finish()
    }

    @Test(
        arguments: HostileTrial.Carrier.allCases,
        [
            [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF, 1], [0, 0, 0, 0, 0, 0], Array("HTTP/1.1 400".utf8),
            Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), [UInt8](repeating: 0x73, count: 100_000),
            [0, 3, 0x73, 0xFF, 0xFE], [0, 0, 0, 3, 0x73, 0xFF, 0xFE],
        ])
    func otherTongues(_ carrier: HostileTrial.Carrier, _ bytes: [UInt8]) throws {
        let trial = try HostileTrial(carrier)
        trial.peer.instead = { $0.write(bytes) }
        let failure = try trial.failure(within: .milliseconds(600))
        #expect([.protocolViolation, .setupTimeout].contains(failure.code), "\(failure)")
        trial.finish()
    }

    @Test(arguments: HostileTrial.Carrier.allCases) func wrongDigest(_ carrier: HostileTrial.Carrier) throws {
        let trial = try HostileTrial(carrier)
        trial.peer.cookie = Secret("another")
        #expect(try trial.failure().code == .cookie)
        trial.finish()
    }

    @Test(arguments: HostileTrial.Carrier.allCases, 0..<4)
    func cancelled(_ carrier: HostileTrial.Carrier, after batches: Int) throws {
        let trial = try HostileTrial(carrier)
        trial.peer.budget = 10
        trial.peer.atTheEnd = { _ in }
        weak var gone: NodeConnector?
        do {
            let connector = try trial.connector()
            gone = connector
            connector.start { _ in Issue.record("a completion after cancel") }
            for _ in 0..<batches { _ = trial.loop.run(until: .now + .milliseconds(1)) { false } }
            connector.cancel()
        }
        trial.settle()
        #expect(gone == nil)
        trial.finish()
    }
}
