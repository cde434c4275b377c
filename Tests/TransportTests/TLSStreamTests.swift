import ByteTransport
import Diagnosis
import TLSTransport
import Testing

@Suite struct TLSStreamTests {
    let maker: CertificateMaker

    init() throws {
        maker = try CertificateMaker()
        try maker.leaf("node")
    }

    @Test(arguments: [TLSConfiguration.Version.tls12, .tls13], [1, 7, 64 * 1024])
    func aMutualHandshakeAndBytesBothWays(version: TLSConfiguration.Version, chunk: Int) throws {
        var initiator = maker.initiator()
        initiator.versions = version...version
        let fixture = try TLSFixture(initiator, maker.acceptor(), chunk: chunk)
        fixture.initiator.write(Array("early".utf8))
        #expect(fixture.initiator.summary == nil)
        #expect(fixture.loop.run { fixture.isOpen })
        fixture.acceptor.write(Array("answer".utf8))
        #expect(fixture.loop.run { fixture.there.received.count == 5 && fixture.here.received.count == 6 })
        #expect(fixture.there.received == Array("early".utf8))
        #expect(fixture.here.received == Array("answer".utf8))
        let summary = try #require(fixture.initiator.summary)
        #expect(summary.version == (version == .tls12 ? "TLS 1.2" : "TLS 1.3"))
        #expect(summary.peerChain.first?.subject == "CN=node")
        #expect(fixture.acceptor.summary?.peerChain.first?.ipAddresses == ["127.0.0.1"])
        fixture.initiator.close()
        #expect(fixture.loop.run { fixture.there.closure != nil })
        #expect(fixture.there.closure == .endOfStream)
        #expect(fixture.here.closure == nil)
    }

    /// The library asks nobody about a certificate that does not come.
    @Test(arguments: [true, false]) func anAnonymousPeerIsRefused(verifies: Bool) throws {
        var initiator = maker.initiator()
        var acceptor = maker.acceptor(nil)
        acceptor.verifiesPeer = false
        initiator.verifiesPeer = verifies
        initiator.versions = .tls10...(.tls12)
        acceptor.versions = initiator.versions
        initiator.ciphers = "AECDH-AES256-SHA"
        acceptor.ciphers = "AECDH-AES256-SHA"
        initiator.securityLevel = 0
        acceptor.securityLevel = 0
        let fixture = try TLSFixture(initiator, acceptor)
        #expect(fixture.loop.run { fixture.here.isOpen || fixture.here.closure != nil })
        #expect(fixture.here.isOpen == !verifies)
        guard verifies else { return }
        let expected = TLSFailure.Cause.certificateRefused(verifyError: 1, depth: 0, reason: "it has shown none")
        #expect(fixture.initiatorCause() == expected)
    }

    @Test func twentyMegabytesPassBothWaysInSlices() throws {
        let fixture = try TLSFixture(maker.initiator(), maker.acceptor())
        #expect(fixture.loop.run { fixture.isOpen })
        let bytes = patternedBytes(count: 20 << 20)
        fixture.initiator.write(bytes)
        fixture.acceptor.write(bytes)
        #expect(fixture.initiator.pendingOutput > 0)
        #expect(
            fixture.loop.run(seconds: 60) {
                fixture.here.received.count == bytes.count && fixture.there.received.count == bytes.count
            })
        #expect(fixture.here.received == bytes)
        #expect(fixture.there.received == bytes)
        #expect(fixture.loop.run { fixture.here.drainedCount == 1 && fixture.there.drainedCount == 1 })
    }
}
