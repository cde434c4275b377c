import Diagnosis
import ErlangNode
import HandshakeTrace
import Testing

struct RepeatFoldTests {
    private static func attempt(
        _ number: Int, at second: Int, code: FailureCode = .cookie, from port: UInt16 = 1
    ) -> ConnectionAttempt {
        let address = Endpoint(host: "10.0.0.1", port: port)
        var attempt = ConnectionAttempt(
            number: number,
            first: SampleEvents.event(.connected, at: second * 1_000_000, initiator: Party(address: address)),
            source: ConnectionAttempt.Source(.node("a@h"), number))
        var failure = SampleEvents.failure
        failure.code = code
        attempt.result = .failed(failure)
        return attempt
    }

    @Test
    func sameFailuresOfOnePairAreOneRun() {
        var attempts = (0..<14).map { Self.attempt($0 + 1, at: $0 * 60 / 13, from: UInt16($0)) }
        attempts.append(Self.attempt(15, at: 20, code: .nok))
        var up = Self.attempt(16, at: 21)
        up.result = .up
        attempts.append(up)
        // The run is over: it is told anew.
        attempts.append(Self.attempt(17, at: 121))
        let told = RepeatFold.folded(attempts)
        #expect(told.map(\.attempt.number) == [1, 15, 16, 17])
        #expect(told.map(\.run?.count) == [14, 1, nil, 1])
        #expect(told.first?.run?.words == "x14 in 60 s")
    }

    /// What turns out not to have failed is no part of a run.
    @Test
    func whatWasTakenBackIsNotCounted() {
        var fold = RepeatFold()
        let first = Self.attempt(1, at: 0)
        #expect(fold.add(first)?.count == 1)
        var goesOn = first
        goesOn.result = .pending
        fold.remove(goesOn, SampleEvents.failure)
        #expect(!fold.expects(Self.attempt(2, at: 1)))
        #expect(fold.add(Self.attempt(2, at: 1))?.count == 1)
        #expect(fold.add(Self.attempt(3, at: 2))?.count == 2)
        fold.remove(Self.attempt(2, at: 1), SampleEvents.failure)
        #expect(fold.add(Self.attempt(4, at: 3))?.count == 2)
    }
}
