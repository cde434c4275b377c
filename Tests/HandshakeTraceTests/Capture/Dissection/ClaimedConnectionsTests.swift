import Diagnosis
import ErlangNode
import ErlcluTestSupport
import HandshakeTrace
import PacketCapture
import Testing

/// Which TLS connections are told as those of nodes: TLS may be anything.
@Suite struct ClaimedConnectionsTests {
    private static let anyPort: [ClosedRange<UInt16>] = [0...UInt16.max]

    /// A recording of TLS that carries something else.
    private func foreign(_ name: String) throws -> (file: [UInt8], keyLog: [UInt8]) {
        let recording = try Recording(named: name)
        var connection = ConnectionMaker()
        connection.open()
        for chunk in recording.chunks { connection.send(fromInitiator: chunk.direction == .fromInitiator, chunk.bytes) }
        connection.close()
        connection.close(fromInitiator: false)
        var capture = CaptureMaker(link: 101)
        for (index, packet) in connection.made.enumerated() {
            capture.add(packet, at: 1_700_000_000_000_000_000 + UInt64(index) * 1_000_000)
        }
        return (capture.bytes, recording.keyLog)
    }

    @Test(arguments: Recording.names) func foreignTLSIsCountedAndNotTold(_ name: String) throws {
        let file = try foreign(name).file
        let decoding = Decoding(file)
        #expect(decoding.events.isEmpty, "\(decoding.story)")
        #expect(decoding.figures.unclaimed[9_100]?.connections == 1)
        #expect(decoding.decoder.takeClosed().isEmpty)
        let named = Decoding(file, nodePorts: [9_100...9_100])
        #expect(named.story.first == "TCP started distribution")
        #expect(named.figures.unclaimed.isEmpty)
        #expect(Decoding(file, nodePorts: [9_101...9_200]).events.isEmpty)
    }

    /// What is read is known to be something else, and is not worth a word.
    @Test(arguments: ["tls12-gcm", "tls13-aes256", "tls13-chacha"]) func foreignTLSThatIsReadIsNotCounted(
        _ name: String
    ) throws {
        let (file, keyLog) = try foreign(name)
        let decoding = Decoding(file, keyLog: keyLog)
        #expect(decoding.events.isEmpty, "\(decoding.story)")
        #expect(decoding.figures.unclaimed.isEmpty)
    }

    /// Nothing names the port: the lengths of the records do.
    @Test(arguments: ["tls12-success", "tls13-success", "tls12-wrong-cookie", "tls13-wrong-cookie"])
    func theShapeOfAHandshakeIsEnough(_ scenario: String) throws {
        let file = try ScenarioFile(scenario)
        let decoding = Decoding(file.file(file.withoutEPMD))
        #expect(decoding.story.contains { $0.hasPrefix("REPLY initiator ") }, "\(decoding.story)")
        #expect(decoding.figures.unclaimed.isEmpty)
        let guessed = decoding.events.filter(\.isGuess)
        #expect(guessed.allSatisfy { $0.stage >= .name && $0.stage <= .up })
        #expect(guessed.count == (scenario.hasSuffix("success") ? 6 : 4))
    }

    @Test(arguments: ["tls12-client-expired", "tls13-client-expired", "tls12-server-expired", "tls13-server-expired"])
    func failuresAreCountedUntilThePortIsKnown(_ scenario: String) throws {
        let file = try ScenarioFile(scenario)
        let bytes = file.file(file.withoutEPMD)
        let decoding = Decoding(bytes)
        #expect(decoding.events.isEmpty)
        let counted = try #require(decoding.figures.unclaimed.first)
        #expect(counted.value.connections == 1 && counted.value.failed == 1)
        #expect(Decoding(bytes, nodePorts: [counted.key...counted.key]).story.contains { $0.hasPrefix("TLS ") })
    }

    /// One connection that is recognised speaks for others to the same place, whichever came first.
    @Test(arguments: ["12", "13"], [false, true]) func oneConnectionSpeaksForAll(
        _ version: String, _ isBefore: Bool
    ) throws {
        let (good, bad) = (
            try ScenarioFile("tls\(version)-success"), try ScenarioFile("tls\(version)-client-expired")
        )
        let records =
            isBefore ? bad.withoutEPMD + good.withoutEPMD : good.withoutEPMD + bad.withoutEPMD
        let decoding = Decoding(good.file(records), keepsPackets: true)
        #expect(Set(decoding.events.map(\.connection)).count == 2)
        #expect(decoding.figures.unclaimed.isEmpty)
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        for event in decoding.events { ledger.add(event) }
        let failures = ledger.attempts.compactMap { attempt -> FailureCode? in
            if case .failed(let failure) = attempt.result { failure.code } else { nil }
        }
        #expect(failures == [version == "12" ? .certificateExpired : .certificateRefused])
        // Packets that were held back with the rest are there, but for the last acknowledgement of each.
        let kept = decoding.decoder.takeClosed().map { decoding.decoder.takePackets(of: $0).packets.count }
        #expect(kept.reduce(0, +) == records.count - 2)
    }

