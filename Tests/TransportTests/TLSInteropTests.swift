import ByteTransport
import Diagnosis
import ErlcluTestSupport
import TLSTransport
import Testing

/// Handshakes with OpenSSL's server and with OTP's ssl over TCP.
@Suite struct TLSInteropTests {
    let loop = EventLoop()
    let here = StreamRecorder()

    private func configuration(_ own: IssuedCertificate?, trust: String) -> TLSConfiguration {
        var configuration = TLSConfiguration(role: .initiator)
        configuration.trustFiles = [trust]
        configuration.certificateFile = own?.certificateFile
        configuration.keyFile = own?.keyFile
        configuration.keyPassword = own?.keyPassword.map { Array($0.utf8) }
        return configuration
    }

    private func dial(
        _ port: UInt16, _ configuration: TLSConfiguration, peerName: String = "127.0.0.1"
    ) throws -> TLSStream {
        let stream = try TLSStream(
            over: TCPDialer().dial(host: "127.0.0.1", port: port, on: loop), context: TLSContext(configuration),
            loop: loop, peerName: peerName, serverName: peerName)
        stream.receiver = here
        return stream
    }

    private func cause() -> TLSFailure.Cause? {
        #expect(loop.run { here.closure != nil })
        guard case .tls(let failure) = here.closure else { return nil }
        return failure.cause
    }

    @Test func erlangsAcceptorTakesAndRefusesUs() throws {
        let good = try CertificateAuthority.issue()
        let expired = try CertificateAuthority.issue(CertificateProfile(validity: .expired))
        let notYet = try CertificateAuthority.issue(CertificateProfile(validity: .notYet))
        let serverOnly = try CertificateAuthority.issue(CertificateProfile(usages: [.serverAuth]))
        let clientOnly = try CertificateAuthority.issue(CertificateProfile(usages: [.clientAuth]))
        let unknown = try CertificateAuthority.unknown.get()
        let stranger = try unknown.issue()
        let encrypted = try CertificateAuthority.issue(CertificateProfile(keyType: .rsa2048, keyPassword: "sesame"))
        let listener = try ErlangTLSListener([good, expired, notYet, clientOnly])
        defer { listener.stop() }
        let rows = listener.ports.count / 2

        for version in 0..<2 {
            let port = listener.ports[version * rows]
            for own in [good, encrypted] {
                let stream = try dial(port, configuration(own, trust: good.authorityFile))
                #expect(loop.run { here.received == Array("hello".utf8) })
                #expect(stream.summary?.version == ["TLS 1.2", "TLS 1.3"][version])
                let bytes = patternedBytes(count: 3_000_000)
                here.received = []
                stream.write(bytes)
                #expect(loop.run(seconds: 60) { here.received.count == bytes.count })
                #expect(here.received == bytes)
                here.received = []
                stream.close()
            }
            let refusals: [(IssuedCertificate?, [UInt8])] = [
                (expired, [45, 45]), (notYet, [45, 45]), (stranger, [48, 48]), (serverOnly, [40, 40]),
                (nil, [40, 116]),
            ]
            for (own, alerts) in refusals {
                here.closure = nil
                let stream = try dial(port, configuration(own, trust: good.authorityFile))
                stream.write([1, 2, 3])
                #expect(cause() == .alertReceived(alerts[version]), "\(own?.certificateFile ?? "none") \(version)")
            }
            for (row, code) in [(1, 10), (2, 9), (3, 26)] {
                here.closure = nil
                _ = try dial(listener.ports[version * rows + row], configuration(good, trust: good.authorityFile))
                guard case .certificateRefused(let error, 0, _) = cause() else {
                    Issue.record("\(String(describing: here.closure))")
                    continue
                }
                #expect(error == Int32(code))
            }
            here.closure = nil
            _ = try dial(port, configuration(good, trust: unknown.certificateFile))
            guard case .certificateRefused(let error, _, _) = cause() else {
                Issue.record("\(String(describing: here.closure))")
                continue
            }
            #expect(error == 19 || error == 20)
            here.closure = nil
            _ = try dial(port, configuration(good, trust: good.authorityFile), peerName: "10.1.2.3")
            #expect(cause() == .nameMismatch(expected: "10.1.2.3"))
        }
    }

    @Test func openSSLsServerTakesUsAndSaysBye() throws {
        let certificate = try CertificateAuthority.issue()
        let peer = try TLSPeer(certificate: certificate, ["-Verify", "1", "-verify_return_error", "-naccept", "1"])
        defer { peer.stop() }
        let stream = try dial(peer.port, configuration(certificate, trust: certificate.authorityFile))
        #expect(loop.run { here.isOpen })
        #expect(stream.summary?.version == "TLS 1.3")
        peer.send("hello\n")
        #expect(loop.run { here.received == Array("hello\n".utf8) })
        peer.send("Q\n")
        #expect(loop.run { here.closure != nil })
        #expect(here.closure == .endOfStream)
    }

    @Test func openSSLsServerWithAnotherVersionOnly() throws {
        let certificate = try CertificateAuthority.issue()
        let peer = try TLSPeer(certificate: certificate, ["-tls1_2"])
        defer { peer.stop() }
        var newest = configuration(certificate, trust: certificate.authorityFile)
        newest.versions = .tls13...(.tls13)
        _ = try dial(peer.port, newest)
        #expect(cause() == .alertReceived(70))
    }

    @Test func anOldServerIsTooOld() throws {
        let certificate = try CertificateAuthority.issue()
        let peer = try TLSPeer(certificate: certificate, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        defer { peer.stop() }
        _ = try dial(peer.port, configuration(certificate, trust: certificate.authorityFile))
        #expect(cause() == .alertReceived(70))
        var lenient = configuration(certificate, trust: certificate.authorityFile)
        lenient.versions = .tls10...(.tls13)
        let stream = try dial(peer.port, lenient)
        #expect(loop.run { here.isOpen })
        #expect(stream.summary?.version == "TLS 1.1")
    }
}
