/// An Erlang term as a value: what we build to send, and what a small answer is turned into.
///
/// Large answers stay in the form that the decoder makes (`DecodedTerm`) and are read through `TermView`.
package enum Term: Hashable, Sendable {
    case integer(Int)
    /// Only for values outside `Int`; `BigInteger` and `integer` never stand for the same number.
    case bigInteger(BigInteger)
    case float(Double)
    case atom(Atom)
    case binary([UInt8])
    case bitString(BitString)
    case tuple([Term])
    /// A proper list; `.list([])` is `[]`.
    case list([Term])
    /// `[elements | tail]`: elements is not empty and tail is not a list.
    indirect case improperList([Term], tail: Term)
    /// Pairs in the order of the wire or of the source, keys unique.
    case map([MapPair])
    // These are indirect for their size: a term without them takes 17 bytes instead of 41, and is copied that often.
    indirect case pid(PID)
    indirect case port(PortIdentifier)
    indirect case reference(Reference)
    /// A fun made by the compiler or by `erl_eval`, kept as the bytes it came in.
    case fun(OpaqueFun)
    /// `fun M:F/A` (EXPORT_EXT).
    indirect case exportFun(module: Atom, function: Atom, arity: Int)
    /// A native record of OTP 29 (tag 67), kept as the bytes it came in.
    case nativeRecord(OpaqueRecord)
}

/// One association of a map.
package struct MapPair: Hashable, Sendable {
    package var key: Term
    package var value: Term

    package init(_ key: Term, _ value: Term) {
        self.key = key
        self.value = value
    }
}

/// Bits whose number is not a multiple of eight (BIT_BINARY_EXT): the last byte holds `bitsInLastByte` (1...7)
/// bits in its high end.
package struct BitString: Hashable, Sendable {
    package var bytes: [UInt8]
    package var bitsInLastByte: Int

    package init(bytes: [UInt8], bitsInLastByte: Int) {
        self.bytes = bytes
        self.bitsInLastByte = bitsInLastByte
    }
}

/// An integer outside `Int`: sign and magnitude, least significant byte first without trailing zeros
/// (SMALL_BIG_EXT, LARGE_BIG_EXT).
package struct BigInteger: Hashable, Sendable {
    package var isNegative: Bool
    package var magnitude: [UInt8]

    package init(isNegative: Bool, magnitude: [UInt8]) {
        self.isNegative = isNegative
        self.magnitude = magnitude
    }
}
