import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace
import Testing

/// From what one or both ends told to the code: `failures.md` as a table. Real nodes tell the same in
/// `TraceScenarioTests`; here is what no node can be made to do at will.
@Suite struct AttemptExplanationTests {
    private static func explain(_ events: [TraceEvent]) -> NodeFailure? {
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        for event in events { ledger.add(event) }
        guard ledger.attempts.count == 1, case .failed(let failure)? = ledger.attempts.first?.result else { return nil }
        return failure
    }

    private static func told(
        _ what: EventKind, _ side: Role, _ stage: NodeFailure.Stage, at time: Int = 10, from sender: Role? = nil,
        initiator: String = "a@h", acceptor: String = "b@h"
    ) -> TraceEvent {
        SampleEvents.event(
            what, at: time, from: .node(side == .initiator ? "a@h" : "b@h"), side == .initiator ? 1 : 2, side: side,
            initiator: Party(name: initiator), acceptor: Party(name: acceptor), stage: stage, sender: sender)
    }

    @Test(
        arguments: [
            (.timeout(milliseconds: nil), .initiator, .dns, .dns),
            (.timeout(milliseconds: 50), .initiator, .epmd, .epmdTimeout),
            (.unreachable("ehostunreach"), .initiator, .epmd, .epmdTimeout),
            (.unreachable("enetunreach"), .initiator, .tcp, .tcpTimeout), (.refused, .initiator, .epmd, .epmdRefused),
            (.refused, .initiator, .tcp, .tcpRefused), (.timeout(milliseconds: nil), .initiator, .tcp, .tcpTimeout),
            (.timeout(milliseconds: nil), .initiator, .tls, .setupTimeout),
            (.timeout(milliseconds: nil), .acceptor, .tls, .setupTimeout),
            (.timeout(milliseconds: nil), .acceptor, .reply, .setupTimeout),
            (.reset(by: .acceptor), .initiator, .ack, .cookie),
            (.closed(by: nil), .initiator, .status, .tcpToTLS),
            (.closed(by: .initiator), .acceptor, .challenge, .closed),
            (.closed(by: .initiator), .acceptor, .reply, .closed), (.closed(by: .acceptor), .initiator, .tls, .tlsKey),
            (.refusedBy(.nok), .initiator, .status, .nok), (.refusedBy(.alive), .acceptor, .status, .alive),
            (.refusedBy(.unknown("odd")), .initiator, .status, .protocolViolation),
            (.missingFlags(["V4_NC"]), .initiator, .challenge, .flags),
            (.notTLS([1, 2]), .acceptor, .tls, .protocolViolation),
            (.notDistribution([0x16, 3, 1]), .acceptor, .name, .tlsToTCP),
            (.notDistribution(Array("GET ".utf8)), .acceptor, .name, .protocolViolation),
            (.badTLSOptions("depth"), .initiator, .tls, .tlsOptions),
            (.tls("odd"), .initiator, .tls, .protocolViolation),
            (.other("port_error"), .initiator, .epmd, .epmdNotRegistered),
            (.other("killed"), .initiator, .reply, .closed),
            (.other("no name"), .acceptor, .name, .protocolViolation),
            (.failed(SampleEvents.failure), .initiator, .ack, .cookie),
        ] as [(EndReason, Role, NodeFailure.Stage, FailureCode)])
    func namesTheReason(_ reason: EndReason, _ side: Role, _ stage: NodeFailure.Stage, _ code: FailureCode) {
        let failure = Self.explain([
            Self.told(.started(.distribution), side, .tcp, at: 1), Self.told(.ended(reason), side, stage),
        ])
        #expect(failure?.code == code)
        #expect(failure?.remedy.isEmpty == false && failure?.message.isEmpty == false)
    }

    /// Alerts that a node got or sent, with nothing else known.
    @Test(
        arguments: [
            (10, .protocolViolation), (40, .tlsCipher), (42, .certificateUsage), (43, .certificateUsage),
            (45, .certificateExpired),
            (46, .certificateUsage), (48, .caUnknown), (70, .tlsVersion), (71, .tlsCipher), (80, .tlsKey),
            (116, .certificateRequired),
            (255, .protocolViolation),
        ] as [(UInt8, FailureCode)])
    func readsAlerts(_ number: UInt8, _ code: FailureCode) {
        let alert = AlertFacts(level: 2, description: number)
        #expect(Self.explain([Self.told(.alert(alert), .initiator, .tls, from: .acceptor)])?.code == code)
    }

    /// A warning, and the end of a TLS connection in order, explain nothing.
    @Test func someAlertsSayNothing() {
        #expect(Self.explain([Self.told(.alert(AlertFacts(level: 1, description: 45)), .initiator, .tls)]) == nil)
        #expect(Self.explain([Self.told(.alert(AlertFacts(level: 2, description: 0)), .initiator, .tls)]) == nil)
        #expect(Self.explain([Self.told(.up, .initiator, .up)]) == nil)
        #expect(Self.explain([Self.told(.note("x"), .initiator, .up)]) == nil)
    }

