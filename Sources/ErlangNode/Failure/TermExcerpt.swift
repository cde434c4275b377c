package import ErlangTerm

extension TermPrinter {
    /// A term that came with a failure, on one line and cut off, for a message.
    package static func excerpt(_ view: TermView, bytes limit: Int = 240) -> String {
        var text: [UInt8] = []
        TermPrinter(width: 0).print(view) { chunk in
            text += chunk
            return text.count < limit
        }
        return text.count > limit
            ? String(decoding: text.prefix(limit), as: UTF8.self) + "..." : String(decoding: text, as: UTF8.self)
    }
}
