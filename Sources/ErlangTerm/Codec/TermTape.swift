internal import Glibc

/// A decoded packet: its bytes, the tape over them, and the atoms it names.
///
/// Unchecked, since it owns `words` by pointer: nobody writes through it after `init`, and only indices that the
/// decoder put on the tape are read.
final class TermTape: @unchecked Sendable {
    let packet: [UInt8]
    let atoms: [Atom]
    let endOffset: Int
    private let words: UnsafeMutablePointer<UInt64>

    /// Takes over `words`.
    init(packet: [UInt8], words: UnsafeMutablePointer<UInt64>, atoms: [Atom], endOffset: Int) {
        self.packet = packet
        self.words = words
        self.atoms = atoms
        self.endOffset = endOffset
    }

    deinit { free(words) }

    @inline(__always)
    func word(_ index: Int) -> TapeWord { TapeWord(bits: words[index]) }

    @inline(__always)
    func indexAfter(_ index: Int) -> Int {
        word(index).isContainer ? word(index + 1).indexAfter : index + 1
    }

    /// Where the bytes of the subtree at `index` are.
    func range(_ index: Int) -> Range<Int> {
        word(index).offset..<word(indexAfter(index)).offset
    }

    func uint16(at offset: Int) -> Int { Int(packet[offset]) << 8 | Int(packet[offset + 1]) }

    func uint32(at offset: Int) -> UInt32 {
        UInt32(packet[offset]) << 24 | UInt32(packet[offset + 1]) << 16 | UInt32(packet[offset + 2]) << 8
            | UInt32(packet[offset + 3])
    }

    func uint64(at offset: Int) -> UInt64 { UInt64(uint32(at: offset)) << 32 | UInt64(uint32(at: offset + 4)) }

    /// Where the atom at `offset` ends.
    func endOfAtom(at offset: Int) -> Int {
        switch packet[offset] {
        case ExternalTag.smallAtomUTF8, ExternalTag.smallAtomLatin1: offset + 2 + Int(packet[offset + 1])
        default: offset + 3 + uint16(at: offset + 1)
        }
    }

    /// An atom that stands inside another term and therefore has no word of its own.
    func atom(at offset: Int) -> Atom {
        let end = endOfAtom(at: offset)
        switch packet[offset] {
        case ExternalTag.smallAtomUTF8: return Atom(String(decoding: packet[(offset + 2)..<end], as: UTF8.self))
        case ExternalTag.atomUTF8: return Atom(String(decoding: packet[(offset + 3)..<end], as: UTF8.self))
        case ExternalTag.smallAtomLatin1: return Atom(String(latin1: packet[(offset + 2)..<end]))
        default: return Atom(String(latin1: packet[(offset + 3)..<end]))
        }
    }
}

extension String {
    /// Each byte is the code point of the same number.
    init(latin1 bytes: some Sequence<UInt8>) {
        self.init()
        for byte in bytes { unicodeScalars.append(Unicode.Scalar(byte)) }
    }
}
