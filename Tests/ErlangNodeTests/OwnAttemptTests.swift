import ByteTransport
import Diagnosis
import DistributionProtocol
import Testing

@testable import ErlangNode

/// What depends on clocks, races and certificates that no peer can be made to show at will.
@Suite struct OwnAttemptTests {
    private static let now = 1_700_000_000
    private let attempt = OwnAttempt(
        node: "a@b", endpoint: Endpoint(host: "b", port: 4711), now: now, isSecure: true)

    private static func certificate(
        from start: Int = -100, to end: Int = 100, issuer: String = "CN=ca", usage: [String]? = ["clientAuth"]
    ) -> CertificateFacts {
        CertificateFacts(
            subject: "CN=me", issuer: issuer, serial: "01", notBefore: now + start, notAfter: now + end,
            dnsNames: [], ipAddresses: [], extendedKeyUsage: usage, fingerprint: "00ff00ff00ff00ff00ff")
    }

    /// An alert after the ServerHello.
    private func alert(_ description: UInt8, own: CertificateFacts?, requested: Bool = true) -> NodeFailure {
        attempt.explain(
            TLSFailure(
                cause: .alertReceived(description),
                messages: [TLSMessage(fromPeer: true, content: .handshake(type: 2))], ownCertificate: own,
                certificateRequested: requested))
    }

    private func isCertain(_ failure: NodeFailure) -> Bool { failure.certainty == .certain }

    /// bad_certificate, unsupported_certificate, certificate_unknown, handshake_failure: the same four for anything.
    @Test(arguments: [42, 43, 46, 40] as [UInt8])
    func looksAtOurCertificateBeforeItBlames(description: UInt8) {
        let expired = alert(description, own: Self.certificate(to: -1))
        #expect(expired.code == .certificateExpired && isCertain(expired))
        let early = alert(description, own: Self.certificate(from: 1))
        #expect(early.code == .certificateNotYetValid && isCertain(early))
        let unfit = alert(description, own: Self.certificate(usage: ["serverAuth"]))
        #expect(unfit.code == .certificateUsage && isCertain(unfit))
        let lonely = alert(description, own: Self.certificate(issuer: "CN=me"))
        #expect(lonely.code == .caUnknown && !isCertain(lonely))
        let sound = alert(description, own: Self.certificate())
        // OTP compares the names of a client behind 40 and 42.
        #expect(sound.code == ([40, 42].contains(description) ? .certificateName : .certificateUsage))
        #expect(!isCertain(sound))
        #expect(alert(description, own: nil).code == .certificateRequired)
    }

    /// The node's clock, or a certificate above ours.
    @Test func isNotSureOfAnExpiryThatItDoesNotSee() {
        let failure = alert(45, own: Self.certificate())
        #expect(failure.code == .certificateExpired && !isCertain(failure))
        #expect(failure.message.contains("2023-11-14 22:13:20Z"))
    }

    @Test func doesNotMissACertificateThatNobodyAskedFor() {
        #expect(alert(40, own: nil, requested: false).code == .tlsCipher)
    }

    @Test func knowsNoUsableKeyByItsAlert() {
        let failure = attempt.explain(TLSFailure(cause: .alertReceived(80)))
        #expect(failure.code == .tlsKey)
        #expect(alert(80, own: nil).code == .protocolViolation)
    }

    /// The verdict on our certificate comes after our side of TLS 1.3 is done, and a reset may swallow it.
    @Test func findsWhatALostAlertWouldHaveSaid() {
        func verdict(_ own: CertificateFacts?, version: String = "TLS 1.3", requested: Bool = true) -> FailureCode {
            let seen = TLSFailure(
                cause: .closedDuringHandshake, ownCertificate: own, certificateRequested: requested,
                agreedVersion: version)
            let failure = attempt.explain(HandshakeFailure(.status, .closed), account: seen)
            #expect(!isCertain(failure))
            return failure.code
        }
        #expect(verdict(Self.certificate(to: -1)) == .certificateExpired)
        #expect(verdict(Self.certificate(from: 1)) == .certificateNotYetValid)
        #expect(verdict(Self.certificate(usage: ["serverAuth"])) == .certificateUsage)
        #expect(verdict(nil) == .certificateRequired)
        #expect(verdict(Self.certificate()) == .notAllowed)
        #expect(verdict(nil, requested: false) == .notAllowed)
        // Under TLS 1.2 the node has accepted it by then.
        #expect(verdict(Self.certificate(to: -1), version: "TLS 1.2") == .notAllowed)
    }

    @Test func namesTheIntermediate() {
        var above = Self.certificate(to: -1)
        above.subject = "CN=between"
        let failure = attempt.explain(
            TLSFailure(
                cause: .certificateRefused(verifyError: 10, depth: 1, reason: "expired"),
                peerChain: [Self.certificate()], refused: above))
        #expect(failure.code == .certificateExpired)
        #expect(failure.message.hasPrefix("the intermediate certificate of a@b (CN=between"))
    }

    /// A file is no remedy where OTP takes none.
    @Test func namesAChainThatIsTooLongForRevocation() {
        func failure(_ error: Int32, _ reason: String) -> NodeFailure {
            attempt.explain(
                TLSFailure(
                    cause: .certificateRefused(verifyError: error, depth: 0, reason: reason),
                    peerChain: [Self.certificate()]))
        }
        let long = failure(50, "more than one authority stands between")
        #expect(long.code == .tlsStrict)
        #expect(long.message.hasSuffix("cannot be found out: more than one authority stands between"))
        let remedy = long.remedy.text(\.plainWords)
        #expect(!remedy.contains(".r0") && !remedy.contains("best_effort"))
        let missing = failure(3, "unable to get certificate CRL")
        #expect(missing.code == .tlsStrict)
        #expect(missing.remedy.text(\.plainWords).contains(".r0"))
    }

    @Test func tellsAFilteredEPMDFromASilentOne() {
        #expect(attempt.epmdLate(isConnected: false, after: "2 s").message.contains("filtered"))
        #expect(attempt.epmdLate(isConnected: true, after: "2 s").message.contains("says nothing"))
        #expect(attempt.resolutionTimeout(host: "b", after: "2 s").code == .dns)
    }
}
