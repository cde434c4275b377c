package import ErlangTerm

/// `unicode:chardata()` and `iodata()`: binaries and code points in nested lists.
package enum CharacterData {
    /// The text in UTF-8; nil for what is no text in that encoding.
    /// - Parameter isLatin1: binaries hold a character a byte.
    package static func utf8(_ data: TermView, isLatin1: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        // Lists that are not finished: hostile nesting grows this, not the stack.
        var unfinished: [(rest: TermViews.Iterator, tail: TermView?)] = []
        var next: TermView? = data
        while true {
            guard let view = next else {
                guard let last = unfinished.indices.last else { return bytes }
                next = unfinished[last].rest.next()
                if next == nil { next = unfinished.removeLast().tail }
                continue
            }
            next = nil
            switch view.kind {
            case .emptyList: break
            case .integer(let code):
                guard let value = UInt32(exactly: code), !isLatin1 || value < 256, let scalar = Unicode.Scalar(value)
                else { return nil }
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            case .byteList(let codes): append(latin1: codes, to: &bytes)
            case .binary(let binary):
                if isLatin1 {
                    append(latin1: binary, to: &bytes)
                } else {
                    bytes.append(contentsOf: binary)
                }
            case .list(let views, let tail): unfinished.append((views.makeIterator(), tail))
            default: return nil
            }
        }
    }

    private static func append(latin1 codes: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        for code in codes {
            if code < 0x80 {
                bytes.append(code)
            } else {
                bytes.append(0xC0 | code >> 6)
                bytes.append(0x80 | code & 0x3F)
            }
        }
    }

    static func text(_ data: TermView, isLatin1: Bool = false) -> String? {
        utf8(data, isLatin1: isLatin1).map { String(decoding: $0, as: UTF8.self) }
    }
}
