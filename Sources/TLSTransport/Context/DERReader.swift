/// Reads the elements of a DER value (X.690) one after another, in memory that outlives the reader.
struct DERReader {
    enum Tag: UInt8 {
        case integer = 0x02
        case bitString = 0x03
        case octetString = 0x04
        case objectIdentifier = 0x06
        case sequence = 0x30
        case context0 = 0xA0
        case context1 = 0xA1
    }

    private var rest: Slice<UnsafeMutableBufferPointer<UInt8>>

    init(_ bytes: UnsafeMutableBufferPointer<UInt8>) { rest = bytes[...] }

    /// The contents of the next element; nil, and nothing is consumed, when it has another tag or does not fit.
    mutating func next(_ tag: Tag) -> UnsafeMutableBufferPointer<UInt8>? {
        var bytes = rest
        guard bytes.popFirst() == tag.rawValue, var count = bytes.popFirst().map(Int.init) else { return nil }
        if count >= 0x80 {
            // The long form: the number of bytes of the length. Nothing that is read here needs more than three.
            let size = count & 0x7F
            guard (1...3).contains(size), bytes.count >= size else { return nil }
            count = bytes.prefix(size).reduce(0) { $0 << 8 | Int($1) }
            bytes = bytes.dropFirst(size)
        }
        guard bytes.count >= count else { return nil }
        rest = bytes.dropFirst(count)
        return UnsafeMutableBufferPointer(rebasing: bytes.prefix(count))
    }

    /// The elements of the next one, a SEQUENCE.
    mutating func sequence() -> DERReader? { next(.sequence).map(DERReader.init) }
}
