/// A native record of OTP 29 taken apart: tag 67, number of fields (4), flags (1), then module, name, the fields'
/// names and the fields' values as terms.
struct NativeRecordParts {
    /// Records inside records: each level reads its bytes anew, so a peer must not choose how many there are.
    static let levels = 32
    /// Stands for a record deeper than that.
    static let omitted: StaticString = "#..."

    /// `#module:name`.
    var title: RecordWord
    var names: [RecordWord]
    var values: TermViews.Iterator

    init?(_ record: OpaqueRecord, dialect: PrinterDialect) {
        let head = 1 + 4 + 1
        guard record.encoded.count > head else { return nil }
        let fields = record.encoded[1...4].reduce(0) { $0 << 8 | Int($1) }
        // What follows the head is what follows the head of a tuple.
        let arity = UInt32(clamping: 2 * fields + 2)
        var packet: [UInt8] = [131, 105]
        for shift: UInt32 in [24, 16, 8, 0] { packet.append(UInt8(truncatingIfNeeded: arity >> shift)) }
        packet += record.encoded[head...]
        let limits = TermLimits(depth: .max, terms: .max, atoms: .max, uncompressedBytes: .max)
        guard let term = try? DecodedTerm(packet: packet, limits: limits), case .tuple(let parts) = term.root.kind
        else { return nil }
        values = parts.makeIterator()
        guard let module = Self.nextName(&values, dialect), let name = Self.nextName(&values, dialect)
        else { return nil }
        title = RecordWord(text: [UInt8(ascii: "#")] + module + [UInt8(ascii: ":")] + name)
        names = []
        for _ in 0..<fields {
            guard let name = Self.nextName(&values, dialect) else { return nil }
            names.append(RecordWord(text: name))
        }
    }

    private static func nextName(_ views: inout TermViews.Iterator, _ dialect: PrinterDialect) -> [UInt8]? {
        guard case .atom(let atom)? = views.next()?.kind else { return nil }
        var sink = TextSink()
        AtomText.write(atom.name, dialect: dialect, to: &sink)
        return sink.buffer
    }
}

/// A record's title or the name of one of its fields, as it is written.
struct RecordWord {
    var text: [UInt8]
    /// In characters.
    var length: Int

    init(text: [UInt8]) {
        self.text = text
        length = EscapedText.length(ofWritten: text[...])
    }
}
