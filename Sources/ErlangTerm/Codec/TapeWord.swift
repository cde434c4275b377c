/// One word of the tape: tag (8 bits), extra (24 bits), offset of the term's tag byte in the packet (32 bits).
///
/// `extra` is the number of the interned atom (of an atom, or of the node of a pid, port or reference), and for a list
/// its `ListForm`. A tuple, list or map has a second word: the number of its children as the wire counts
/// them, and the tape index behind its subtree. Since the words stand in the order of the bytes, the next subtree's
/// offset is where this subtree's bytes end; the tape closes with a word that has only an offset.
struct TapeWord {
    static let extraLimit = 1 << 24

    enum ListForm {
        static let improper = 0
        static let proper = 1
        /// A proper one of nothing but SMALL_INTEGER_EXT: its elements have no words, which would take four times the
        /// room of the bytes.
        static let packed = 2
    }

    var bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    @inline(__always)
    init(tag: UInt8, extra: Int = 0, offset: Int) {
        bits = UInt64(tag) << 56 | UInt64(truncatingIfNeeded: extra) << 32 | UInt64(truncatingIfNeeded: offset)
    }

    /// The second word of a container.
    @inline(__always)
    init(count: Int, indexAfter: Int) {
        bits = UInt64(truncatingIfNeeded: count) << 32 | UInt64(truncatingIfNeeded: indexAfter)
    }

    @inline(__always) var tag: UInt8 { UInt8(truncatingIfNeeded: bits >> 56) }
    @inline(__always) var extra: Int { Int(bits >> 32) & (Self.extraLimit - 1) }
    @inline(__always) var offset: Int { Int(bits & 0xffff_ffff) }

    @inline(__always) var count: Int { Int(bits >> 32) }
    @inline(__always) var indexAfter: Int { Int(bits & 0xffff_ffff) }

    @inline(__always) var isContainer: Bool {
        switch tag {
        case ExternalTag.smallTuple, ExternalTag.largeTuple, ExternalTag.list, ExternalTag.map: true
        default: false
        }
    }

    @inline(__always) var isAtom: Bool {
        switch tag {
        case ExternalTag.smallAtomUTF8, ExternalTag.atomUTF8, ExternalTag.atomLatin1, ExternalTag.smallAtomLatin1: true
        default: false
        }
    }
}
