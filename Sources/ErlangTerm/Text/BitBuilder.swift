/// What stands in a segment of a binary before `:` and `/`.
enum SegmentValue {
    case number(Term)
    /// Each character is a segment of its own.
    case characters([UInt32])
    case bits([UInt8], bitCount: Int)
}

/// The size and type of a segment, as written.
struct SegmentForm {
    enum Kind { case integer, float, binary, bitstring, utf8, utf16, utf32 }

    var size: Int?
    var unit: Int?
    var kind: Kind?
    var isLittle = false

    /// - Returns: whether the word is a type, a sign or an endianness.
    mutating func set(_ word: String) -> Bool {
        switch word {
        case "integer": kind = .integer
        case "float": kind = .float
        case "binary", "bytes": kind = .binary
        case "bitstring", "bits": kind = .bitstring
        case "utf8": kind = .utf8
        case "utf16": kind = .utf16
        case "utf32": kind = .utf32
        case "big": isLittle = false
        // Every machine that we are built for is little-endian, as is "native" there.
        case "little": isLittle = true
        case "native": isLittle = 1.littleEndian == 1
        case "signed", "unsigned": break
        default: return false
        }
        return true
    }
}

/// Puts the segments of a binary together, bit by bit where it must be (`eval_bits`).
struct BitBuilder {
    /// A segment that cannot be built.
    struct Refusal: Error {
        var reason: String?
    }

    private var bytes: [UInt8] = []
    /// Bits of the last byte that are set already; 0 for a whole number of bytes.
    private var bitsInLastByte = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var term: Term {
        bitsInLastByte == 0 ? .binary(bytes) : .bitString(BitString(bytes: bytes, bitsInLastByte: bitsInLastByte))
    }

    mutating func append(_ value: SegmentValue, _ form: SegmentForm) throws(Refusal) {
        switch value {
        case .number(let number):
            try append(number: number, form)
        case .characters(let codes):
            for code in codes { try append(number: .integer(Int(code)), form) }
        case .bits(let source, let bitCount):
            try append(source, bitCount: bitCount, form)
        }
    }

    // MARK: Kinds

    private mutating func append(number: Term, _ form: SegmentForm) throws(Refusal) {
        switch form.kind ?? .integer {
        case .integer:
            guard form.size != nil || form.unit == nil else { throw Refusal() }
            try append(integer: number, bits: try bitCount(form.size ?? 8, unit: form.unit ?? 1), form.isLittle)
        case .float:
            guard form.size != nil || form.unit == nil else { throw Refusal() }
            try append(float: number, bits: try bitCount(form.size ?? 64, unit: form.unit ?? 1), form.isLittle)
        case .utf8, .utf16, .utf32:
            guard form.size == nil, form.unit == nil else { throw Refusal() }
            try append(character: number, form)
        case .binary, .bitstring:
            throw Refusal()
        }
    }

    private mutating func append(integer: Term, bits count: Int, _ isLittle: Bool) throws(Refusal) {
        guard var digits = Self.twosComplement(integer, bits: count) else { throw Refusal() }
        if !isLittle { digits.reverse() }
        let rest = count % 8
        guard rest != 0 else { return append(whole: digits) }
        if isLittle {
            append(whole: digits.dropLast())
            append(low: digits.last ?? 0, bits: rest)
        } else {
            append(low: digits.first ?? 0, bits: rest)
            append(whole: digits.dropFirst())
        }
    }

    /// The low `count` bits, least significant byte first.
    private static func twosComplement(_ number: Term, bits count: Int) -> [UInt8]? {
        let length = (count + 7) / 8
        switch number {
        case .integer(let value):
            return (0..<length).map { UInt8(truncatingIfNeeded: value >> min($0 * 8, 63)) }
        case .bigInteger(let big):
            var digits = (0..<length).map { $0 < big.magnitude.count ? big.magnitude[$0] : 0 }
            if big.isNegative {
                var carry = true
                for index in digits.indices {
                    digits[index] = ~digits[index] &+ (carry ? 1 : 0)
                    carry = carry && digits[index] == 0
                }
            }
            return digits
        default:
            return nil
        }
    }

