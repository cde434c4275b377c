import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace
import Testing

@Suite struct LadderTests {
    /// A healthy connection over TLS, as our own observer tells it: a millisecond between any two events.
    private static let healthy: [(NodeFailure.Stage, Role?, EventKind)] = [
        (.epmd, nil, .started(.epmd)), (.dns, nil, .note("app.example is 10.0.0.7")),
        (.epmd, nil, .epmd(EPMDFacts(.port, isAnswer: true, alive: "app", port: 9100))),
        (.tcp, nil, .started(.distribution)), (.tcp, nil, .connected),
        (.tls, .initiator, .tlsMessage(TLSMessageFacts(type: 1))),
        (.tls, .acceptor, .tlsMessage(TLSMessageFacts(type: 2))),
        (.tls, .acceptor, .tlsMessage(TLSMessageFacts(type: 13))),
        (.tls, .acceptor, .certificates(shownBy: .acceptor, [], .accepted)),
        (.tls, nil, .secured(version: "TLSv1.2", cipher: "C")),
        (.name, .initiator, .handshake(HandshakeDetail(.name, name: "erlclu"))),
        (.status, .acceptor, .handshake(HandshakeDetail(.status, status: .named("X@erlclu", creation: 1)))),
        (.challenge, .acceptor, .handshake(challenge)),
        (.reply, .initiator, .handshake(HandshakeDetail(.challengeReply))),
        (.ack, .acceptor, .handshake(HandshakeDetail(.challengeAck))), (.up, nil, .up),
    ]
    private static let challenge = HandshakeDetail(
        .challenge, name: "app@app.example", flags: .mandatory26, creation: 7)

    private func climb(_ count: Int, usesTLS: Bool = true) -> Ladder {
        var ladder = Ladder(usesTLS: usesTLS, start: 0)
        for (index, (stage, sender, what)) in Self.healthy.prefix(count).enumerated() where usesTLS || stage != .tls {
            ladder.add(
                TraceEvent(
                    time: (index + 1) * 1000, vantage: .own, connection: 1, side: .initiator, stage: stage,
                    sender: sender, what: what))
        }
        return ladder
    }

    private func failure(_ code: FailureCode, _ stage: NodeFailure.Stage) -> NodeFailure {
        NodeFailure(code, stage: stage, node: "app@app.example", message: "no", remedy: "")
    }

    /// Nobody here knows what is looked up at the other end of a tunnel.
    @Test func aTunnelStandsForTheNameService() {
        var ladder = Ladder(usesTLS: false, through: "kube:a/b", start: 0)
        #expect(ladder.steps.map(\.rung).prefix(2) == [.tunnel, .epmd])
        ladder.pass(.epmd, at: 5)
        #expect(ladder[.tunnel]?.verdict == .passed && ladder[.tunnel]?.facts == ["through kube:a/b"])
        ladder.fail(failure(.tunnel, .name), at: 9)
        #expect(ladder.broken?.rung == .tunnel && ladder[.epmd]?.verdict == .unreached)
    }

    @Test func climbsToTheTop() {
        let ladder = climb(Self.healthy.count)
        #expect(ladder.steps.map(\.rung) == Rung.allCases.filter { $0 != .tunnel && !$0.isOfSSH })
        let reached = ladder.steps.filter { $0.rung <= .up }
        #expect(reached.allSatisfy { $0.verdict == .passed })
        #expect(ladder.steps.filter { $0.rung > .up }.allSatisfy { $0.verdict == .unreached })
        #expect(ladder.broken == nil)
        #expect(ladder[.dns]?.facts == ["app.example is 10.0.0.7"])
        #expect(ladder[.dns]?.time == 2000)
        #expect(ladder[.tcp]?.time == 2000)
        #expect(ladder[.challenge]?.facts == ["it is app@app.example, creation 7"])
        #expect(ladder[.flags]?.facts == ["it has all that OTP 23 to 29 demand"])
    }

    @Test func hasNoRungsOfTLSWithoutIt() {
        let ladder = climb(Self.healthy.count, usesTLS: false)
        #expect(!ladder.steps.contains { $0.rung.isOfTLS })
        #expect(ladder[.up]?.verdict == .passed)
    }

    /// A rung that is told cannot be taken back: none is firm that what comes next may still break.
    @Test func isFirmWhenTheOtherSideHasAnswered() {
        #expect(climb(9).firm.last?.rung == .tlsHello)
        #expect(climb(10).firm.last?.rung == .tlsFinished)
        #expect(climb(13).firm.last?.rung == .status)
        #expect(climb(14).firm.last?.rung == .flags)
        #expect(climb(Self.healthy.count).firm.last?.rung == .up)
        var late = climb(9)
        late.add(event(.tls, nil, .secured(version: "TLS 1.3", cipher: "C")))
        late.add(event(.name, .initiator, .handshake(HandshakeDetail(.name, name: "erlclu"))))
        #expect(late.firm.last?.rung == .tlsHello)
        late.add(event(.status, .acceptor, .handshake(HandshakeDetail(.status, status: .ok))))
        #expect(late.firm.last?.rung == .status)
    }

    /// The name in the challenge is another one: that rung is broken, and nothing above it is told to hold.
    @Test func wrongNameBreaksTheChallenge() {
        var ladder = climb(13)
        ladder.fail(failure(.name, .challenge), at: 99_000)
        #expect(ladder.broken?.rung == .challenge)
        #expect(ladder[.flags]?.verdict == .unreached)
    }

