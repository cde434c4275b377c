import ErlcluTestSupport
import Testing

@testable import ErlangTerm

/// Long text is written by tables, a piece at a time: as it would be character by character, or number by number.
@Suite struct LongTextTests {
    /// Around the least length that uses the tables, and around the size of a piece.
    private static let sizes = [0, 1, 255, 256, 257, 4095, 4096, 4097, 20_000]
    /// C0, printable ASCII with what is escaped there, DEL, C1, Latin-1, and characters of two, three and four bytes.
    private static let characters: [ClosedRange<UInt32>] = [
        0...0x1F, 0x20...0x7E, 0x22...0x22, 0x5C...0x5C, 0x7F...0x9F, 0xA0...0xFF, 0x100...0x7FF, 0x800...0xD7FF,
        0xE000...0xFFFD, 0x10000...0x10FFFF,
    ]

    private static func scalars(_ count: Int, upTo limit: UInt32, _ generator: inout SeededGenerator) -> String {
        let ranges = characters.filter { $0.upperBound <= limit }
        var text = String.UnicodeScalarView()
        while text.count < count {
            guard let range = ranges.randomElement(using: &generator) else { break }
            // Runs as well as mixtures.
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                text.append(Unicode.Scalar(UInt32.random(in: range, using: &generator)) ?? "x")
            }
        }
        return String(text)
    }

    private static func written(_ bytes: ArraySlice<UInt8>, as text: BinaryText) -> [UInt8] {
        var sink = TextSink()
        var leaf = LongLeaf(content: .characters(text, bytes))
        let isWhole = leaf.write(to: &sink)
        #expect(isWhole)
        return sink.buffer
    }

    private static func writtenOneByOne(_ bytes: ArraySlice<UInt8>, as text: BinaryText) -> [UInt8] {
        var sink = TextSink()
        text.forEachScalar(bytes) { EscapedText.write($0, quote: "\"", to: &sink) }
        return sink.buffer
    }

    @Test(arguments: sizes) func characters(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let utf8 = Array(Self.scalars(count, upTo: .max, &generator).utf8)[...]
        #expect(Self.written(utf8, as: .utf8) == Self.writtenOneByOne(utf8, as: .utf8))
        let latin1 = Self.scalars(count, upTo: 0xFF, &generator).unicodeScalars.map { UInt8($0.value) }[...]
        #expect(Self.written(latin1, as: .bytes) == Self.writtenOneByOne(latin1, as: .bytes))
    }

    @Test func everyByte() {
        let bytes = (0..<4).flatMap { _ in UInt8.min...UInt8.max }[...]
        #expect(Self.written(bytes, as: .bytes) == Self.writtenOneByOne(bytes, as: .bytes))
    }

    /// A line of numbers ends before the first one that has no room.
    private static func lines(_ numbers: [String], room: Int, indent: Int) -> String {
        var (text, left) = ("<<", room)
        for (place, number) in numbers.enumerated() {
            let word = number + (place < numbers.count - 1 ? "," : "")
            if left < word.count {
                text += "\n" + String(repeating: " ", count: indent)
                left = room
            }
            text += word
            left -= word.count
        }
        return text + ">>"
    }

    @Test(arguments: sizes, [8, 9, 11, 76, .max]) func bits(count: Int, room: Int) {
        var generator = SeededGenerator(seed: UInt64(count &* 31 &+ room % 97))
        let highest: UInt8 = [9, 99, 255].randomElement(using: &generator) ?? 255
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...highest, using: &generator) }
        for bits in [8, 3] {
            var numbers = bytes.map { "\($0)" }
            if bits < 8, let last = bytes.last { numbers[count - 1] = "\(last >> 5):3" }
            var sink = TextSink()
            BitStringText(bytes[...], bitsInLastByte: bits).write(to: &sink, room: room, indent: 2)
            let expected = Self.lines(numbers, room: room, indent: 2)
            #expect(String(decoding: sink.buffer, as: UTF8.self) == expected, "\(count) bytes, \(bits) bits")
        }
    }
}