    /// Behind the hellos alert 40 is no matter of ciphers: it is the certificate that was refused, or is missing.
    @Test func knowsWhatAlertFortyMeans() {
        let alert = Self.told(.alert(AlertFacts(level: 2, description: 40)), .initiator, .tls, from: .acceptor)
        // These events are of 1970.
        var valid = SampleEvents.certificate
        valid.notBefore = 0
        let theirs = Self.told(
            .certificates(shownBy: .acceptor, [valid], .accepted), .initiator, .tls)
        let none = Self.told(.certificates(shownBy: .initiator, [], nil), .initiator, .tls)
        var both = valid
        both.extendedKeyUsage = ["serverAuth", "clientAuth"]
        let ours = Self.told(.certificates(shownBy: .initiator, [both], nil), .initiator, .tls)
        let serverOnly = Self.told(
            .certificates(shownBy: .initiator, [valid], nil), .initiator, .tls)
        #expect(Self.explain([alert, none])?.code == .tlsCipher)
        #expect(Self.explain([theirs, alert])?.code == .tlsCipher)
        #expect(Self.explain([theirs, alert, none])?.code == .certificateRequired)
        #expect(Self.explain([alert, ours])?.code == .tlsCipher)
        #expect(Self.explain([theirs, alert, ours])?.code == .certificateName)
        #expect(Self.explain([theirs, alert, serverOnly])?.code == .certificateUsage)
        #expect(Self.explain([theirs, alert, none])?.certainty != .certain)
    }

    /// What was seen of a peer before counts: one that spoke TLS hangs now, and speaks no plain distribution.
    @Test(arguments: [true, false]) func aFrozenNodeSpokeTLSBefore(isLinkOfBefore: Bool) {
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        func event(_ what: EventKind, _ connection: Int, _ stage: NodeFailure.Stage, at time: Int) -> TraceEvent {
            SampleEvents.event(what, at: time, from: .node("a@h"), connection, side: .initiator, stage: stage)
        }
        let before =
            isLinkOfBefore
            ? [event(.down(reason: "net_tick_timeout"), 1, .down, at: 1)]
            : [event(.secured(version: "TLS 1.3", cipher: "X"), 1, .tls, at: 1)]
        let attempt = [
            event(.connected, 2, .tcp, at: 60_000_000),
            event(.note("hello"), 2, .tls, at: 60_000_001),
            event(.ended(.timeout(milliseconds: nil)), 2, .tls, at: 67_000_000),
        ]
        for event in before + attempt { ledger.add(event) }
        guard case .failed(let failure)? = ledger.attempts.last?.result else {
            Issue.record("not failed: \(ledger.attempts)")
            return
        }
        #expect(failure.code == .setupTimeout && failure.stage == .tls)
        // With nothing seen before the words are others, and the code is the same.
        #expect(Self.explain(attempt)?.code == .setupTimeout)
        #expect(Self.explain(attempt)?.message != failure.message)
    }

    /// A scanner, or a health check: it is not the node's key.
    @Test func aProbeWithoutAByteIsAClose() {
        let failure = Self.explain([
            Self.told(.connected, .acceptor, .tcp), Self.told(.ended(.closed(by: .initiator)), .acceptor, .tls),
        ])
        #expect(failure?.code == .closed && failure?.message.contains("sent nothing") == true)
    }

    /// What one end is sure of counts more than what the other one guesses, whoever told it first.
    @Test func theSureEndIsHeard() {
        let guess = Self.told(.ended(.closed(by: .acceptor)), .initiator, .ack, at: 5)
        let sure = Self.told(.ended(.wrongCookie), .acceptor, .reply, at: 6)
        for events in [[guess, sure], [sure, guess]] {
            let failure = Self.explain(events)
            #expect(failure?.code == .cookie && failure?.certainty == .certain)
        }
        // It dialled another name: the acceptor saw a close.
        let close = Self.told(.ended(.closed(by: .initiator)), .acceptor, .reply)
        let other = Self.told(.ended(.nameMismatch(dialled: "c@h", actual: "b@h")), .initiator, .challenge)
        for events in [[close, other], [other, close]] { #expect(Self.explain(events)?.code == .name) }
    }

    /// OTP 26 and later turn away who lacks flags, with the word for those who are not on a list.
    @Test func oldNodesLackFlags() {
        let name = Self.told(
            .handshake(HandshakeDetail(.name, name: "a@h", flags: .mandatory25)), .initiator, .name, from: .initiator)
        let status = Self.told(.ended(.refusedBy(.notAllowed)), .initiator, .status)
        #expect(Self.explain([name, status])?.code == .flags)
        #expect(Self.explain([name, status])?.certainty != .certain)
        let new = Self.told(
            .handshake(HandshakeDetail(.name, name: "a@h", flags: .mandatory26)), .initiator, .name, from: .initiator)
        #expect(Self.explain([new, status])?.code == .notAllowed)
        // The other way round the initiator is the one that misses them, and says nothing.
        let theirs = Self.told(
            .handshake(HandshakeDetail(.name, name: "a@h", flags: .mandatory26)), .acceptor, .name, from: .initiator)
        let old = Self.told(
            .handshake(HandshakeDetail(.challenge, name: "b@h", flags: .mandatory25)), .acceptor, .challenge,
            from: .acceptor)
        let close = Self.told(.ended(.closed(by: .initiator)), .acceptor, .reply)
        #expect(Self.explain([theirs, old, close])?.code == .flags)
    }

    @Test(arguments: [("a@here", "b@h.example"), ("a@h.example", "b@here")])
    func namesOfTwoTypes(_ initiator: String, _ acceptor: String) {
        for reason in [EndReason.unresolved("nxdomain"), .other("shutdown")] {
            let end = Self.told(.ended(reason), .initiator, .dns, initiator: initiator, acceptor: acceptor)
            #expect(Self.explain([end])?.code == .nameType)
        }
    }

    @Test(
        arguments: [
            ("net_tick_timeout", .tick), ("connection_closed", .closed), ("shutdown", .closed),
            ("{shutdown,transport_closed}", .closed), ("disconnect", .disconnected), ("", nil), ("killed", nil),
        ] as [(String, FailureCode?)])
    func knowsWhyLinksGoDown(_ reason: String, _ code: FailureCode?) { #expect(LinkLoss.code(of: reason) == code) }
}
