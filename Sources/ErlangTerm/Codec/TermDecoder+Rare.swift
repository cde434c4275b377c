extension TermDecoder {
    /// The tags that are not worth a place in the hot loop. Gives the number of children that follow.
    @inline(never)
    mutating func readRareTerm(_ tag: UInt8) throws(TermError) -> Int {
        switch tag {
        case ExternalTag.float:
            try need(32)
            guard FloatText.value(UnsafeRawBufferPointer(start: base + cursor + 1, count: 31)) != nil else {
                throw .invalid("float text", at: cursor)
            }
            try leaf(tag, length: 32)
        case ExternalTag.smallBig:
            try need(2)
            try leaf(tag, length: 3 + Int(byte(cursor + 1)))
        case ExternalTag.largeBig:
            try need(5)
            try leaf(tag, length: 6 + uint32(cursor + 1))
        case ExternalTag.bitBinary:
            try readBitBinary()
        case ExternalTag.newPID: try readIdentifier(tag, behindNode: 12)
        case ExternalTag.pid: try readIdentifier(tag, behindNode: 9)
        case ExternalTag.newPort: try readIdentifier(tag, behindNode: 8)
        case ExternalTag.port, ExternalTag.reference: try readIdentifier(tag, behindNode: 5)
        case ExternalTag.v4Port: try readIdentifier(tag, behindNode: 12)
        case ExternalTag.newerReference: try readReference(tag, creationLength: 4)
        case ExternalTag.newReference: try readReference(tag, creationLength: 1)
        case ExternalTag.export: try readExport()
        case ExternalTag.newFun: return try readFunHeader()
        case ExternalTag.nativeRecord: return try readRecordHeader()
        case ExternalTag.compressed:
            throw .invalid("compressed term inside a term", at: cursor)
        case ExternalTag.atomCacheReference:
            throw .invalid("atom cache reference without an atom cache", at: cursor)
        case ExternalTag.local:
            // Only the node that wrote it knows where it ends.
            throw .invalid("local term of another node", at: cursor)
        default:
            throw .unknownTag(tag, at: cursor)
        }
        return 0
    }

    private mutating func readBitBinary() throws(TermError) {
        try need(6)
        let length = uint32(cursor + 1)
        let bits = byte(cursor + 5)
        guard bits <= 8, (bits == 0) == (length == 0) else { throw .invalid("bits of a bit string", at: cursor) }
        try leaf(ExternalTag.bitBinary, length: 6 + length)
    }

    /// A term that is a tag, a node's name and `length` more bytes.
    private mutating func readIdentifier(_ tag: UInt8, behindNode length: Int) throws(TermError) {
        let at = cursor
        cursor += 1
        let node = try readAtom()
        try need(length)
        cursor += length
        tape.append(TapeWord(tag: tag, extra: node, offset: at))
    }

    /// One to five words (ERTS_MAX_REF_NUMBERS); three is what OTP 23 takes at most.
    private mutating func readReference(_ tag: UInt8, creationLength: Int) throws(TermError) {
        try need(3)
        let words = uint16(cursor + 1)
        guard (1...5).contains(words) else { throw .invalid("\(words) words in a reference", at: cursor) }
        let at = cursor
        cursor += 3
        let node = try readAtom()
        let length = creationLength + 4 * words
        try need(length)
        cursor += length
        tape.append(TapeWord(tag: tag, extra: node, offset: at))
    }

    private mutating func readExport() throws(TermError) {
        let at = cursor
        cursor += 1
        let module = try readAtom()
        _ = try readAtom()
        try need(2)
        guard byte(cursor) == ExternalTag.smallInteger else { throw .invalid("arity of an external fun", at: cursor) }
        cursor += 2
        tape.append(TapeWord(tag: ExternalTag.export, extra: module, offset: at))
    }

    /// NEW_FUN_EXT: Size (behind the tag, itself included), Arity, Uniq, Index, NumFree, then the terms Module,
    /// OldIndex, OldUniq, Pid and the free variables. They are walked to check them and to see that Size is true.
    private mutating func readFunHeader() throws(TermError) -> Int {
        let header = 1 + 4 + 1 + 16 + 4 + 4
        try need(header)
        let size = uint32(cursor + 1)
        guard size <= end - cursor - 1 else { throw .truncated(at: end) }
        let children = try container(
            ExternalTag.newFun, header: header, count: uint32(cursor + 26), perCount: 1, tail: 4)
        return children
    }

    /// Native record (OTP 29): number of fields, flags, then module, name, the fields' names and their values.
    private mutating func readRecordHeader() throws(TermError) -> Int {
        try need(6)
        return try container(
            ExternalTag.nativeRecord, header: 6, count: uint32(cursor + 1), perCount: 2, tail: 2)
    }

    /// A fun or a record is complete: checks its parts and keeps one word for the whole.
    @inline(never)
    mutating func finishOpaque(_ index: Int) throws(TermError) {
        let word = tape[index]
        let count = tape[index + 1].count
        if word.tag == ExternalTag.newFun {
            guard cursor == word.offset + 1 + uint32(word.offset + 1) else {
                throw .invalid("size of a fun", at: word.offset)
            }
            try requireFunParts(index + 2, at: word.offset)
        } else {
            // The names stand before the values and have one word each.
            for name in (index + 2)..<(index + 4 + count) where !tape[name].isAtom {
                throw .invalid("name in a record", at: tape[name].offset)
            }
        }
        tape.truncate(to: index + 1)
    }

    private func requireFunParts(_ first: Int, at offset: Int) throws(TermError) {
        let integers = [ExternalTag.smallInteger, ExternalTag.integer, ExternalTag.smallBig]
        let pids = [ExternalTag.newPID, ExternalTag.pid]
        guard tape[first].isAtom, integers.contains(tape[first + 1].tag), integers.contains(tape[first + 2].tag),
            pids.contains(tape[first + 3].tag)
        else { throw .invalid("parts of a fun", at: offset) }
    }
}
