/// The text of a term on its way: chunks of about 64 KiB, made when they are asked for, and cut between characters.
///
/// Between two chunks nothing happens: whoever writes them somewhere can wait for the reader.
package struct TermText {
    private var sink: TextSink
    private var writer: LineWriter
    /// Nil for what is written on one line.
    private var layout: TermLayout?

    /// - Parameter goesOn: asked by what takes long before the next chunk is there, such as a large number; false ends
    ///   the text.
    package init(of view: TermView, _ printer: TermPrinter, goesOn: @escaping () -> Bool = { true }) {
        self.init(of: view, printer, to: TextSink(goesOn: goesOn))
    }

    init(of view: TermView, _ printer: TermPrinter, to sink: consuming TextSink) {
        let leaf = LeafText(
            range: printer.range, dialect: printer.dialect,
            identifiers: IdentifierText(localNode: printer.localNode), strings: printer.style == .pretty)
        self.sink = sink
        writer = LineWriter(leaf: leaf)
        let (width, column) = (printer.width, max(printer.column, 1))
        guard printer.style == .pretty, width > 0, view.isCompound else {
            writer.begin(view, to: &self.sink)
            return
        }
        let extents = TermExtents(of: view, leaf: leaf)
        let length = extents[0].length
        if length < width - column {
            writer.begin(view, to: &self.sink)
            return
        }

        let empty = writer
        func layout(tagIndent: Int, isTrial: Bool, sink: consuming TextSink) -> TermLayout {
            TermLayout(
                extents: extents, leaf: leaf, lineLength: width, longest: length, tagIndent: tagIndent,
                isTrial: isTrial, sink: sink, writer: empty)
        }
        // Under the tag's end if there is room for that everywhere, else 4 columns, else 1.
        var tagIndent = 1
        for candidate in [-1, 4] {
            var trial = layout(tagIndent: candidate, isTrial: true, sink: TextSink())
            trial.begin(view, column: column)
            _ = trial.proceed()
            if !trial.isRefused {
                tagIndent = candidate
                break
            }
        }
        var final = layout(tagIndent: tagIndent, isTrial: false, sink: self.sink)
        self.sink = TextSink()
        final.begin(view, column: column)
        self.layout = final
    }

    /// Whether the time was over before the end.
    package var isCut: Bool { layout?.sink.isClosed ?? sink.isClosed }

    /// - Returns: nil behind the last chunk.
    package mutating func next() -> [UInt8]? {
        while proceed() {}
        let chunk = layout?.sink.takeChunk() ?? sink.takeChunk()
        return chunk.isEmpty ? nil : chunk
    }

    /// - Returns: false where the chunk is full, or nothing follows.
    private mutating func proceed() -> Bool {
        if layout != nil {
            if layout?.sink.isClosed ?? true || layout?.sink.isFull ?? true { return false }
            layout?.sink.resume()
            return layout?.proceed() ?? false
        }
        if sink.isClosed || sink.isFull { return false }
        sink.resume()
        return writer.proceed(to: &sink)
    }

    /// Writes all at once, where the sink has begun with `text`.
    mutating func finish(into text: inout [UInt8]) {
        while proceed() {}
        if layout != nil { layout?.sink.give(to: &text) } else { sink.give(to: &text) }
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
