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
        case ExternalTag.smallAtomLatin1:
            return try readLatin1Atom(at)
        default:
            throw .invalid("not an atom", at: at)
        }
        try need(header + length)
        cursor += header + length
        let key = atoms.key(offset: at + header, length: length)
        if !key.isASCII, byte(at) == ExternalTag.atomLatin1 { return try readLatin1Atom(at) }
        if let known = atoms.number(of: key) { return known }
        return try addAtom(key)
    }

    @inline(never)
    private mutating func addAtom(_ key: AtomInterner.Key) throws(TermError) -> Int {
        let offset = key.offset
        let length = key.length
        guard length <= 4 * Self.maximumAtomCharacters else { throw .invalid("atom too long", at: offset) }
        let utf8 = UnsafeRawBufferPointer(start: base + offset, count: length)
        guard let name = String(validating: utf8, as: UTF8.self) else {
            throw .invalid("atom is not UTF-8", at: offset)
        }
        guard length <= Self.maximumAtomCharacters || name.unicodeScalars.count <= Self.maximumAtomCharacters else {
            throw .invalid("atom too long", at: offset)
        }
        guard atoms.count < atomLimit else { throw .tooManyAtoms(limit: atomLimit, at: offset) }
        return atoms.add(Atom(name), key)
    }

    @inline(never)
    private mutating func readLatin1Atom(_ at: Int) throws(TermError) -> Int {
        cursor = at
        let isSmall = byte(at) == ExternalTag.smallAtomLatin1
        let header = isSmall ? 2 : 3
        try need(header)
        let length = isSmall ? Int(byte(at + 1)) : uint16(at + 1)
        guard length <= Self.maximumAtomCharacters else { throw .invalid("atom too long", at: at) }
        try need(header + length)
        cursor += header + length
        let name = String(latin1: UnsafeRawBufferPointer(start: base + at + header, count: length))
        guard let number = atoms.numberOfConverted(Atom(name), limit: atomLimit) else {
            throw .tooManyAtoms(limit: atomLimit, at: at)
        }
        return number
    }

    private var atomLimit: Int { min(limits.atoms, TapeWord.extraLimit) }
}
