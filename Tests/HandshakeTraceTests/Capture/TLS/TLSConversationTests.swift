import PacketCapture
import TLSTransport
import Testing

/// What no peer in its right mind sends, and captures that lack something.
@Suite struct TLSConversationTests {
    private func conversation() throws -> TLSConversation { TLSConversation(cryptography: try RecordCipher()) }

    private func contents(
        _ bytes: [UInt8], from direction: FlowDirection = .fromInitiator
    ) throws -> [TLSOutput.Content] {
        var conversation = try conversation()
        var outputs = conversation.received(bytes[...], from: direction, at: 0, secrets: TLSSecrets())
        outputs += conversation.closed(at: 1)
        return outputs.map(\.content)
    }

    @Test func theFirstBytesTell() {
        #expect(TLSConversation.begins(with: []) == nil)
        #expect(TLSConversation.begins(with: [22]) == nil)
        #expect(TLSConversation.begins(with: [22, 3]) == nil)
        #expect(TLSConversation.begins(with: [22, 3, 1]) == true)
        #expect(TLSConversation.begins(with: [22, 3, 5]) == false)
        // The name message of a plain distribution, of 790 bytes.
        #expect(TLSConversation.begins(with: [0]) == false)
        #expect(TLSConversation.begins(with: [3, 22]) == false)
    }

    @Test func otherProtocolsAreNamed() throws {
        #expect(try contents(Array("HTTP/1.1 400".utf8)) == [.stopped(.notTLS(Array("HTTP/".utf8)))])
        #expect(try contents(Array("no\n".utf8)) == [.stopped(.notTLS(Array("no\n".utf8)))])
        #expect(try contents([22, 2, 0, 0, 0]) == [.stopped(.notTLS([22, 2, 0, 0, 0]))])
    }

    @Test func lengthsHaveLimits() throws {
        #expect(try contents([22, 3, 1, 0x48, 1]) == [.stopped(.recordTooLong(0x4801))])
        #expect(
            try contents([22, 3, 1, 0, 4, 1, 4, 0, 1]) == [.stopped(.messageTooLong(type: 1, length: 0x040001))])
        #expect(try contents([22, 3, 1, 0, 4, 1, 4]) == [.stopped(.truncated)])
    }

    @Test func innerLengthsMustFit() throws {
        #expect(try contents([22, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3]) == [.stopped(.malformed(type: 1))])
        // A Certificate whose list is longer than the message.
        #expect(
            try contents([22, 3, 3, 0, 7, 11, 0, 0, 3, 0, 0, 9], from: .fromAcceptor)
                == [.stopped(.malformed(type: 11))])
        #expect(try contents([21, 3, 3, 0, 1, 2]) == [.stopped(.unexpected(contentType: 21))])
        #expect(try contents([21, 3, 3, 0, 2, 2, 40]) == [.alert(level: 2, description: 40)])
    }

    @Test func hellosHaveADirection() throws {
        let recording = try Recording(named: "tls12-gcm")
        let hello = recording.chunks[0].bytes
        guard case .stopped(.wrongDirection(type: 1)) = try contents(hello, from: .fromAcceptor).last else {
            Issue.record("a ClientHello of the acceptor is taken")
            return
        }
    }

    /// Messages may be spread over records at any byte.
    @Test func messagesAreSpreadOverRecords() throws {
        let recording = try Recording(named: "tls13-aes256")
        var conversation = try conversation()
        let body = recording.chunks[0].bytes.dropFirst(5)
        var bytes: [UInt8] = []
        for byte in body { bytes += [22, 3, 1, 0, 1, byte] }
        let outputs = conversation.received(bytes[...], from: .fromInitiator, at: 0, secrets: TLSSecrets())
        let whole = try recording.outputs(secrets: TLSSecrets())
        #expect(outputs == Array(whole.prefix(1)))
    }

    @Test func manySmallMessagesCostLittle() throws {
        // HelloRequests: four bytes each, 4096 in a record.
        let record = [22, 3, 3, 0x40, 0] + [UInt8](repeating: 0, count: 1 << 14)
        var conversation = try conversation()
        var count = 0
        for _ in 0..<20 {
            count += conversation.received(record[...], from: .fromAcceptor, at: 0, secrets: TLSSecrets()).count
        }
        #expect(count == 20 * 4096)
    }

    @Test func aCaptureThatBeginsLateIsSaidToDoSo() throws {
        let record: [UInt8] = [23, 3, 3, 0, 30] + [UInt8](repeating: 7, count: 30)
        #expect(try contents(record + record) == [.cannotDecrypt(.noBeginning)])
        #expect(try contents(record, from: .fromAcceptor) == [.cannotDecrypt(.noBeginning)])
    }

    @Test(arguments: [FlowDirection.fromInitiator, .fromAcceptor])
    func oneDirectionAloneIsRead(_ direction: FlowDirection) throws {
        for name in ["tls12-gcm", "tls13-aes256"] {
            var recording = try Recording(named: name)
            recording.chunks.removeAll { $0.direction != direction }
            let outputs = try recording.outputs(secrets: recording.secrets)
            #expect(outputs.contains { if case .message = $0.content { true } else { false } })
            let expected = TLSOutput.Content.cannotDecrypt(.noBeginning)
            #expect(outputs.filter { $0.content == expected }.count == 1, "\(outputs.map(\.words))")
            #expect(!outputs.contains { if case .stopped = $0.content { true } else { false } })
        }
    }

    @Test func aGapStopsOneDirection() throws {
        let recording = try Recording(named: "tls12-gcm")
        var conversation = try conversation()
        var outputs: [TLSOutput] = []
        for (index, chunk) in recording.chunks.enumerated() {
            if index == 5 { outputs += conversation.lost(from: .fromAcceptor, at: 5) }
            outputs += conversation.received(
                chunk.bytes[...], from: chunk.direction, at: Int64(index), secrets: recording.secrets)
        }
        #expect(conversation.isReadable)
        #expect(outputs.filter { $0.content == .stopped(.gap) }.count == 1)
        #expect(outputs.contains { $0.content == .plaintext(Array("hello\n".utf8)) && $0.direction == .fromInitiator })
        _ = conversation.lost(from: .fromInitiator, at: 9)
        #expect(!conversation.isReadable)
    }

    @Test func whatWaitsIsBounded() throws {
        let recording = try Recording(named: "tls13-aes256")
        var secrets = TLSSecrets()
        secrets.mayGrow = true
        var conversation = try conversation()
        for chunk in recording.chunks {
            _ = conversation.received(chunk.bytes[...], from: chunk.direction, at: 0, secrets: secrets)
        }
        let record = [23, 3, 3, 0x40, 0] + [UInt8](repeating: 7, count: 1 << 14)
        var told = 0
        for _ in 0..<100 {
            let outputs = conversation.received(record[...], from: .fromAcceptor, at: 0, secrets: secrets)
            told += outputs.filter { $0.content == .cannotDecrypt(.noSecrets) }.count
            #expect(conversation.bufferedBytes < 300 << 10)
        }
        #expect(told == 1)
    }

    @Test func withoutALibraryTheHellosAreRead() throws {
        let recording = try Recording(named: "tls13-aes256")
        var conversation = TLSConversation(cryptography: nil)
        var outputs: [TLSOutput] = []
        for chunk in recording.chunks {
            outputs += conversation.received(
                chunk.bytes[...], from: chunk.direction, at: 0, secrets: recording.secrets)
        }
        #expect(outputs.filter { $0.content == .cannotDecrypt(.noCryptography) }.count == 2)
        #expect(conversation.clientRandoms.count == 1)
    }
}
