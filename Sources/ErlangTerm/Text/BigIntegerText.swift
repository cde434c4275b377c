/// Integers outside `Int` in decimal.
///
/// Up to `schoolbookBytes` of magnitude by repeated division; above, the halves of the number are converted and put
/// together with Karatsuba products of decimal limbs, which takes time in proportion to n^1.6: 1.3 seconds for
/// 1 MB. Beyond `decimalBytes` (OTP 27 and later hold no integers above 512 KiB) the number is written in base 16,
/// `16#...`, which Erlang reads as well and which takes linear time.
enum BigIntegerText {
    static let schoolbookBytes = 1 << 10
    static let decimalBytes = 1 << 20

    static func write(_ number: BigInteger, to sink: inout TextSink) {
        if number.isNegative { sink.append(UInt8(ascii: "-")) }
        guard number.magnitude.count <= decimalBytes else {
            return writeHexadecimal(number.magnitude, to: &sink)
        }
        let limbs = DecimalLimbs(littleEndian: number.magnitude[...])
        var parts = limbs.limbs.reversed().drop { $0 == 0 }[...]
        sink.append(decimal: parts.popFirst() ?? 0)
        for limb in parts {
            let missing = DecimalLimbs.digits - DecimalDigits.count(limb)
            for _ in 0..<missing { sink.append(UInt8(ascii: "0")) }
            sink.append(decimal: limb)
            sink.handOnIfFull()
        }
    }

    private static func writeHexadecimal(_ magnitude: [UInt8], to sink: inout TextSink) {
        sink.append("16#")
        for (place, byte) in magnitude.reversed().enumerated() {
            if place > 0 || byte > 0x0F { sink.append(hexadecimalDigit(byte >> 4)) }
            sink.append(hexadecimalDigit(byte & 0x0F))
            sink.handOnIfFull()
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 { value + (value < 10 ? 0x30 : 0x37) }

    /// The characters that `write` makes; of a magnitude above `schoolbookBytes`, where no line holds the number
    /// anyway, to within one.
    static func length(_ number: BigInteger) -> Int {
        let bytes = number.magnitude.count
        let sign = number.isNegative ? 1 : 0
        if bytes > decimalBytes { return sign + 3 + 2 * bytes }
        if bytes > schoolbookBytes { return sign + Int(Double(bytes * 8) * 0.301029995663981195) + 1 }
        let limbs = DecimalLimbs(littleEndian: number.magnitude[...]).limbs
        guard let top = limbs.lastIndex(where: { $0 != 0 }) else { return sign + 1 }
        return sign + top * DecimalLimbs.digits + DecimalDigits.count(limbs[top])
    }
}
