import ErlcluTestSupport
import Foundation
import Testing

@testable import Presentation

/// Strings are written by a table, a piece at a time: as they would be character by character.
@Suite struct JSONTextTests {
    /// What each character becomes (RFC 8259 §7), by itself.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            case _ where TerminalText.isHarmless(scalar.value): "\(scalar)"
            default: scalar.utf16.map { String(format: "\\u%04x", Int($0)) }.joined()
            }
        }.joined()
    }

    private static func written(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// ASCII, C1, Latin-1, what is invisible or changes directions, and characters of two, three and four bytes.
    private static let ranges: [ClosedRange<UInt32>] = [
        0...0x1F, 0x20...0x7E, 0x22...0x22, 0x5C...0x5C, 0x7F...0x9F, 0xA0...0xFF, 0x100...0x7FF, 0x200B...0x206F,
        0x800...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF, 0xE0000...0xE0FFF,
    ]

    /// Around the size of a piece.
    @Test(arguments: [0, 1, 100, 4094, 4095, 4096, 4097, 20_000]) func text(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        var text = String.UnicodeScalarView()
        while text.count < count {
            guard let range = Self.ranges.randomElement(using: &generator) else { break }
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                text.append(Unicode.Scalar(UInt32.random(in: range, using: &generator)) ?? "x")
            }
        }
        #expect(Self.written(String(text)) == "\"\(Self.escaped(String(text)))\"")
    }

    /// A character stands at every place at which a piece can end.
    @Test(arguments: ["é", "漢", "🎉", "\u{9B}", "\u{202E}", "\u{E0001}", "\u{1}"]) func piecesEndAnywhere(_ text: String)
    {
        for padding in 4090...4098 {
            let whole = String(repeating: "x", count: padding) + text + "y"
            #expect(Self.written(whole) == "\"\(Self.escaped(whole))\"")
        }
    }

    /// What is passed without being looked up is what the Unicode Character Database has no objection to.
    @Test(arguments: [0x4E00...0x9FFF, 0xAC00...0xD7A3] as [ClosedRange<UInt32>]) func harmlessRanges(
        _ range: ClosedRange<UInt32>
    ) {
        for scalar in range.compactMap({ Unicode.Scalar($0) }) {
            #expect(scalar.properties.generalCategory == .otherLetter)
            #expect(!scalar.properties.isDefaultIgnorableCodePoint)
        }
    }
}
