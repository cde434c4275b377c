/// A decoded term: the packet it came in, and a flat tape of words that describes it. Nothing is copied out of the
/// packet until a view is asked for it.
package struct DecodedTerm: Sendable {
    /// Decodes the external term that starts at `offset` of `packet` with its version byte 131.
    ///
    /// - Throws: `TermError` for what is malformed, truncated or beyond `limits`.
    package init(packet: [UInt8], at offset: Int = 0, limits: TermLimits = .standard) throws(TermError) {
        throw .truncated(at: offset)
    }

    /// Where the bytes of this term end in the packet: a message may follow its control term.
    package var endOffset: Int { 0 }
    package var root: TermView { TermView() }
}

/// A term inside a `DecodedTerm`, read lazily.
package struct TermView: Sendable {
    /// One level of the term; children are views again.
    package var kind: TermKind { .emptyList }
    /// The whole subterm as a value.
    package var term: Term { .list([]) }
    /// The subterm's own bytes, without the version byte, as they came.
    package var encodedBytes: ArraySlice<UInt8> { [] }
}

/// What a view sees. Bytes are slices of the packet.
package enum TermKind: Sendable {
    case integer(Int)
    case bigInteger(BigInteger)
    case float(Double)
    case atom(Atom)
    case binary(ArraySlice<UInt8>)
    case bitString(ArraySlice<UInt8>, bitsInLastByte: Int)
    case tuple(TermViews)
    case emptyList
    /// `tail` is nil for a proper list.
    case list(TermViews, tail: TermView?)
    /// STRING_EXT: a list of 1 to 65535 bytes.
    case byteList(ArraySlice<UInt8>)
    /// Keys and values by turns, in wire order.
    case map(TermViews)
    case pid(PID)
    case port(PortIdentifier)
    case reference(Reference)
    case fun(OpaqueFun)
    case exportFun(module: Atom, function: Atom, arity: Int)
    case nativeRecord(OpaqueRecord)
}

/// The children of a container, in order.
package struct TermViews: Sequence, Sendable {
    package var count: Int { 0 }
    package func makeIterator() -> Iterator { Iterator() }

    package struct Iterator: IteratorProtocol {
        package mutating func next() -> TermView? { nil }
    }
}
