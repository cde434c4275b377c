/// A float as OTP 25 and later write it (`float_to_list(F, [short])`): the fewest digits that read back as the same
/// number, in the shorter of decimal and scientific notation, always scientific from 2^53 on.
enum ShortestFloat {
    static func write(_ number: Double, to sink: inout TextSink) {
        guard number.isFinite else {
            // No Erlang float; a decoder lets none through.
            return sink.append(number.description)
        }
        if number.sign == .minus { sink.append(UInt8(ascii: "-")) }
        let (digits, point) = shortestDigits(number.magnitude)
        if number.magnitude < 0x1p53, writeDecimal(digits, point: point, to: &sink) { return }
        sink.append(digits[0])
        sink.append(UInt8(ascii: "."))
        if digits.count == 1 { sink.append(UInt8(ascii: "0")) }
        for digit in digits[1...] { sink.append(digit) }
        sink.append(UInt8(ascii: "e"))
        sink.append(decimal: point - 1)
    }

    /// Digits `d1 d2 ...` and a point such that the number is `0.d1d2... * 10^point`.
    private static func shortestDigits(_ number: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var bytes = number.description.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "."): point = digits.count
            case UInt8(ascii: "e"):
                var isNegative = false
                while let next = bytes.next() {
                    switch next {
                    case UInt8(ascii: "-"): isNegative = true
                    case UInt8(ascii: "+"): break
                    default: exponent = exponent * 10 + Int(next) - 0x30
                    }
                }
                if isNegative { exponent = -exponent }
            default: digits.append(byte)
            }
        }
        var place = (point ?? digits.count) + exponent
        while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
        let zeros = digits.prefix { $0 == 0x30 }.count
        if zeros == digits.count { return ([0x30], 1) }
        digits.removeFirst(zeros)
        place -= zeros
        return (digits, place)
    }

    /// Writes the decimal form unless the scientific one is shorter.
    private static func writeDecimal(_ digits: [UInt8], point: Int, to sink: inout TextSink) -> Bool {
        let exponentCost = DecimalDigits.count(point - 1) + 1 + (digits.count == 1 ? 2 : 1)
        if point <= 0 {
            guard point == 0 || 2 - point <= exponentCost else { return false }
            sink.append("0.")
            for _ in 0..<(-point) { sink.append(UInt8(ascii: "0")) }
            sink.append(digits)
        } else if point >= digits.count {
            guard point - digits.count + 2 <= exponentCost else { return false }
            sink.append(digits)
            for _ in digits.count..<point { sink.append(UInt8(ascii: "0")) }
            sink.append(".0")
        } else {
            for (place, digit) in digits.enumerated() {
                if place == point { sink.append(UInt8(ascii: ".")) }
                sink.append(digit)
            }
        }
        return true
    }
}
