import ErlcluTestSupport
import PacketCapture
import TLSTransport
import Testing

/// Real connections of OpenSSL and OTP, read again.
@Suite struct RecordedConnectionTests {
    @Test(arguments: Recording.names) func everyMessageIsRead(_ name: String) throws {
        let recording = try Recording(named: name)
        let lines = try recording.outputs(secrets: recording.secrets).map(\.words)
        expectSnapshot(lines.joined(separator: "\n") + "\n", named: "\(name).txt")
    }

    @Test(arguments: Recording.names) func withoutSecretsTheOutsideIsTold(_ name: String) throws {
        let lines = try Recording(named: name).outputs(secrets: TLSSecrets()).map(\.words)
        #expect(!lines.contains { $0.contains("plaintext") })
        expectSnapshot(lines.joined(separator: "\n") + "\n", named: "\(name)-closed.txt")
    }

    @Test(arguments: Recording.names) func piecesDoNotMatter(_ name: String) throws {
        let recording = try Recording(named: name)
        for secrets in [recording.secrets, TLSSecrets()] {
            let whole = try recording.outputs(secrets: secrets)
            for size in [1, 2, 7, 100] { #expect(try recording.outputs(secrets: secrets, size: size) == whole) }
        }
    }

    /// A capture may end at any byte: what was told until then is told, and nothing is kept.
    @Test(arguments: Recording.names) func aCutTellsTheBeginning(_ name: String) throws {
        let recording = try Recording(named: name)
        let secrets = recording.secrets
        var conversation = TLSConversation(cryptography: try RecordCipher())
        for (index, chunk) in recording.chunks.enumerated() {
            for place in chunk.bytes.indices {
                let byte = chunk.bytes[place...place]
                _ = conversation.received(byte, from: chunk.direction, at: Int64(index), secrets: secrets)
                var cut = conversation
                let end = cut.closed(at: -1)
                #expect(end.count <= 2 && end.allSatisfy { $0.time == -1 || $0.content.isObstacle }, "\(end)")
            }
        }
    }

    /// Secrets of another connection, under this one's random.
    @Test(arguments: Recording.names) func wrongSecretsOpenNothing(_ name: String) throws {
        let recording = try Recording(named: name)
        let text = String(decoding: recording.keyLog, as: UTF8.self)
        var wrong = TLSSecrets()
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            wrong.add(keyLog: "\(words[0]) \(words[1]) \(String(words[2].reversed()))\n".utf8)
        }
        let outputs = try recording.outputs(secrets: wrong)
        let right = try recording.outputs(secrets: recording.secrets)
        #expect(!outputs.contains { if case .plaintext = $0.content { true } else { false } })
        if right.contains(where: { if case .plaintext = $0.content { true } else { false } }) {
            #expect(outputs.contains { $0.content == .cannotDecrypt(.wrongSecrets) })
        }
    }

    /// While live, secrets may be written after the packets have come.
    @Test(arguments: Recording.names) func lateSecretsOpenWhatWaited(_ name: String) throws {
        let recording = try Recording(named: name)
        var conversation = TLSConversation(cryptography: try RecordCipher())
        var waiting = TLSSecrets()
        waiting.mayGrow = true
        var outputs: [TLSOutput] = []
        for (index, chunk) in recording.chunks.enumerated() {
            outputs += conversation.received(
                chunk.bytes[...], from: chunk.direction, at: Int64(index), secrets: waiting)
        }
        outputs += conversation.secretsChanged(recording.secrets)
        outputs += conversation.closed(at: Int64(recording.chunks.count))
        let expected = try recording.outputs(secrets: recording.secrets)
        for direction in [FlowDirection.fromInitiator, .fromAcceptor] {
            // Who is through last depends on the order.
            func isKept(_ output: TLSOutput) -> Bool {
                if case .established = output.content { false } else { output.direction == direction }
            }
            #expect(outputs.filter(isKept) == expected.filter(isKept))
        }
        #expect(conversation.bufferedBytes == 0)
    }

    /// Any byte may be another one: nothing traps, and what is told has an end. The shortest message has four bytes.
    @Test(arguments: Recording.names) func damageIsTold(_ name: String) throws {
        let recording = try Recording(named: name)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<60 {
            var damaged = recording
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                guard let chunk = damaged.chunks.indices.randomElement(using: &generator),
                    let place = damaged.chunks[chunk].bytes.indices.randomElement(using: &generator)
                else { continue }
                damaged.chunks[chunk].bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
            }
            let outputs = try damaged.outputs(secrets: recording.secrets)
            let size = damaged.chunks.reduce(0) { $0 + $1.bytes.count }
            #expect(outputs.count < size / 4 + 10, "\(damaged)")
        }
    }
}
