/// Characters that mean something to the shell.
enum ShellText {
    static func isNameByte(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }

    static func isNameStart(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        return isNameStart(first) && text.utf8.allSatisfy(isNameByte)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Ends a word that is not in quotes.
    static func endsWord(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == 0x0A || isOneOf(byte, ";&|<>()")
    }

    static func isOneOf(_ byte: UInt8, _ characters: StaticString) -> Bool {
        characters.withUTF8Buffer { $0.contains(byte) }
    }

    /// Ends words, and is not known as a command of its own.
    static let reservedWords: Set<String> = [
        "if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "while", "until", "for", "{", "}", "!",
        // Of bash; other shells take them for commands.
        "function", "select", "time", "coproc",
    ]
}
