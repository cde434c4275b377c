/// Digits of any base to an integer of any size.
enum IntegerLiteral {
    /// Numbers of more bits are refused: reading them takes time with the square of their length.
    static let bitLimit = 1 << 20

    /// - Parameter digits: values below `base`, most significant first.
    /// - Returns: nil for no digits, or too many.
    static func value(_ digits: [UInt8], base: Int) -> Term? {
        guard !digits.isEmpty else { return nil }
        var small = 0
        for (index, digit) in digits.enumerated() {
            let (product, overflow) = small.multipliedReportingOverflow(by: base)
            let (sum, carry) = product.addingReportingOverflow(Int(digit))
            if overflow || carry { return large(digits[index...], base: UInt64(base), startingWith: UInt64(small)) }
            small = sum
        }
        return .integer(small)
    }

    private static func large(_ digits: ArraySlice<UInt8>, base: UInt64, startingWith start: UInt64) -> Term? {
        let bitsPerDigit = UInt64.bitWidth - (base - 1).leadingZeroBitCount
        guard digits.count <= bitLimit / bitsPerDigit else { return nil }
        var words: [UInt64] = [start]
        var rest = digits
        while !rest.isEmpty {
            // As many digits at a time as one word holds.
            var factor: UInt64 = 1
            var chunk: UInt64 = 0
            while let digit = rest.first, factor <= UInt64.max / base {
                factor *= base
                chunk = chunk * base + UInt64(digit)
                rest.removeFirst()
            }
            var carry = chunk
            for index in words.indices {
                let (high, low) = words[index].multipliedFullWidth(by: factor)
                let (sum, overflow) = low.addingReportingOverflow(carry)
                words[index] = sum
                carry = high &+ (overflow ? 1 : 0)
            }
            if carry != 0 { words.append(carry) }
        }
        return term(words)
    }

    private static func term(_ words: [UInt64]) -> Term {
        var magnitude: [UInt8] = []
        magnitude.reserveCapacity(words.count * 8)
        for word in words {
            for shift in stride(from: 0, to: 64, by: 8) { magnitude.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        while magnitude.last == 0 { magnitude.removeLast() }
        return .bigInteger(BigInteger(isNegative: false, magnitude: magnitude))
    }

    /// The number with the opposite sign; -2^63 comes back into `Int`.
    static func negated(_ number: Term) -> Term {
        switch number {
        case .integer(let value):
            // A literal has no sign, so it is never Int.min.
            return .integer(0 &- value)
        case .bigInteger(var big):
            if big.magnitude == [0, 0, 0, 0, 0, 0, 0, 0x80] { return .integer(.min) }
            big.isNegative.toggle()
            return .bigInteger(big)
        case let other:
            return other
        }
    }
}
