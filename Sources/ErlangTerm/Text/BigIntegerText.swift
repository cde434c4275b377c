/// Integers outside `Int` in decimal.
///
/// Up to `schoolbookBytes` of magnitude by repeated division; above, the halves of the number are converted and put
/// together with Karatsuba products of decimal limbs, which takes time in proportion to n^1.6: 1.3 seconds for
/// 1 MB, and ends earlier where the time is over. Beyond `decimalBytes` (OTP 27 and later hold no integers above 512 KiB) the number is written in base 16,
/// `16#...`, which Erlang reads as well and which takes linear time.
enum BigIntegerText {
    static let schoolbookBytes = 1 << 10
    static let decimalBytes = 1 << 20

    /// Closes the sink where the time is over first.
    static func write(_ number: BigInteger, to sink: inout TextSink) {
        let bytes = number.magnitude
        guard bytes.count <= decimalBytes else {
            let end = bytes.lastIndex { $0 != 0 } ?? 0
            sink.append(number.isNegative ? "-16#" : "16#")
            if bytes[end] > 0x0F { sink.append(LongLeaf.hexadecimalDigit(bytes[end] >> 4)) }
            sink.append(LongLeaf.hexadecimalDigit(bytes[end] & 0x0F))
            return sink.append(LongLeaf(content: .hexadecimal(bytes[..<end])))
        }
        let limbs: [UInt64]
        do throws(DecimalLimbs.Interruption) {
            limbs = try DecimalLimbs(littleEndian: bytes[...], goesOn: sink.goesOn).limbs
        } catch {
            return sink.close()
        }
        let top = limbs.lastIndex { $0 != 0 } ?? 0
        if number.isNegative { sink.append(UInt8(ascii: "-")) }
        sink.append(decimal: limbs[top])
        if top > 0 { sink.append(LongLeaf(content: .decimal(limbs[..<top]))) }
    }

    /// The characters that `write` makes; of a magnitude above `schoolbookBytes`, where no line holds the number
    /// anyway, to within one.
    static func length(_ number: BigInteger) -> Int {
        let bytes = number.magnitude.count
        let sign = number.isNegative ? 1 : 0
        if bytes > decimalBytes { return sign + 3 + 2 * bytes }
        if bytes > schoolbookBytes { return sign + Int(Double(bytes * 8) * 0.301029995663981195) + 1 }
        let limbs = DecimalLimbs.divided(number.magnitude[...]).limbs
        guard let top = limbs.lastIndex(where: { $0 != 0 }) else { return sign + 1 }
        return sign + top * DecimalLimbs.digits + DecimalDigits.count(limbs[top])
    }
}

extension BigInteger {
    /// Whether it is printed in decimal; else in base 16.
    package var isPrintedInDecimal: Bool { magnitude.count <= BigIntegerText.decimalBytes }
}
