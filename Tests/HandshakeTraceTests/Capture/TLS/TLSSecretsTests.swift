import PacketCapture
import Testing

@Suite struct TLSSecretsTests {
    private let random = String(repeating: "0a", count: 32)
    private let secret = String(repeating: "Bc", count: 48)

    @Test func linesAreTakenAsTheyCome() {
        var secrets = TLSSecrets()
        let text = "# comment\nCLIENT_RANDOM \(random) \(secret)\r\nnonsense\n"
        var count = 0
        for byte in text.utf8 { count += secrets.add(keyLog: CollectionOfOne(byte)) }
        #expect(count == 1)
        let bytes = [UInt8](repeating: 0x0A, count: 32)
        #expect(secrets.keyLog(for: [bytes]) == Array("CLIENT_RANDOM \(random) \(secret)\n".utf8))
        #expect(secrets.keyLog(for: [[1]]).isEmpty)
    }

    @Test func theLastLineMayLackItsEnd() {
        var secrets = TLSSecrets()
        #expect(secrets.add(keyLog: "EXPORTER_SECRET \(random) \(secret)".utf8) == 0)
        #expect(secrets.isEmpty)
        let (first, second) = (secrets.endOfKeyLog(), secrets.endOfKeyLog())
        #expect(first && !second)
        #expect(!secrets.isEmpty)
    }

    @Test func repeatedLinesAreKeptOnce() {
        var secrets = TLSSecrets()
        for _ in 0..<3 { secrets.add(keyLog: "SERVER_TRAFFIC_SECRET_0 \(random) \(secret)\n".utf8) }
        #expect(secrets.keyLog(for: [[UInt8](repeating: 10, count: 32)]).filter { $0 == 0x0A }.count == 1)
    }

    @Test(arguments: [
        "CLIENT_RANDOM", "CLIENT_RANDOM 0a0b 0c0d", "CLIENT_RANDOM  x", "RSA 0a 0b",
        "CLIENT_RANDOM \(String(repeating: "0g", count: 32)) 00",
        "CLIENT_RANDOM \(String(repeating: "00", count: 32)) 0",
        "CLIENT_RANDOM \(String(repeating: "00", count: 32)) \(String(repeating: "00", count: 65))",
        String(repeating: "CLIENT_RANDOM ", count: 1000),
    ])
    func otherLinesAreSkipped(_ line: String) {
        var secrets = TLSSecrets()
        #expect(secrets.add(keyLog: "\(line)\n".utf8) == 0)
        #expect(secrets.isEmpty)
    }
}
