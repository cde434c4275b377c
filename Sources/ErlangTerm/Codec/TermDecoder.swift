/// Writes the tape of one term. Iterative, with a stack of its own: nesting cannot exhaust ours.
///
/// Every length is checked here against `end`; the views read the same bytes later and rely on it.
struct TermDecoder: ~Copyable {
    /// A container that still waits for children.
    private struct Frame {
        var index: Int
        var remaining: Int
        var isList: Bool
    }

    let base: UnsafeRawPointer
    let end: Int
    let limits: TermLimits
    var cursor: Int
    var tape: TapeBuffer
    var atoms: AtomInterner
    private var terms = 0
    private var frames: [Frame] = []

    /// `offset` is within `bytes`, which is not empty.
    init(_ bytes: UnsafeRawBufferPointer, base: UnsafeRawPointer, at offset: Int, limits: TermLimits) {
        self.base = base
        end = bytes.count
        cursor = offset
        self.limits = limits
        tape = TapeBuffer(minimumCapacity: (bytes.count - offset) / 8 + 8)
        atoms = AtomInterner(bytes, base: base)
    }

    /// Decodes the term at `cursor` and leaves `cursor` behind it.
    mutating func decode() throws(TermError) {
        var frame = Frame(index: 0, remaining: 1, isList: false)
        while true {
            terms += 1
            guard terms <= limits.terms else { throw .tooManyTerms(limit: limits.terms, at: cursor) }
            let index = tape.count
            let children = try readTerm()
            if children > 0 {
                guard frames.count < limits.depth else { throw .tooDeep(limit: limits.depth, at: cursor) }
                frames.append(frame)
                frame = Frame(index: index, remaining: children, isList: tape[index].tag == ExternalTag.list)
                continue
            }
            frame.remaining -= 1
            while frame.remaining <= 1 {
                if frame.remaining == 1 {
                    guard frame.isList, try readProperTail(of: frame.index) else { break }
                }
                guard let outer = frames.popLast() else { return }
                try finish(frame.index)
                frame = outer
                frame.remaining -= 1
            }
        }
    }

    /// Reads the tag at `cursor` and what belongs to the term itself. Gives the number of children that follow.
    @inline(__always)
    private mutating func readTerm() throws(TermError) -> Int {
        let at = cursor
        try need(1)
        let tag = byte(at)
        switch tag {
        case ExternalTag.smallInteger:
            try leaf(tag, length: 2)
        case ExternalTag.integer:
            try leaf(tag, length: 5)
        case ExternalTag.smallAtomUTF8, ExternalTag.atomUTF8, ExternalTag.atomLatin1, ExternalTag.smallAtomLatin1:
            tape.append(TapeWord(tag: tag, extra: try readAtom(), offset: at))
        case ExternalTag.nil:
            try leaf(tag, length: 1)
        case ExternalTag.binary:
            try need(5)
            try leaf(tag, length: 5 + uint32(at + 1))
        case ExternalTag.string:
            try need(3)
            let length = uint16(at + 1)
            try leaf(length == 0 ? ExternalTag.nil : tag, length: 3 + length)
        case ExternalTag.smallTuple:
            try need(2)
            return try container(tag, header: 2, count: Int(byte(at + 1)), perCount: 1, tail: 0)
        case ExternalTag.largeTuple:
            try need(5)
            return try container(tag, header: 5, count: uint32(at + 1), perCount: 1, tail: 0)
        case ExternalTag.map:
            try need(5)
            return try container(tag, header: 5, count: uint32(at + 1), perCount: 2, tail: 0)
        case ExternalTag.list:
            return try readList()
        case ExternalTag.newFloat:
            try need(9)
            guard Double(bitPattern: uint64(at + 1)).isFinite else { throw .invalid("float not finite", at: at) }
            try leaf(tag, length: 9)
        default:
            return try readRareTerm(tag)
        }
        return 0
    }

    @inline(__always)
    func need(_ length: Int) throws(TermError) {
        guard length <= end - cursor else { throw .truncated(at: end) }
    }

