/// An atom as `io_lib:write_atom/1` writes it: quoted unless it begins with a lower-case letter of Latin-1 and goes on
/// with letters of Latin-1, digits, `_` and `@`, or when it is a reserved word.
///
/// Inside quotes every control character (C0, DEL, C1: below U+00A0) is escaped, so a name that a peer chose cannot
/// send an escape sequence to a terminal. Characters from U+00A0 up are written as they are, as OTP does; that
/// includes the bidirectional controls (U+202A...U+202E, U+2066...U+2069), which can reorder a line on a terminal
/// that obeys them, but not beyond its end.
enum AtomText {
    static func write(_ name: String, dialect: PrinterDialect, to sink: inout TextSink) {
        guard needsQuotes(name, dialect: dialect) else { return sink.append(name) }
        sink.append(UInt8(ascii: "'"))
        for scalar in name.unicodeScalars { EscapedText.write(scalar, quote: "'", to: &sink) }
        sink.append(UInt8(ascii: "'"))
    }

    private static func needsQuotes(_ name: String, dialect: PrinterDialect) -> Bool {
        var scalars = name.unicodeScalars.makeIterator()
        guard let first = scalars.next(), isLowerCase(first) else { return true }
        while let scalar = scalars.next() {
            guard isNameCharacter(scalar) else { return true }
        }
        return dialect.reserves(name)
    }

    private static func isLowerCase(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x61...0x7A: true
        case 0xDF...0xFF: scalar.value != 0xF7
        default: false
        }
    }

    private static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x5F, 0x40: true
        case 0xC0...0xFF: scalar.value != 0xF7 && scalar.value != 0xD7
        default: false
        }
    }
}
