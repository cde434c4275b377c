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
        var sink = TextSink(taking: &text)
        write(view, to: &sink)
        sink.give(to: &text)
    }

    /// Hands on the text in chunks of about 64 KiB, in order.
    ///
    /// - Parameter take: takes a chunk; with false it ends the printing.
    package func print(_ view: TermView, chunks take: ([UInt8]) -> Bool) {
        withoutActuallyEscaping(take) { take in
            var sink = TextSink(handOver: take)
            write(view, to: &sink)
            sink.handOn()
        }
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

    private func write(_ view: TermView, to sink: inout TextSink) {
        let leaf = LeafText(
            range: range, dialect: dialect, identifiers: IdentifierText(localNode: localNode),
            strings: style == .pretty)
        var writer = LineWriter(leaf: leaf)
        guard style == .pretty, width > 0, view.isCompound else { return writer.write(view, to: &sink) }

        let column = max(column, 1)
        let extents = TermExtents(of: view, leaf: leaf)
        let length = extents[0].length
        if length < width - column { return writer.write(view, to: &sink) }

        func layout(tagIndent: Int, isTrial: Bool, sink: consuming TextSink) -> TermLayout {
            TermLayout(
                extents: extents, leaf: leaf, lineLength: width, longest: length, tagIndent: tagIndent,
                isTrial: isTrial, sink: sink, writer: writer)
        }
        // Under the tag's end if there is room for that everywhere, else 4 columns, else 1.
        var tagIndent = 1
        for candidate in [-1, 4] {
            var trial = layout(tagIndent: candidate, isTrial: true, sink: TextSink())
            trial.run(view, column: column)
            if !trial.isRefused {
                tagIndent = candidate
                break
            }
        }
        var final = layout(tagIndent: tagIndent, isTrial: false, sink: sink)
        sink = TextSink()
        final.run(view, column: column)
        sink = final.sink
    }
}

extension TermView {
    /// Whether `~p` considers breaking it: containers and bit strings.
    fileprivate var isCompound: Bool {
        switch kind {
        case .tuple, .list, .byteList, .map, .binary, .bitString, .nativeRecord: true
        default: false
        }
    }
}
