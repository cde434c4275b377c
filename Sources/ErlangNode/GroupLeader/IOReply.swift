import ErlangTerm

/// Answers of the I/O protocol, in external term format without the version byte.
enum IOReply {
    static let ok = encoded(.atom("ok"))
    static let endOfFile = encoded(.atom("eof"))
    static let unsupported = error("enotsup")
    static let badRequest = error("request")

    static func error(_ reason: Atom) -> [UInt8] { encoded(.tuple([.atom("error"), .atom(reason)])) }

    static func encoded(_ term: Term) -> [UInt8] {
        var encoder = TermEncoder()
        encoder.write(term)
        return encoder.bytes
    }

    /// `{error, {Tag, Encoding, Data}}`.
    static func refused(_ tag: Atom, isLatin1: Bool, _ data: TermView) -> [UInt8] {
        var encoder = TermEncoder()
        encoder.writeBytes([104, 2])
        encoder.write(.atom("error"))
        encoder.writeBytes([104, 3])
        encoder.write(.atom(tag))
        encoder.write(.atom(isLatin1 ? "latin1" : "unicode"))
        encoder.write(data)
        return encoder.bytes
    }

    /// `{io_reply, ReplyAs, Reply}`. `ReplyAs` goes back byte for byte.
    static func message(as replyAs: TermView, _ reply: [UInt8]) -> [UInt8] {
        var encoder = TermEncoder()
        encoder.writeBytes([104, 3])
        encoder.write(.atom("io_reply"))
        encoder.write(replyAs)
        encoder.writeBytes(reply)
        return encoder.bytes
    }

    static func text(_ text: some Collection<Unicode.Scalar>, asBinary: Bool, isLatin1: Bool) -> [UInt8] {
        if isLatin1, text.contains(where: { $0.value > 255 }) {
            return encoded(
                .tuple([.atom("error"), .tuple([.atom("no_translation"), .atom("unicode"), .atom("latin1")])]))
        }
        if asBinary, isLatin1 { return encoded(.binary(text.map { UInt8(truncatingIfNeeded: $0.value) })) }
        var string = ""
        string.unicodeScalars.append(contentsOf: text)
        return encoded(asBinary ? .binary(string) : .charlist(string))
    }

    /// The arguments of the function of a `get_until`: `[[], Characters | Extra]`, the extra ones byte for byte.
    static func scanArguments(_ text: some Collection<Unicode.Scalar>, _ extra: TermViews) -> [UInt8] {
        var encoder = TermEncoder()
        let count = UInt32(truncatingIfNeeded: extra.count + 2)
        encoder.writeBytes([108] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> UInt32($0)) } + [106])
        encoder.write(.list(text.map { .integer(Int($0.value)) }))
        for view in extra { encoder.write(view) }
        encoder.writeByte(106)
        return encoder.bytes
    }
}
