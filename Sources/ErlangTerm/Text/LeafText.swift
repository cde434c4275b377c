/// The text of terms that are printed in one piece, and its length.
struct LeafText {
    var range: PrintableRange
    var dialect: PrinterDialect
    var identifiers: IdentifierText
    /// Lists of characters and binaries become strings (`~p`); otherwise all are numbers (`~w`).
    var strings: Bool

    /// Whether a list prints as a string. The search ends at the first element that does not.
    func isString(_ elements: TermViews) -> Bool {
        guard strings else { return false }
        for element in elements {
            guard case .integer(let number) = element.kind, range.scalar(number) != nil else { return false }
        }
        return true
    }

    func isString(_ bytes: ArraySlice<UInt8>) -> Bool {
        strings && bytes.allSatisfy { range.contains(UInt32($0)) }
    }

    func text(_ bytes: ArraySlice<UInt8>) -> BinaryText {
        strings ? BinaryText(bytes, range: range, dialect: dialect) : .numbers
    }

    /// Writes everything but containers (of which it writes nothing).
    func write(_ kind: TermKind, to sink: inout TextSink) {
        switch kind {
        case .integer(let number): sink.append(decimal: number)
        case .bigInteger(let number): BigIntegerText.write(number, to: &sink)
        case .float(let number): ShortestFloat.write(number, to: &sink)
        case .atom(let atom): AtomText.write(atom.name, dialect: dialect, to: &sink)
        case .binary(let bytes): write(binary: bytes, to: &sink)
        case .bitString(let bytes, let bits): BitStringText(bytes, bitsInLastByte: bits).write(to: &sink)
        case .emptyList: sink.append("[]")
        case .pid(let pid): identifiers.write(pid, to: &sink)
        case .port(let port): identifiers.write(port, to: &sink)
        case .reference(let reference): identifiers.write(reference, to: &sink)
        case .fun(let fun): FunText.write(fun, to: &sink)
        case .exportFun(let module, let function, let arity):
            FunText.write(module: module, function: function, arity: arity, to: &sink)
        case .tuple, .list, .byteList, .map, .nativeRecord: break
        }
    }

    func write(binary bytes: ArraySlice<UInt8>, to sink: inout TextSink) {
        let text = text(bytes)
        if case .numbers = text { return BitStringText(bytes, bitsInLastByte: 8).write(to: &sink) }
        if bytes.isEmpty { return sink.append("<<>>") }
        sink.append("<<\"")
        var isUTF8 = false
        if case .utf8 = text { isUTF8 = true }
        sink.append(LongLeaf(content: .characters(text, bytes), closing: isUTF8 ? "\"/utf8>>" : "\">>"))
    }

    /// A list for which `isString` holds.
    func write(string elements: TermViews, to sink: inout TextSink) {
        sink.append("\"")
        sink.append(LongLeaf(content: .list(elements.makeIterator(), range), closing: "\""))
    }

    func write(string bytes: ArraySlice<UInt8>, to sink: inout TextSink) {
        sink.append("\"")
        sink.append(LongLeaf(content: .characters(.bytes, bytes), closing: "\""))
    }
}
