extension TermDecoder {
    /// An atom has at most 255 characters (MAX_ATOM_CHARACTERS in atom.h).
    static var maximumAtomCharacters: Int { 255 }

    /// Reads the atom at `cursor` without a word for it. Gives its number.
    @inline(__always)
    mutating func readAtom() throws(TermError) -> Int {
        let at = cursor
        try need(2)
        let header: Int
        let length: Int
        switch byte(at) {
        case ExternalTag.smallAtomUTF8:
            header = 2
            length = Int(byte(at + 1))
        case ExternalTag.atomUTF8:
            try need(3)
            header = 3
            length = uint16(at + 1)
        case ExternalTag.atomLatin1:
            // What `term_to_binary` of OTP 25 and older makes of every atom that allows it.
            try need(3)
            header = 3
            length = uint16(at + 1)
            try need(header + length)
            guard isASCII(at + header, length) else { return try readLatin1Atom() }
        case ExternalTag.smallAtomLatin1:
            return try readLatin1Atom()
        default:
            throw .invalid("not an atom", at: at)
        }
        try need(header + length)
        cursor += header + length
        let hash = atoms.hash(offset: at + header, length: length)
        if let known = atoms.number(offset: at + header, length: length, hash: hash) { return known }
        return try addAtom(at: at + header, length: length, hash: hash)
    }

    @inline(never)
    private mutating func addAtom(at offset: Int, length: Int, hash: UInt64) throws(TermError) -> Int {
        guard length <= 4 * Self.maximumAtomCharacters else { throw .invalid("atom too long", at: offset) }
        let utf8 = UnsafeRawBufferPointer(start: base + offset, count: length)
        guard let name = String(validating: utf8, as: UTF8.self) else {
            throw .invalid("atom is not UTF-8", at: offset)
        }
        guard length <= Self.maximumAtomCharacters || name.unicodeScalars.count <= Self.maximumAtomCharacters else {
            throw .invalid("atom too long", at: offset)
        }
        guard atoms.count < atomLimit else { throw .tooManyAtoms(limit: atomLimit, at: offset) }
        return atoms.add(Atom(name), offset: offset, length: length, hash: hash)
    }

    @inline(never)
    private mutating func readLatin1Atom() throws(TermError) -> Int {
        let at = cursor
        let isSmall = byte(at) == ExternalTag.smallAtomLatin1
        let header = isSmall ? 2 : 3
        try need(header)
        let length = isSmall ? Int(byte(at + 1)) : uint16(at + 1)
        guard length <= Self.maximumAtomCharacters else { throw .invalid("atom too long", at: at) }
        try need(header + length)
        cursor += header + length
        let name = String(latin1: UnsafeRawBufferPointer(start: base + at + header, count: length))
        guard let number = atoms.numberOfConverted(name, limit: atomLimit) else {
            throw .tooManyAtoms(limit: atomLimit, at: at)
        }
        return number
    }

    @inline(__always)
    private func isASCII(_ offset: Int, _ length: Int) -> Bool {
        var at = offset
        let stop = offset + length
        while at + 8 <= stop {
            guard base.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 else {
                return false
            }
            at += 8
        }
        var union: UInt8 = 0
        while at < stop {
            union |= byte(at)
            at += 1
        }
        return union < 0x80
    }

    private var atomLimit: Int { min(limits.atoms, TapeWord.extraLimit) }
}