    private mutating func append(float number: Term, bits count: Int, _ isLittle: Bool) throws(Refusal) {
        let value: Double
        switch number {
        case .float(let float): value = float
        case .integer(let integer): value = Double(integer)
        default: throw Refusal()
        }
        let pattern: UInt64
        switch count {
        case 64: pattern = value.bitPattern
        case 32:
            guard Float(value).isFinite else { throw Refusal() }
            pattern = UInt64(Float(value).bitPattern)
        case 16:
            guard Float16(value).isFinite else { throw Refusal() }
            pattern = UInt64(Float16(value).bitPattern)
        default: throw Refusal()
        }
        var digits = (0..<count / 8).map { UInt8(truncatingIfNeeded: pattern >> (UInt64($0) * 8)) }
        if !isLittle { digits.reverse() }
        append(whole: digits)
        if bytes.count > limit { throw tooLarge }
    }

    private mutating func append(character: Term, _ form: SegmentForm) throws(Refusal) {
        guard case .integer(let code) = character, let value = UInt32(exactly: code),
            let scalar = Unicode.Scalar(value)
        else { throw Refusal() }
        switch form.kind {
        case .utf8:
            append(whole: Array(String(scalar).utf8))
        case .utf16:
            for unit in String(scalar).utf16 { try append(integer: .integer(Int(unit)), bits: 16, form.isLittle) }
        default:
            try append(integer: .integer(code), bits: 32, form.isLittle)
        }
        if bytes.count > limit { throw tooLarge }
    }

    private mutating func append(_ source: [UInt8], bitCount available: Int, _ form: SegmentForm) throws(Refusal) {
        let unit: Int
        switch form.kind {
        case .binary: unit = form.unit ?? 8
        case .bitstring: unit = form.unit ?? 1
        default: throw Refusal()
        }
        let count = try form.size.map { size throws(Refusal) in try bitCount(size, unit: unit) } ?? available
        guard (1...256).contains(unit), count <= available, form.size != nil || available % unit == 0 else {
            throw Refusal()
        }
        if bytes.count + count / 8 > limit { throw tooLarge }
        append(whole: source[..<(count / 8)])
        if count % 8 != 0 { append(low: source[count / 8] >> UInt8(8 - count % 8), bits: count % 8) }
    }

    // MARK: Bits

    private var tooLarge: Refusal { Refusal(reason: "binary larger than \(limit) bytes") }

    private func bitCount(_ size: Int, unit: Int) throws(Refusal) -> Int {
        guard (1...256).contains(unit) else { throw Refusal() }
        let (count, overflow) = size.multipliedReportingOverflow(by: unit)
        guard size >= 0, !overflow, count / 8 <= limit, bytes.count + count / 8 <= limit else { throw tooLarge }
        return count
    }

    private mutating func append(whole source: some Sequence<UInt8>) {
        if bitsInLastByte == 0 {
            bytes.append(contentsOf: source)
        } else {
            let shift = UInt8(bitsInLastByte)
            for byte in source {
                bytes[bytes.count - 1] |= byte >> shift
                bytes.append(byte << (8 - shift))
            }
        }
    }

    /// The low `count` (1 to 8) bits of a byte.
    private mutating func append(low byte: UInt8, bits count: Int) {
        let value = byte & UInt8(truncatingIfNeeded: (1 << count) - 1)
        if bitsInLastByte == 0 {
            bytes.append(value << UInt8(8 - count))
            bitsInLastByte = count % 8
            return
        }
        let room = 8 - bitsInLastByte
        if count <= room {
            bytes[bytes.count - 1] |= value << UInt8(room - count)
        } else {
            bytes[bytes.count - 1] |= value >> UInt8(count - room)
            bytes.append(value << UInt8(8 - (count - room)))
        }
        bitsInLastByte = (bitsInLastByte + count) % 8
    }
}
