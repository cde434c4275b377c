/// How many characters every part of a term takes on one line, in the order in which the parts are written: 8 bytes a
/// part. The line breaker needs a part's length before it writes its first character.
struct TermExtents {
    struct Extent {
        /// At most `longest`: lengths are only ever compared with lengths of lines.
        var length: Int
        /// What OTP breaks lines between, never inside: numbers, atoms, strings, `[]`.
        var isAtomic: Bool
        /// The number of the part behind this one and all it contains.
        var end: Int
    }

    static let longest = Int(UInt32.max >> 1)

    /// Length and, in the lowest bit, whether the part is atomic.
    private var words: [UInt32] = []
    private var ends: [UInt32] = []

    subscript(part: Int) -> Extent {
        Extent(length: Int(words[part] >> 1), isAtomic: words[part] & 1 == 1, end: Int(ends[part]))
    }

    private struct OpenPart {
        var children: TermChildren
        var tail: TermView?
        var part: Int
        var length: Int
        var isRecord = false
    }

    init(of root: TermView, leaf: LeafText) {
        var scratch = TextSink()
        var open: [OpenPart] = []
        var recordLevel = 0

        func begin(_ kind: TermKind) {
            let part = words.count
            var length: Int
            var isAtomic = true
            switch kind {
            case .list(let elements, nil) where leaf.isString(elements):
                length = leaf.length(string: elements, scratch: &scratch)
            case .byteList(let bytes) where leaf.isString(bytes):
                length = leaf.length(string: bytes)
            case .byteList(let bytes):
                length = bytes.reduce(bytes.count + 1) { $0 + DecimalDigits.count($1) }
                isAtomic = false
            case .list(let elements, nil) where elements.areBytes:
                length = elements.reduce(elements.count + 1) { $0 + ($1.byte.map(DecimalDigits.count) ?? 0) }
                isAtomic = false
            case .list(let elements, let tail):
                length = 2 + elements.count - 1 + (tail == nil ? 0 : 1)
                isAtomic = false
                open.append(OpenPart(children: TermChildren(elements), tail: tail, part: part, length: length))
            case .tuple(let elements):
                length = 2 + max(elements.count - 1, 0)
                isAtomic = elements.isEmpty
                open.append(OpenPart(children: TermChildren(elements), part: part, length: length))
            case .map(let views):
                let pairs = views.count / 2
                length = 3 + max(pairs - 1, 0) + 4 * pairs
                isAtomic = pairs == 0
                open.append(OpenPart(children: TermChildren(pairs: views), part: part, length: length))
            case .nativeRecord(let record):
                if recordLevel < NativeRecordParts.levels,
                    let parts = NativeRecordParts(record, dialect: leaf.dialect)
                {
                    recordLevel += 1
                    length = parts.names.reduce(parts.title.length + 2 + max(parts.names.count - 1, 0)) {
                        $0 + $1.length + 3
                    }
                    isAtomic = false
                    open.append(
                        OpenPart(children: TermChildren(parts.values), part: part, length: length, isRecord: true))
                } else {
                    length = NativeRecordParts.omitted.utf8CodeUnitCount
                }
            case .binary(let bytes):
                length = leaf.length(kind, scratch: &scratch)
                if case .numbers = leaf.text(bytes) { isAtomic = false }
            case .bitString:
                length = leaf.length(kind, scratch: &scratch)
                isAtomic = false
            default:
                length = leaf.length(kind, scratch: &scratch)
            }
            words.append(UInt32(min(length, Self.longest)) << 1 | (isAtomic ? 1 : 0))
            ends.append(UInt32(part + 1))
            if open.last?.part != part { add(length) }
        }

        func add(_ length: Int) {
            if !open.isEmpty { open[open.count - 1].length += min(length, Self.longest) }
        }

        begin(root.kind)
        while !open.isEmpty {
            let top = open.count - 1
            if case .view(let child)? = open[top].children.next() {
                begin(child.kind)
            } else if let tail = open[top].tail {
                open[top].tail = nil
                begin(tail.kind)
            } else {
                let closed = open.removeLast()
                if closed.isRecord { recordLevel -= 1 }
                words[closed.part] = words[closed.part] & 1 | UInt32(min(closed.length, Self.longest)) << 1
                ends[closed.part] = UInt32(words.count)
                add(closed.length)
            }
        }
    }
}
