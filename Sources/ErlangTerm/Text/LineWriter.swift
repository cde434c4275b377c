/// Writes a term on one line. Containers that are open wait on a stack of our own, so that depth costs memory, not
/// the thread's stack.
struct LineWriter {
    let leaf: LeafText
    /// How many native records what is written lies in.
    private var recordLevel = 0
    private var open: [OpenContainer] = []

    init(leaf: LeafText) { self.leaf = leaf }

    private struct OpenContainer {
        var children: TermChildren
        var tail: TermView?
        var closing: UInt8
        /// What goes in front of the next child.
        var isFirst = true
        /// In a map: the next child is a value.
        var isValueNext = false
        var isMap = false
        /// In a native record: the names of the fields that are left, last one first.
        var fieldNames: [RecordWord]?
    }

    /// Writes all of a term that fits on a line, or has no children.
    mutating func write(_ view: TermView, recordLevel outerRecords: Int, to sink: inout TextSink) {
        recordLevel = outerRecords
        begin(view, to: &sink)
        while !open.isEmpty, !sink.isClosed { step(to: &sink) }
        open.removeAll(keepingCapacity: true)
    }

    /// Begins to write a term; `proceed` goes on.
    mutating func begin(_ view: TermView, to sink: inout TextSink) { begin(view.kind, to: &sink) }

    /// Writes until the sink is full.
    /// - Returns: whether more follows.
    mutating func proceed(to sink: inout TextSink) -> Bool {
        while !open.isEmpty, !sink.isClosed, sink.pending == nil {
            if sink.isFull { return true }
            step(to: &sink)
        }
        return sink.pending != nil
    }

    private mutating func step(to sink: inout TextSink) {
        if let child = nextChild(to: &sink) {
            switch child {
            case .byte(let byte): sink.append(decimal: UInt64(byte))
            case .view(let view): begin(view.kind, to: &sink)
            }
        } else if let last = open.popLast() {
            if last.fieldNames != nil { recordLevel -= 1 }
            sink.append(last.closing)
        }
    }

    private mutating func nextChild(to sink: inout TextSink) -> TermChildren.Child? {
        let top = open.count - 1
        if let child = open[top].children.next() {
            if open[top].isValueNext {
                sink.append(" => ")
                open[top].isValueNext = false
                return child
            }
            if !open[top].isFirst { sink.append(UInt8(ascii: ",")) }
            open[top].isFirst = false
            open[top].isValueNext = open[top].isMap
            if let name = open[top].fieldNames?.popLast() {
                sink.append(name.text)
                sink.append(" = ")
            }
            return child
        }
        guard let tail = open[top].tail else { return nil }
        open[top].tail = nil
        sink.append(UInt8(ascii: "|"))
        return .view(tail)
    }

    private mutating func begin(_ kind: TermKind, to sink: inout TextSink) {
        switch kind {
        case .list(let elements, nil) where leaf.isString(elements): leaf.write(string: elements, to: &sink)
        case .byteList(let bytes) where leaf.isString(bytes): leaf.write(string: bytes, to: &sink)
        case .list(let elements, let tail):
            sink.append(UInt8(ascii: "["))
            open.append(OpenContainer(children: TermChildren(elements), tail: tail, closing: UInt8(ascii: "]")))
        case .byteList(let bytes):
            sink.append(UInt8(ascii: "["))
            open.append(OpenContainer(children: TermChildren(bytes), closing: UInt8(ascii: "]")))
        case .tuple(let elements):
            sink.append(UInt8(ascii: "{"))
            open.append(OpenContainer(children: TermChildren(elements), closing: UInt8(ascii: "}")))
        case .map(let pairs):
            sink.append("#{")
            open.append(OpenContainer(children: TermChildren(pairs: pairs), closing: UInt8(ascii: "}"), isMap: true))
        case .nativeRecord(let record):
            begin(record, to: &sink)
        default: leaf.write(kind, to: &sink)
        }
    }

    private mutating func begin(_ record: OpaqueRecord, to sink: inout TextSink) {
        guard recordLevel < NativeRecordParts.levels,
            let parts = NativeRecordParts(record, dialect: leaf.dialect)
        else { return sink.append(NativeRecordParts.omitted) }
        recordLevel += 1
        sink.append(parts.title.text)
        sink.append(UInt8(ascii: "{"))
        open.append(
            OpenContainer(
                children: TermChildren(parts.values), closing: UInt8(ascii: "}"), fieldNames: parts.names.reversed()))
    }
}
