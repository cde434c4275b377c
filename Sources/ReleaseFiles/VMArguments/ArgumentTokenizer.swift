/// Cuts an arguments file into arguments as `erlexec` does (`build_args_from_string`, erts/etc/common/erlexec.c):
/// by tokens, not by lines.
///
/// White space and `#` end an argument; `#` starts a comment to the end of the line, also within a word. Quotes of
/// either kind keep what is in them, without any escape inside, and may stand anywhere in a word. A backslash keeps
/// the next character, a newline too. A NUL ends the file. An open quote at the end is closed by it.
enum ArgumentTokenizer {
    struct Token: Hashable {
        var text: String
        var line: Int
    }

    static func tokens(_ bytes: [UInt8]) -> [Token] {
        var tokens: [Token] = []
        var cursor = Cursor(bytes: bytes)
        while let start = cursor.skipToArgument() {
            tokens.append(Token(text: cursor.takeArgument(), line: start))
        }
        return tokens
    }

    private struct Cursor {
        let bytes: [UInt8]
        var offset = 0
        var line = 1

        init(bytes: [UInt8]) {
            self.bytes = Array(bytes.prefix { $0 != 0 })
        }

        var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

        mutating func take() -> UInt8? {
            guard let byte = current else { return nil }
            offset += 1
            if byte == 0x0A { line += 1 }
            return byte
        }

        /// The line on which the next argument starts; nil when there is none.
        mutating func skipToArgument() -> Int? {
            while let byte = current {
                if byte == UInt8(ascii: "#") {
                    while let next = current, next != 0x0A { offset += 1 }
                } else if Self.isBlank(byte) {
                    _ = take()
                } else {
                    return line
                }
            }
            return nil
        }

        mutating func takeArgument() -> String {
            var text: [UInt8] = []
            while let byte = current, !Self.isBlank(byte), byte != UInt8(ascii: "#") {
                _ = take()
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "'"):
                    while let next = take(), next != byte { text.append(next) }
                case UInt8(ascii: "\\"):
                    if let next = take() { text.append(next) }
                default:
                    text.append(byte)
                }
            }
            return String(decoding: text, as: UTF8.self)
        }

        /// `isspace` in the C locale.
        static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    }
}