    private func event(_ stage: NodeFailure.Stage, _ sender: Role?, _ what: EventKind) -> TraceEvent {
        TraceEvent(
            time: 99_000, vantage: .own, connection: 1, side: .initiator, stage: stage, sender: sender, what: what)
    }

    /// Wherever it ends: what is below holds, what is above was not reached.
    @Test(arguments: 0...Self.healthy.count) func breaksWhereItEnds(count: Int) {
        let stages = Self.healthy.prefix(count).map(\.0)
        var ladder = climb(count)
        let stage = stages.max() ?? .dns
        ladder.fail(failure(.protocolViolation, stage == .up ? .down : stage), at: 99_000)
        let place = ladder.steps.firstIndex { if case .broken = $0.verdict { true } else { false } }
        guard let place else { return #expect(Bool(false), "nothing is broken") }
        for (index, step) in ladder.steps.enumerated() {
            if index < place { #expect(step.verdict == .passed || step.verdict == .skipped) }
            if index > place {
                #expect(step.verdict == .unreached)
                #expect(step.time == nil && step.facts.isEmpty)
            }
        }
        #expect(ladder.broken?.rung == ladder.steps[place].rung)
    }

    @Test(arguments: [
        (FailureCode.dns, NodeFailure.Stage.dns, Rung.dns), (.epmdNotRegistered, .epmd, .epmd),
        (.tcpRefused, .tcp, .tcp), (.tlsToTCP, .tls, .tlsHello), (.tlsVersion, .tls, .tlsHello),
        (.certificateExpired, .tls, .tlsCertificate), (.certificateRequired, .tls, .tlsCertificate),
        (.caUnknown, .tls, .tlsCertificate), (.nok, .status, .status), (.name, .challenge, .challenge),
        (.flags, .challenge, .flags), (.cookie, .reply, .cookie), (.cookie, .ack, .cookie),
        (.setupTimeout, .ack, .cookie), (.rpc, .up, .rpc), (.closed, .down, .rpc), (.tick, .tick, .rpc),
    ])
    func knowsTheRungOfAFailure(code: FailureCode, stage: NodeFailure.Stage, rung: Rung) {
        var ladder = climb(Self.healthy.count)
        ladder.fail(failure(code, stage), at: 0)
        #expect(ladder.broken?.rung == rung)
    }

    /// TLS may end at any of its messages, with a code that does not say which.
    @Test(arguments: [(5, Rung.tlsHello), (7, .tlsCertificate), (9, .tlsFinished), (10, .tlsFinished)])
    func knowsHowFarTLSCame(count: Int, rung: Rung) {
        var ladder = climb(count)
        ladder.fail(failure(.setupTimeout, .tls), at: 99_000)
        #expect(ladder.broken?.rung == rung)
    }

    @Test func keepsTheTimeOfAFailureThatIsRenamed() {
        var ladder = climb(6)
        ladder.fail(failure(.setupTimeout, .tls), at: 9000)
        ladder.fail(failure(.tlsToTCP, .tls), at: 60_000)
        #expect(ladder.broken?.failure.code == .tlsToTCP)
        #expect(ladder[.tlsHello]?.time == 4000)
    }

    @Test func fearsNoTime() {
        var ladder = Ladder(usesTLS: false, start: .max)
        ladder.pass(.dns, at: .min)
        ladder.pass(.tcp, at: .max)
        ladder.fail(failure(.closed, .challenge), at: .min)
        #expect(ladder.steps.allSatisfy { ($0.time ?? 0) >= 0 })
        var other = Ladder(usesTLS: false, start: .min)
        other.pass(.dns, at: .max)
        #expect(other[.dns]?.time == 0)
    }

    /// How it was found the acceptor cannot know, nor can anybody between.
    @Test func claimsNoWayThatNobodySaw() throws {
        func attempt(_ side: Role?, _ vantage: Vantage) throws -> ConnectionAttempt {
            var ledger = AttemptLedger()
            for (stage, what) in [(NodeFailure.Stage.tcp, EventKind.connected), (.up, .up)] {
                ledger.add(
                    TraceEvent(
                        time: 1, vantage: vantage, connection: 1, side: side, initiator: Party(name: "a@h"),
                        acceptor: Party(name: "b@h"), stage: stage, what: what))
            }
            return try #require(ledger.attempts.first)
        }
        for (side, vantage) in [(Role.acceptor, Vantage.node("b@h")), (nil, .capture)] {
            let ladder = Ladder(try attempt(side, vantage))
            #expect(ladder.steps.map(\.verdict).prefix(3) == [.unseen, .unseen, .passed])
        }
        let own = Ladder(try attempt(.initiator, .node("a@h")))
        #expect(own.steps.map(\.verdict).prefix(3) == [.passed, .skipped, .passed])
    }

    @Test func skipsWhatIsNotNeeded() {
        var ladder = Ladder(usesTLS: false, start: 0)
        ladder.skip(.epmd, "not asked")
        ladder.pass(.tcp, at: 10)
        #expect(ladder.steps.map(\.verdict).prefix(3) == [.passed, .skipped, .passed])
        #expect(ladder[.epmd]?.facts == ["not asked"])
    }
}