    /// One word for a term of `length` bytes.
    @inline(__always)
    mutating func leaf(_ tag: UInt8, extra: Int = 0, length: Int) throws(TermError) {
        try need(length)
        tape.append(TapeWord(tag: tag, extra: extra, offset: cursor))
        cursor += length
    }

    /// Two words; the second is filled in by `finish`. A child takes a byte at least, which bounds `count`.
    @inline(__always)
    mutating func container(
        _ tag: UInt8, header: Int, count: Int, perCount: Int, tail: Int
    ) throws(TermError) -> Int {
        let children = count * perCount + tail
        guard children <= end - cursor - header else { throw .truncated(at: end) }
        tape.append(TapeWord(tag: tag, offset: cursor))
        tape.append(TapeWord(count: count, indexAfter: tape.count + 1))
        cursor += header
        return children
    }

    private mutating func readList() throws(TermError) -> Int {
        let at = cursor
        try need(5)
        let count = uint32(at + 1)
        if count > 1, try readPackedList(count) { return 0 }
        if count > 0 { return try container(ExternalTag.list, header: 5, count: count, perCount: 1, tail: 1) }
        // erl_interface may write an empty list so; the node itself never does.
        try need(6)
        guard byte(at + 5) == ExternalTag.nil else { throw .invalid("list of no elements with a tail", at: at) }
        try leaf(ExternalTag.nil, length: 6)
        return 0
    }

    /// Takes a proper list of nothing but small integers; the terms of it count as if they had words.
    private mutating func readPackedList(_ count: Int) throws(TermError) -> Bool {
        let first = cursor + 5
        // Two bytes an element, and the tail.
        guard count <= (end - first - 1) / 2 else { return false }
        let tail = first + 2 * count
        guard byte(tail) == ExternalTag.nil else { return false }
        for at in Swift.stride(from: first, to: tail, by: 2) where byte(at) != ExternalTag.smallInteger { return false }
        terms += count + 1
        guard terms <= limits.terms else { throw .tooManyTerms(limit: limits.terms, at: cursor) }
        guard frames.count < limits.depth else { throw .tooDeep(limit: limits.depth, at: cursor) }
        tape.append(TapeWord(tag: ExternalTag.list, extra: TapeWord.ListForm.packed, offset: cursor))
        tape.append(TapeWord(count: count, indexAfter: tape.count + 1))
        cursor = tail + 1
        return true
    }

    /// The elements of the list at `index` are read: takes the tail when it is `[]`.
    private mutating func readProperTail(of index: Int) throws(TermError) -> Bool {
        try need(1)
        switch byte(cursor) {
        case ExternalTag.nil:
            tape.append(TapeWord(tag: ExternalTag.nil, offset: cursor))
            cursor += 1
            tape[index] = TapeWord(tag: ExternalTag.list, extra: TapeWord.ListForm.proper, offset: tape[index].offset)
            return true
        case ExternalTag.list, ExternalTag.string:
            // Erlang writes one list for the whole chain of cells; a chain of lists would only be a depth bomb.
            throw .invalid("tail of a list is a list", at: cursor)
        default:
            return false
        }
    }

    /// All children of the container at `index` are on the tape.
    @inline(__always)
    private mutating func finish(_ index: Int) throws(TermError) {
        let tag = tape[index].tag
        if tag == ExternalTag.newFun || tag == ExternalTag.nativeRecord { return try finishOpaque(index) }
        let count = tape[index + 1].count
        tape[index + 1] = TapeWord(count: count, indexAfter: tape.count)
        if tag == ExternalTag.map, count > 1 { try requireUniqueKeys(ofMapAt: index, count: count) }
    }
}

extension TermDecoder {
    @inline(__always) func byte(_ at: Int) -> UInt8 { base.load(fromByteOffset: at, as: UInt8.self) }

    @inline(__always)
    func uint16(_ at: Int) -> Int {
        Int(UInt16(bigEndian: base.loadUnaligned(fromByteOffset: at, as: UInt16.self)))
    }

    @inline(__always)
    func uint32(_ at: Int) -> Int {
        Int(UInt32(bigEndian: base.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
    }

    @inline(__always)
    func uint64(_ at: Int) -> UInt64 {
        UInt64(bigEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }
}
