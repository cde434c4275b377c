import ByteTransport
import Diagnosis
import ErlcluTestSupport
import Foundation
import PacketCapture
import TLSTransport
import Testing

/// Connections of our own streams, read from the outside and compared with what the streams themselves tell.
@Suite struct OwnStreamTests {
    static let suites = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
        "TLS_AES_128_CCM_8_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-CCM", "ECDHE-ECDSA-AES256-CCM",
        "ECDHE-ECDSA-AES128-CCM8", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA",
    ]

    private func configuration(
        _ role: TLSConfiguration.Role, _ suite: String, keyLog: String?
    ) throws -> TLSConfiguration {
        let certificate = try CertificateAuthority.issue()
        var configuration = TLSConfiguration(role: role)
        configuration.trustFiles = [certificate.authorityFile]
        configuration.certificateFile = certificate.certificateFile
        configuration.keyFile = certificate.keyFile
        configuration.keyLogFile = keyLog
        // OpenSSL counts a tag of eight bytes as 64 bits of strength.
        configuration.securityLevel = 0
        if suite.hasPrefix("TLS_") {
            configuration.versions = .tls13...(.tls13)
            configuration.cipherSuites = suite
        } else {
            configuration.versions = .tls12...(.tls12)
            configuration.ciphers = suite
        }
        return configuration
    }

    @Test(arguments: suites) func theOutsideTellsWhatTheInsideKnows(_ suite: String) throws {
        let directory = try TemporaryDirectory()
        let keyLog = directory.file("keys")
        let loop = EventLoop()
        let (near, far) = (MemoryPair(on: loop), MemoryPair(on: loop))
        let wire = Wire(near.second, far.first)
        var messages: [(fromAcceptor: Bool, type: UInt8)] = []
        let initiator = try TLSStream(
            over: near.first, context: TLSContext(configuration(.initiator, suite, keyLog: keyLog)), loop: loop,
            peerName: "localhost", serverName: "localhost"
        ) { message in
            if case .handshake(let type) = message.content { messages.append((message.fromPeer, type)) }
        }
        let acceptor = try TLSStream(
            over: far.second, context: TLSContext(configuration(.acceptor, suite, keyLog: nil)), loop: loop)
        let (here, there) = (Taker(), Taker())
        initiator.receiver = here
        acceptor.receiver = there
        #expect(loop.run(until: .now + .seconds(Deadline.patience)) { here.isOpen && there.isOpen })
        // Tiny, odd, one record, several records.
        var (sent, answered): ([UInt8], [UInt8]) = ([], [])
        for count in [1, 17, 16_384, 100_003] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
            sent += bytes
            answered += bytes.reversed()
            initiator.write(bytes)
            acceptor.write(bytes.reversed())
        }
        #expect(
            loop.run(until: .now + .seconds(Deadline.patience)) {
                here.bytes.count == answered.count && there.bytes.count == sent.count
            })
        initiator.close()
        #expect(loop.run(until: .now + .seconds(Deadline.patience)) { there.isClosed })

        var secrets = TLSSecrets()
        secrets.add(keyLog: try Data(contentsOf: URL(fileURLWithPath: keyLog)))
        var conversation = TLSConversation(cryptography: try RecordCipher())
        var contents: [(FlowDirection, TLSOutput.Content)] = []
        for chunk in wire.chunks {
            contents += conversation.received(chunk.bytes[...], from: chunk.direction, at: 0, secrets: secrets)
                .map { ($0.direction, $0.content) }
        }
        var (read, plaintext): ([(fromAcceptor: Bool, type: UInt8)], [FlowDirection: [UInt8]]) = ([], [:])
        for (direction, content) in contents {
            switch content {
            case .message(let message): read.append((direction == .fromAcceptor, message.type))
            case .plaintext(let bytes): plaintext[direction, default: []] += bytes
            case .established(let version, let cipher):
                #expect(version.description == initiator.summary?.version)
                #expect(cipher.name.hasPrefix("TLS_"))
            case .changeCipherSpec, .alert(level: 1, description: 0): break
            default: Issue.record("\(content)")
            }
        }
        #expect(read.elementsEqual(messages, by: ==), "\(read), \(messages)")
        #expect(plaintext[.fromInitiator] == sent)
        #expect(plaintext[.fromAcceptor] == answered)
    }
}

/// Passes bytes on between two streams, and keeps them.
private final class Wire {
    private(set) var chunks: [(direction: FlowDirection, bytes: [UInt8])] = []
    private var ends: [Forwarder] = []

    init(_ initiator: any ByteStream, _ acceptor: any ByteStream) {
        for (from, to, direction) in [
            (initiator, acceptor, FlowDirection.fromInitiator), (acceptor, initiator, .fromAcceptor),
        ] {
            let end = Forwarder(to) { [unowned self] in chunks.append((direction, $0)) }
            from.receiver = end
            ends.append(end)
        }
    }
}

private final class Forwarder: ByteStreamReceiver {
    private let other: any ByteStream
    private let keep: ([UInt8]) -> Void

    init(_ other: any ByteStream, keep: @escaping ([UInt8]) -> Void) {
        self.other = other
        self.keep = keep
    }

    func streamOpened(_ stream: any ByteStream) {}
    func streamDrained(_ stream: any ByteStream) {}

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        keep(Array(bytes))
        other.write(Array(bytes))
    }

    func stream(_ stream: any ByteStream, closed reason: StreamClosure) { other.close() }
}

private final class Taker: ByteStreamReceiver {
    private(set) var isOpen = false
    private(set) var isClosed = false
    private(set) var bytes: [UInt8] = []

    func streamOpened(_ stream: any ByteStream) { isOpen = true }
    func streamDrained(_ stream: any ByteStream) {}
    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) { self.bytes += bytes }
    func stream(_ stream: any ByteStream, closed reason: StreamClosure) { isClosed = true }
}
