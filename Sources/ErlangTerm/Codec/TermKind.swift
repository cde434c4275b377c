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
