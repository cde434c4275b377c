/// How the bytes of a binary are shown: `<<"text">>` when all are printable, `<<"text"/utf8>>` when they are UTF-8
/// with characters beyond ASCII, `<<1,2,3>>` otherwise.
enum BinaryText {
    case numbers
    /// One character a byte: ASCII, or Latin-1 that is not valid UTF-8.
    case bytes
    case utf8

    init(_ bytes: ArraySlice<UInt8>, range: PrintableRange, dialect: PrinterDialect) {
        self = bytes.withUnsafeBufferPointer { Self.classify($0, range: range, dialect: dialect) }
    }

    private static func classify(
        _ bytes: UnsafeBufferPointer<UInt8>, range: PrintableRange, dialect: PrinterDialect
    ) -> BinaryText {
        // ASCII first: a character that prints in no reading ends the search.
        var start = 0
        while start < bytes.count, bytes[start] < 0x80 {
            guard range.contains(UInt32(bytes[start])) else { return .numbers }
            start += 1
        }
        if start == bytes.count { return .bytes }

        var isUTF8Printable = true
        var decoder = UTF8.ForwardParser()
        var rest = UnsafeBufferPointer(rebasing: bytes[start...]).makeIterator()
        scan: while true {
            switch decoder.parseScalar(from: &rest) {
            case .valid(let units):
                guard isUTF8Printable else { continue }
                isUTF8Printable = range.contains(UTF8.decode(units).value)
                if !isUTF8Printable, dialect == .otp28 { return .numbers }
            case .emptyInput:
                return isUTF8Printable ? .utf8 : .numbers
            case .error:
                break scan
            }
        }
        for byte in bytes[start...] where !PrintableRange.latin1.contains(UInt32(byte)) { return .numbers }
        return .bytes
    }

    /// Calls `body` with each character of `bytes` read this way.
    func forEachScalar(_ bytes: ArraySlice<UInt8>, _ body: (Unicode.Scalar) -> Void) {
        if case .utf8 = self {
            var decoder = UTF8.ForwardParser()
            var rest = bytes.makeIterator()
            while case .valid(let units) = decoder.parseScalar(from: &rest) {
                body(UTF8.decode(units))
            }
        } else {
            for byte in bytes { body(Unicode.Scalar(byte)) }
        }
    }
}
