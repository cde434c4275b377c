/// Text that may be written to a terminal: of control characters there are line feeds, tabs and the sequences that are
/// made in this file, whatever the words came from.
///
/// It is the only thing that the streams for people take as it is, and there is no way to make one of text but through
/// `escaped`. What is put into a literal by interpolation is one line: a name from a peer begins no line of its own.
package struct TerminalText: Hashable, Sendable {
    /// UTF-8.
    package private(set) var bytes: [UInt8]

    private init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// A part of a line.
    package init(_ text: some StringProtocol) {
        bytes = []
        Self.escape(text.utf8, keepingLines: false, into: &bytes)
    }

    /// Several lines: line feeds and tabs stay.
    package init(lines text: some StringProtocol) { self.init(lines: text.utf8) }

    /// - Parameter bytes: UTF-8; where they are not, each byte is shown by its number.
    package init(lines bytes: some Collection<UInt8>) {
        self.bytes = []
        Self.escape(bytes, keepingLines: true, into: &self.bytes)
    }

    /// Attributes of characters, by the numbers of SGR (ECMA-48, 8.3.117).
    package enum Attribute: String, Sendable {
        case bold = "1"
        case boldRed = "1;31"
        case green = "32"
        case yellow = "33"
    }

    /// - Parameter attribute: nil where nothing is to be seen of it.
    package init(_ text: TerminalText, _ attribute: Attribute?) {
        guard let attribute else {
            self = text
            return
        }
        bytes = Array("\u{1B}[\(attribute.rawValue)m".utf8) + text.bytes + Array("\u{1B}[0m".utf8)
    }

    /// Goes to the begin of the line and erases it.
    package static let erasedLine = TerminalText(trusted: Array("\r\u{1B}[K".utf8))

    package var isEmpty: Bool { bytes.isEmpty }
    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The same without attributes and without a line feed at its end, for a screen, which has its own. Every escape in
    /// it was made here, and ends with a letter.
    package var plain: String {
        var plain: [UInt8] = []
        var isInSequence = false
        for byte in bytes {
            if byte == 0x1B {
                isInSequence = true
            } else if isInSequence {
                isInSequence = !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
            } else if byte != 0x0D {
                plain.append(byte)
            }
        }
        while plain.last == 0x0A { plain.removeLast() }
        return String(decoding: plain, as: UTF8.self)
    }

    package static func + (first: TerminalText, second: TerminalText) -> TerminalText {
        TerminalText(trusted: first.bytes + second.bytes)
    }

    package static func += (text: inout TerminalText, more: TerminalText) { text.bytes += more.bytes }
}

extension TerminalText: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self.init(lines: text) }

    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.text }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text: TerminalText = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.bytes.reserveCapacity(literalCapacity) }

        package mutating func appendLiteral(_ literal: String) { text += TerminalText(lines: literal) }

        package mutating func appendInterpolation(_ part: TerminalText) { text += part }

        package mutating func appendInterpolation(_ part: some StringProtocol) { text += TerminalText(part) }

        package mutating func appendInterpolation(_ part: some CustomStringConvertible) {
            text += TerminalText(part.description)
        }
    }
}

extension Sequence<TerminalText> {
    package func joined() -> TerminalText { reduce(into: "") { $0 += $1 } }
}
