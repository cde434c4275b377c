import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace
import Testing

@Suite struct OwnConnectionRecorderTests {
    @Test func tellsAnAttemptAsOneConnection() throws {
        var (events, time): ([TraceEvent], Int) = ([], 0)
        let recorder = OwnConnectionRecorder(
            node: "app@h",
            now: {
                time += 1; return time
            }
        ) { events.append($0) }
        recorder.connecting(to: Endpoint(host: "10.0.0.7", port: 4369), for: .epmd)
        recorder.registered("app", at: 9100)
        recorder.connecting(to: Endpoint(host: "10.0.0.7", port: 9100), for: .distribution)
        recorder.connected(to: Endpoint(host: "10.0.0.7", port: 9100), address: "10.0.0.7:9100", from: nil)
        recorder.failed(NodeFailure(.tcpRefused, stage: .tcp, node: "app@h", message: "", remedy: ""))
        #expect(Set(events.map(\.connection)) == [1])
        #expect(events.map(\.time) == Array(1...events.count))
        #expect(events.last?.acceptor == Party(name: "app@h", address: Endpoint(host: "10.0.0.7", port: 9100)))

        recorder.connecting(to: Endpoint(host: "::1", port: 9100), for: .distribution)
        recorder.connected(to: Endpoint(host: "::1", port: 9100), address: "[::1]:9100", from: nil)
        #expect(events.last?.connection == 2)
        #expect(events.last?.acceptor.address == Endpoint(host: "::1", port: 9100))

        var ledger = AttemptLedger()
        for event in events { ledger.add(event) }
        #expect(ledger.attempts.count == 2)
        let ladder = Ladder(try #require(ledger.attempts.first))
        #expect(ladder.broken?.failure.code == .tcpRefused)
    }

    @Test func tellsWhatBothSidesShowed() {
        var events: [TraceEvent] = []
        let recorder = OwnConnectionRecorder(node: "app@h", now: { 0 }) { events.append($0) }
        let leaf = CertificateFacts(
            subject: "CN=app", issuer: "CN=ca", serial: "1", notBefore: 0, notAfter: 1, dnsNames: ["h"],
            ipAddresses: [], extendedKeyUsage: nil, fingerprint: "")
        recorder.security = {
            TLSConnectionFacts(
                version: "TLSv1.3", cipher: "C", peerChain: [leaf], ownCertificate: leaf, isCertificateRequested: true,
                isPeerVerified: true, serverName: "h")
        }
        recorder.connecting(to: Endpoint(host: "h", port: 1), for: .distribution)
        recorder.passed(TLSMessage(fromPeer: true, content: .handshake(type: 2), bytes: [2, 0, 0, 0]))
        recorder.passed(TLSMessage(fromPeer: true, content: .alert(level: 2, description: 45)))
        recorder.secured()
        #expect(
            events.map(\.what).suffix(5) == [
                .tlsMessage(TLSMessageFacts(type: 2)), .alert(AlertFacts(level: 2, description: 45)),
                .certificates(shownBy: .acceptor, [leaf], .accepted),
                .certificates(shownBy: .initiator, [leaf], nil), .secured(version: "TLSv1.3", cipher: "C"),
            ])
    }
}
