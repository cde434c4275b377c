import ErlangTerm
import Testing

@testable import ErlangNode

/// The lines of the bridge, byte by byte: whole, in pieces, and from somebody who means no good.
@Suite struct BridgeReaderTests {
    private static let greeting = "erlclu-bridge g2EB"
    private static let one: [UInt8] = [131, 97, 1]

    /// - Parameter size: of the pieces in which it comes.
    private func terms(_ text: String, by size: Int = .max) throws -> [[UInt8]] {
        var reader = BridgeReader()
        var terms: [[UInt8]] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(size))
            rest = rest.dropFirst(piece.count)
            try piece.withUnsafeBytes { bytes in
                var chunk = bytes
                while let term = try reader.next(from: &chunk) { terms.append(term) }
                #expect(chunk.isEmpty)
            }
        }
        return terms
    }

    @Test(arguments: [1, 2, 7, Int.max])
    func aBannerAPromptAndCarriageReturnsAreTolerated(size: Int) throws {
        let text =
            "Eshell V13\r\n+not ours\r\n\r\n(a@b)1> \(Self.greeting)\r\n\r\n+g2EC\r\n.gGED\r\nok\r\n.g2EE\r\n{value"
        #expect(try terms(text, by: size) == [Self.one, [131, 97, 2, 128, 97, 3], [131, 97, 4]])
    }

    @Test func whatIsWrittenIsRead() throws {
        var generator = SystemRandomNumberGenerator()
        for count in [0, 1, 2, 3, 12_287, 12_288, 12_289, 100_000] {
            let term = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let lines = String(decoding: BridgeWriter.lines(term), as: UTF8.self)
            #expect(lines.split(separator: "\n").allSatisfy { $0.utf8.count <= 16_385 })
            #expect(try terms("\(Self.greeting)\n\(lines)", by: 1_000).last == term)
        }
    }

    /// Nothing is taken for whole that is not.
    @Test func aTruncatedOneIsWaitedFor() throws {
        let text = "\(Self.greeting)\n+g2EC\n.g2EC\n"
        for count in 0..<text.utf8.count {
            let isGreeted = count > Self.greeting.utf8.count
            #expect(try terms(String(text.prefix(count))).count == (isGreeted ? 1 : 0), "\(count)")
        }
    }

    @Test(arguments: [".g2E", ".g2E*", "+", ".====", ".g=EC", "+g2EC "])
    func whatIsNoBase64IsRefused(line: String) {
        #expect(throws: BridgeFault.malformed) { try terms("\(Self.greeting)\n\(line)\n") }
    }

    @Test func everythingIsBounded() {
        let long = String(repeating: "A", count: BridgeReader.lineLimit + 4)
        #expect(throws: BridgeFault.lineTooLong) { try terms(long) }
        #expect(throws: BridgeFault.lineTooLong) { try terms("\(Self.greeting)\n.\(long)", by: 1_000) }
        #expect(throws: BridgeFault.lineTooLong) { try terms("\(Self.greeting)\n.\(long)\n") }
        let noise = String(repeating: "no line of ours\n", count: BridgeReader.noiseLimit / 16 + 1)
        #expect(throws: BridgeFault.noise) { try terms(noise) }
        #expect(throws: BridgeFault.noise) { try terms("\(Self.greeting)\n\(noise)") }
        #expect(throws: BridgeFault.noise) {
            try terms(Self.greeting + String(repeating: "\n", count: BridgeReader.noiseLimit + 2))
        }
    }

    /// exec wants one line that ends with a dot, of at most 120 kB.
    @Test func theExpressionIsOneLine() {
        let text = BridgeWriter.expression(silence: .seconds(60))
        #expect(text.hasSuffix(" end.") && text.utf8.count < 60_000)
        #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "'") })
    }
}
