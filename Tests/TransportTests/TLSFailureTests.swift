import ByteTransport
import Diagnosis
import TLSTransport
import Testing

/// Which cause each kind of refusal gives, on both ends and under both versions.
@Suite struct TLSFailureTests {
    let maker: CertificateMaker

    init() throws {
        maker = try CertificateMaker()
        try maker.leaf("node")
    }

    private func fixture(
        _ initiator: TLSConfiguration, _ acceptor: TLSConfiguration, _ version: TLSConfiguration.Version,
        peerName: String? = "localhost"
    ) throws -> TLSFixture {
        var initiator = initiator
        initiator.versions = version...version
        return try TLSFixture(initiator, acceptor, peerName: peerName)
    }

    @Test(arguments: [TLSConfiguration.Version.tls12, .tls13])
    func theAcceptorsCertificateIsExpired(version: TLSConfiguration.Version) throws {
        try maker.leaf("bad", from: -7200, until: -3600)
        let fixture = try fixture(maker.initiator(), maker.acceptor("bad"), version)
        #expect(
            fixture.initiatorCause()
                == .certificateRefused(verifyError: 10, depth: 0, reason: "certificate has expired"))
        #expect(fixture.acceptorCause() == .alertReceived(45))
        #expect(!fixture.here.isOpen)
        guard case .tls(let failure) = fixture.here.closure else { return }
        let leaf = try #require(failure.peerChain.first)
        #expect(leaf.subject == "CN=node")
        #expect(leaf.issuer == "CN=test ca")
        #expect(leaf.notAfter - leaf.notBefore == 3600)
        #expect(failure.ownCertificate?.dnsNames == ["localhost"])
        #expect(failure.trusted.map(\.subject) == ["CN=test ca"])
        #expect(failure.messages.first == TLSMessage(fromPeer: false, content: .handshake(type: 1)))
        #expect(failure.messages.last == TLSMessage(fromPeer: false, content: .alert(level: 2, description: 45)))
    }

    @Test(arguments: [TLSConfiguration.Version.tls12, .tls13])
    func theAcceptorsCertificateIsNotYetValid(version: TLSConfiguration.Version) throws {
        try maker.leaf("bad", from: 3600)
        let fixture = try fixture(maker.initiator(), maker.acceptor("bad"), version)
        #expect(
            fixture.initiatorCause()
                == .certificateRefused(verifyError: 9, depth: 0, reason: "certificate is not yet valid"))
        #expect(fixture.acceptorCause() == .alertReceived(42))
    }

    @Test(arguments: [TLSConfiguration.Version.tls12, .tls13])
    func theAcceptorsAuthorityIsUnknown(version: TLSConfiguration.Version) throws {
        try maker.authority("other", "/CN=other ca")
        let fixture = try fixture(maker.initiator(trust: "other"), maker.acceptor(), version)
        #expect(
            fixture.initiatorCause()
                == .certificateRefused(
                    verifyError: 20, depth: 0, reason: "unable to get local issuer certificate"))
        #expect(fixture.acceptorCause() == .alertReceived(48))
    }

    @Test(arguments: [TLSConfiguration.Version.tls12, .tls13])
    func theAcceptorsCertificateIsForOtherNames(version: TLSConfiguration.Version) throws {
        let fixture = try fixture(maker.initiator(), maker.acceptor(), version, peerName: "other.example")
        #expect(fixture.initiatorCause() == .nameMismatch(expected: "other.example"))
        #expect(fixture.acceptorCause() == .alertReceived(42))
    }

    @Test(arguments: [TLSConfiguration.Version.tls12, .tls13])
    func theAcceptorsCertificateIsForInitiatorsOnly(version: TLSConfiguration.Version) throws {
        try maker.leaf("bad", usage: "clientAuth")
        let fixture = try fixture(maker.initiator(), maker.acceptor("bad"), version)
        guard case .certificateRefused(26, 0, _) = fixture.initiatorCause() else {
            Issue.record("\(String(describing: fixture.here.closure))")
            return
        }
        #expect(fixture.acceptorCause() == .alertReceived(43))
    }

    /// Under TLS 1.3 the initiator is done before the acceptor has seen its certificate.
    @Test(arguments: [TLSConfiguration.Version.tls12, .tls13])
    func theInitiatorsCertificateIsRefused(version: TLSConfiguration.Version) throws {
        try maker.leaf("bad", from: -7200, until: -3600)
        let fixture = try fixture(maker.initiator("bad"), maker.acceptor(), version)
        fixture.initiator.write([1, 2, 3])
        #expect(fixture.initiatorCause() == .alertReceived(45))
        #expect(fixture.here.isOpen == (version == .tls13))
        #expect(
            fixture.acceptorCause()
                == .certificateRefused(verifyError: 10, depth: 0, reason: "certificate has expired"))
        guard case .tls(let failure) = fixture.here.closure else { return }
        #expect(failure.certificateRequested)
        #expect(failure.peerChain.count == 1)
    }

    @Test(arguments: [TLSConfiguration.Version.tls12, .tls13])
    func theInitiatorShowsNoCertificate(version: TLSConfiguration.Version) throws {
        let fixture = try fixture(maker.initiator(nil), maker.acceptor(), version)
        #expect(fixture.initiatorCause() == .alertReceived(version == .tls13 ? 116 : 40))
        guard case .tls(let failure) = fixture.here.closure else { return }
        #expect(failure.certificateRequested)
        #expect(failure.ownCertificate == nil)
    }

    @Test func noVersionInCommon() throws {
        var acceptor = maker.acceptor()
        acceptor.versions = .tls12...(.tls12)
        let fixture = try fixture(maker.initiator(), acceptor, .tls13)
        #expect(fixture.initiatorCause() == .alertReceived(70))
        guard case .noCommonParameters = fixture.acceptorCause() else {
            Issue.record("\(String(describing: fixture.there.closure))")
            return
        }
    }

    @Test func noCipherInCommon() throws {
        var (initiator, acceptor) = (maker.initiator(), maker.acceptor())
        initiator.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"
        acceptor.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384"
        let fixture = try fixture(initiator, acceptor, .tls12)
        #expect(fixture.initiatorCause() == .alertReceived(40))
        guard case .noCommonParameters = fixture.acceptorCause() else {
            Issue.record("\(String(describing: fixture.there.closure))")
            return
        }
    }

    @Test func anyCertificateWillDoWhenNoneIsVerified() throws {
        try maker.leaf("bad", usage: "clientAuth", from: -7200, until: -3600)
        var initiator = maker.initiator(nil)
        initiator.verifiesPeer = false
        initiator.trustFiles = []
        var acceptor = maker.acceptor("bad")
        acceptor.verifiesPeer = false
        let fixture = try fixture(initiator, acceptor, .tls13, peerName: "other.example")
        #expect(fixture.loop.run { fixture.isOpen })
        #expect(fixture.initiator.summary?.peerChain.count == 1)
    }

    @Test func anAcceptorMayAskForACertificateAndDoWithout() throws {
        var acceptor = maker.acceptor()
        acceptor.requiresPeerCertificate = false
        let fixture = try fixture(maker.initiator(nil), acceptor, .tls12)
        #expect(fixture.loop.run { fixture.isOpen })
    }
}

