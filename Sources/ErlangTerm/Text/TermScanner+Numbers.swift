import Glibc

extension TermScanner {
    /// `12`, `1_000`, `16#ff`, `1.5e-3`, and the based floats of OTP 28 (`16#0.8#e2`).
    mutating func scanNumber() throws(TermSyntaxError) -> TermToken.Kind {
        let start = offset
        let whole = takeDigits(base: 10)
        if peek() == UInt8(ascii: "#") { return try scanBased(whole, start: start) }
        guard peek() == UInt8(ascii: "."), let next = peek(1), Self.digit(next, base: 10) != nil else {
            guard let value = IntegerLiteral.value(whole, base: 10) else { throw failure("illegal integer", at: start) }
            return .integer(value)
        }
        advance()
        let fraction = takeDigits(base: 10)
        var text = Self.text(whole) + "." + Self.text(fraction)
        if let mark = peek(), mark | 0x20 == UInt8(ascii: "e") {
            advance()
            text += "e" + (try takeExponent(start: start))
        }
        guard let value = Double(text), value.isFinite else { throw failure("illegal float", at: start) }
        return .float(value)
    }

    private mutating func scanBased(_ baseDigits: [UInt8], start: Int) throws(TermSyntaxError) -> TermToken.Kind {
        guard case .integer(let base)? = IntegerLiteral.value(baseDigits, base: 10), (2...36).contains(base) else {
            throw failure("illegal base '" + Self.text(baseDigits.prefix(20)) + "'", at: start)
        }
        advance()
        let whole = takeDigits(base: base)
        guard peek() == UInt8(ascii: "."), !whole.isEmpty, let next = peek(1), Self.digit(next, base: base) != nil
        else {
            guard let value = IntegerLiteral.value(whole, base: base) else {
                throw failure("illegal integer", at: start)
            }
            return .integer(value)
        }
        advance()
        let fraction = takeDigits(base: base)
        var exponent = 0
        if peek() == UInt8(ascii: "#"), let mark = peek(1), mark | 0x20 == UInt8(ascii: "e") {
            advance(by: 2)
            exponent = Int(try takeExponent(start: start)) ?? 0
        }
        guard abs(exponent) < 100_000 else { throw failure("illegal float", at: start) }
        let digits = (whole + fraction).reduce(0.0) { $0 * Double(base) + Double($1) }
        // Dividing by a power that is exact rounds once only.
        let power = exponent - fraction.count
        let value = power < 0 ? digits / pow(Double(base), Double(-power)) : digits * pow(Double(base), Double(power))
        guard value.isFinite else { throw failure("illegal float", at: start) }
        return .float(value)
    }

    private mutating func takeExponent(start: Int) throws(TermSyntaxError) -> String {
        var text = ""
        if let sign = peek(), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            if sign == UInt8(ascii: "-") { text = "-" }
            advance()
        }
        let digits = takeDigits(base: 10)
        guard !digits.isEmpty, digits.count < 10 else { throw failure("illegal float", at: start) }
        return text + Self.text(digits)
    }

    /// Digits with single underscores between them; their values.
    private mutating func takeDigits(base: Int) -> [UInt8] {
        var digits: [UInt8] = []
        while let byte = peek() {
            if let digit = Self.digit(byte, base: base) {
                digits.append(digit)
                advance()
            } else if byte == UInt8(ascii: "_"), !digits.isEmpty, let next = peek(1),
                let digit = Self.digit(next, base: base)
            {
                digits.append(digit)
                advance(by: 2)
            } else {
                break
            }
        }
        return digits
    }

    static func digit(_ byte: UInt8, base: Int) -> UInt8? {
        let value: UInt8
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A") + 10
        default: return nil
        }
        return Int(value) < base ? value : nil
    }

    private static func text(_ digits: some Sequence<UInt8>) -> String {
        String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    }
}
