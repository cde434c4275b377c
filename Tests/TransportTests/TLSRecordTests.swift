import ByteTransport
import Diagnosis
import Foundation
import TLSTransport
import Testing

/// What happens once a connection is open.
@Suite struct TLSRecordTests {
    let maker: CertificateMaker

    init() throws {
        maker = try CertificateMaker()
        try maker.leaf("node")
    }

    /// An open connection whose far end's stream can be written to past the TLS on it.
    private func fixtureWithTap() throws -> (TLSStream, StreamRecorder, MemoryStream, TLSStream, EventLoop) {
        let loop = EventLoop()
        let pair = MemoryPair(on: loop)
        let (here, there) = (StreamRecorder(), StreamRecorder())
        let near = try TLSStream(over: pair.first, context: TLSContext(maker.initiator()), loop: loop)
        let far = try TLSStream(over: pair.second, context: TLSContext(maker.acceptor()), loop: loop)
        near.receiver = here
        far.receiver = there
        #expect(loop.run { here.isOpen && there.isOpen })
        return (near, here, pair.second, far, loop)
    }

    @Test func garbageAfterTheHandshakeEndsTheStream() throws {
        let (_, here, tap, far, loop) = try fixtureWithTap()
        far.write(Array("good".utf8))
        tap.write(Array("this is not a record".utf8))
        #expect(loop.run { here.closure != nil })
        #expect(here.received == Array("good".utf8))
        guard case .tls(let failure) = here.closure, case .library = failure.cause else {
            Issue.record("\(String(describing: here.closure))")
            return
        }
    }

    @Test func aForgedRecordEndsTheStream() throws {
        let (_, here, tap, _, loop) = try fixtureWithTap()
        tap.write([23, 3, 3, 0, 40] + [UInt8](repeating: 9, count: 40))
        #expect(loop.run { here.closure != nil })
        #expect(here.received.isEmpty)
        guard case .tls(let failure) = here.closure, case .library = failure.cause else {
            Issue.record("\(String(describing: here.closure))")
            return
        }
    }

    @Test func aCloseWithoutCloseNotifyIsAnEndToo() throws {
        let (_, here, tap, _, loop) = try fixtureWithTap()
        tap.close()
        #expect(loop.run { here.closure != nil })
        #expect(here.closure == .endOfStream)
    }

    @Test func pausedReadingHoldsBytesBackAndKeepsThem() throws {
        let fixture = try TLSFixture(maker.initiator(), maker.acceptor())
        #expect(fixture.loop.run { fixture.isOpen })
        fixture.here.onBytes = { _ in fixture.initiator.isReadingPaused = true }
        let bytes = patternedBytes(count: 2_000_000)
        fixture.acceptor.write(bytes)
        var rounds = 0
        while fixture.here.received.count < bytes.count {
            let before = fixture.here.received.count
            fixture.initiator.isReadingPaused = false
            #expect(fixture.loop.run { fixture.here.received.count > before })
            #expect(fixture.here.received.count - before <= 64 * 1024)
            rounds += 1
        }
        #expect(fixture.here.received == bytes)
        #expect(rounds >= 30)
    }

    @Test func theObserverSeesEveryMessageInClear() throws {
        var seen: [TLSMessage] = []
        let fixture = try TLSFixture(maker.initiator(), maker.acceptor()) { seen.append($0) }
        #expect(fixture.loop.run { fixture.isOpen })
        let types = seen.compactMap { message -> UInt8? in
            guard case .handshake(let type) = message.content else { return nil }
            #expect(message.bytes.first == type)
            return type
        }
        // ClientHello, ServerHello, EncryptedExtensions, CertificateRequest, Certificate, CertificateVerify, Finished,
        // and our own last three.
        #expect(types == [1, 2, 8, 13, 11, 15, 20, 11, 15, 20])
    }

    @Test func theKeyLogHasTheSecretsAndIsPrivate() throws {
        var initiator = maker.initiator()
        initiator.keyLogFile = maker.path("keys.log")
        let fixture = try TLSFixture(initiator, maker.acceptor())
        #expect(fixture.loop.run { fixture.isOpen })
        let text = try String(contentsOfFile: maker.path("keys.log"), encoding: .utf8)
        #expect(text.contains("CLIENT_TRAFFIC_SECRET_0 "))
        #expect(text.hasSuffix("\n"))
        let attributes = try FileManager.default.attributesOfItem(atPath: maker.path("keys.log"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
}