/// Peers that do not speak TLS, or stop.
@Suite struct TLSForeignPeerTests {
    let loop = EventLoop()
    let here = StreamRecorder()
    let maker: CertificateMaker
    let peer: MemoryStream
    let stream: TLSStream

    init() throws {
        maker = try CertificateMaker()
        try maker.leaf("node")
        let pair = MemoryPair(on: loop)
        peer = pair.second
        stream = try TLSStream(over: pair.first, context: TLSContext(maker.initiator()), loop: loop)
        stream.receiver = here
    }

    private func cause() -> TLSFailure.Cause? {
        #expect(loop.run { here.closure != nil })
        guard case .tls(let failure) = here.closure else { return nil }
        return failure.cause
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "\0\u{3}sok", "x"])
    func aPlainAnswerIsNotTLS(answer: String) {
        peer.write(Array(answer.utf8))
        peer.close()
        #expect(cause() == .notTLS(Array(answer.utf8.prefix(32))))
    }

    @Test func aPeerThatClosesWithoutAWord() {
        peer.close()
        #expect(cause() == .closedDuringHandshake)
    }

    @Test func aRecordCutShort() {
        peer.write([22, 3, 3, 0, 100, 2, 0])
        peer.close()
        #expect(cause() == .closedDuringHandshake)
    }

    @Test func anAlertInPlaceOfAServerHello() {
        peer.write([21, 3, 3, 0, 2, 2, 40])
        #expect(cause() == .alertReceived(40))
    }

    @Test(arguments: [
        [22, 3, 3, 0xff, 0xff] + [UInt8](repeating: 0, count: 100),
        [22, 3, 3, 0, 4, 2, 0xff, 0xff, 0xff],
        [23, 3, 3, 0, 1, 0],
        [20, 3, 3, 0, 1, 1],
        [22, 3, 3, 0, 4, 0, 0, 0, 0],
    ])
    func recordsThatMakeNoSense(bytes: [UInt8]) {
        peer.write(bytes)
        peer.close()
        switch cause() {
        case .library, .closedDuringHandshake, .noCommonParameters: break
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    @Test func closingDuringTheHandshakeTellsNothing() {
        stream.close()
        stream.write([1])
        let peerRecorder = StreamRecorder()
        peer.receiver = peerRecorder
        #expect(loop.run { peerRecorder.closure != nil })
        #expect(here.closure == nil)
    }
}
