/// Prints terms as `io_lib:format` does: `~tp` (`text`, broken into lines, lists of characters as strings) and `~tw`
/// (`style: .plain`, on one line, all in numbers), as OTP 25 to 29 write them, byte for byte, with these exceptions:
///
/// - identifiers of nodes other than `localNode` carry the node's name (`IdentifierText`);
/// - names beyond ASCII in funs are written as characters, and DEL there as `\d` (`FunText`);
/// - integers above 1 MiB are written in base 16 (`BigIntegerText`);
/// - native records inside more than 32 others are left out (`NativeRecordParts`).
///
/// No control character of a term (C0, DEL, C1) is written raw: see `EscapedText` and `AtomText`. Newlines and spaces
/// are the printer's own.
///
/// Time is in proportion to the term and its text, memory to the term: `~tp` notes 8 bytes for each part of a term
/// that does not fit on one line. Depth costs memory only.
package struct TermPrinter: Sendable {
    package enum Style: Sendable {
        /// `~tp`
        case pretty
        /// `~tw`
        case plain
    }

    package var style: Style
    /// Columns of a line; 0 prints everything on one. Only for `.pretty`.
    package var width: Int
    /// The column of the first character, from 1.
    package var column: Int
    package var range: PrintableRange
    package var dialect: PrinterDialect
    /// The node whose identifiers print as `<0.84.0>`.
    package var localNode: Atom?

    package init(
        style: Style = .pretty, width: Int = 80, column: Int = 1, range: PrintableRange = .latin1,
        dialect: PrinterDialect = .otp27, localNode: Atom? = nil
    ) {
        self.style = style
        self.width = width
        self.column = column
        self.range = range
        self.dialect = dialect
        self.localNode = localNode
    }

    /// Appends the text of a term as UTF-8.
    package func print(_ view: TermView, into text: inout [UInt8]) {
        var whole = TermText(of: view, self, to: TextSink(taking: &text))
        whole.finish(into: &text)
    }

    /// Hands on the text in chunks of about 64 KiB, in order.
    ///
    /// - Parameter take: takes a chunk; with false it ends the printing.
    package func print(_ view: TermView, chunks take: ([UInt8]) -> Bool) {
        var text = TermText(of: view, self)
        while let chunk = text.next(), take(chunk) {}
    }

    package func text(_ view: TermView) -> String {
        var text: [UInt8] = []
        print(view, into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    package func text(_ term: Term) -> String {
        let limits = TermLimits(depth: .max, terms: .max, atoms: .max, uncompressedBytes: .max)
        // Nothing that the encoder writes is refused without limits.
        guard let decoded = try? DecodedTerm(packet: term.encoded, limits: limits) else { return "" }
        return text(decoded.root)
    }
}