    /// The farewell of TLS 1.2 is an alert that nobody can read, and no complaint about a certificate.
    @Test func aFarewellIsNoRefusal() throws {
        let decoding = Decoding(try foreign("tls12-gcm").file, nodePorts: Self.anyPort)
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        for event in decoding.events { ledger.add(event) }
        guard case .failed(let failure)? = ledger.attempts.first?.result else {
            Issue.record("\(decoding.story)")
            return
        }
        #expect(failure.code == .closed && failure.stage == .name, "\(failure)")
    }

    /// The oldest are given up: what is held back has a bound.
    @Test func holdsBackFewAtOnce() throws {
        let hello = try #require(try Recording(named: "tls12-gcm").chunks.first).bytes
        var capture = CaptureMaker(link: 101)
        var time: UInt64 = 1_700_000_000_000_000_000
        for number in 0..<3_000 as Range<UInt16> {
            var connection = ConnectionMaker(packets: PacketMaker(initiatorPort: 10_000 + number))
            connection.open()
            connection.send(hello)
            for packet in connection.made {
                capture.add(packet, at: time)
                time += 1_000
            }
        }
        let decoding = Decoding(capture.bytes)
        #expect(decoding.events.isEmpty)
        #expect(decoding.figures.unclaimed[9_100]?.connections == 3_000)
    }

    /// A handshake that has no end takes no room.
    @Test func holdsBackLittleOfOne() throws {
        var connection = ConnectionMaker()
        connection.open()
        connection.send(try #require(try Recording(named: "tls12-gcm").chunks.first).bytes)
        for _ in 0..<100 {
            let requests = [UInt8](repeating: 0, count: 4_000)
            connection.send(fromInitiator: false, [22, 3, 3, 0x0F, 0xA0] + requests)
        }
        var capture = CaptureMaker(link: 101)
        for packet in connection.made { capture.add(packet) }
        let decoding = Decoding(capture.bytes)
        #expect(decoding.events.isEmpty)
        // What is dropped is counted, once.
        #expect(decoding.figures.unclaimed.keys.elementsEqual([9_100]))
        let counted = decoding.figures.unclaimed[9_100]
        #expect(counted?.connections == 1 && counted?.tooLong == 1 && counted?.failed == 0)
        #expect(Decoding(capture.bytes, nodePorts: Self.anyPort).events.count > 1_000)
        #expect(Decoding(capture.bytes, nodePorts: Self.anyPort).figures.unclaimed.isEmpty)
    }

    private static let loopback: [UInt8] = [127, 0, 0, 1]
    private static let here: [UInt8] = [10, 0, 0, 2]

    /// The capture of a node that registers over the loopback device, and then TLS to the node's port.
    private func registered(_ connections: [(from: [UInt8], to: [UInt8])], isBefore: Bool = false) throws -> Decoding {
        let registration = try ScenarioFile("tls12-success")
        let hello = try #require(try Recording(named: "tls12-gcm").chunks.first).bytes
        let start: UInt64 = isBefore ? 1_600_000_000_000_000_000 : 1_800_000_000_000_000_000
        var capture = CaptureMaker(link: 1)
        for (number, (from, to)) in connections.enumerated() {
            var packets = PacketMaker(initiatorPort: 50_000 + UInt16(number), acceptorPort: 39_013)
            packets.addresses = (from, to)
            var connection = ConnectionMaker(packets: packets)
            connection.open()
            connection.send(hello)
            for packet in connection.made { capture.add(PacketMaker.ethernet(packet), at: start) }
        }
        let packets = [Array(capture.bytes.dropFirst(24))]
        return Decoding(
            registration.file(isBefore ? packets + registration.records : registration.records + packets))
    }

    /// The alive names of those that are told to listen at an address.
    private func names(_ decoding: Decoding, at address: String) -> [Substring?] {
        decoding.events.filter { $0.what == .connected && $0.acceptor.address?.host == address && $0.stage == .tcp }
            .map { $0.acceptor.name?.prefix { $0 != "@" } }
    }

    /// A node listens at all addresses of its host, and registers over one of them. Which those are is shown by what
    /// the host says to itself.
    @Test(arguments: [false, true]) func aRegistrationOverLoopbackIsOfTheWholeHost(_ isBefore: Bool) throws {
        let decoding = try registered([(Self.here, Self.here)], isBefore: isBefore)
        #expect(names(decoding, at: "10.0.0.2") == ["dialler"], "\(decoding.story)")
        let other = try registered([([127, 0, 0, 1], [127, 0, 0, 2])], isBefore: isBefore)
        #expect(names(other, at: "127.0.0.2") == ["dialler"], "\(other.story)")
    }

    /// It is no other host's: that may have a node, or anything else, at the same port.
    @Test(arguments: [false, true]) func aRegistrationOverLoopbackIsOfNoOtherHost(_ isBefore: Bool) throws {
        let decoding = try registered([([10, 0, 0, 1], Self.here)], isBefore: isBefore)
        #expect(names(decoding, at: "10.0.0.2").isEmpty, "\(decoding.story)")
        #expect(decoding.figures.unclaimed[39_013]?.connections == 1)
        // Once the capture shows that it is the same host, it is.
        let both = try registered([([10, 0, 0, 1], Self.here), (Self.here, Self.here)], isBefore: isBefore)
        #expect(names(both, at: "10.0.0.2") == ["dialler", "dialler"], "\(both.story)")
        #expect(both.figures.unclaimed.isEmpty)
    }
}
