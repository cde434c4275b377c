/// How many characters a number takes in decimal.
enum DecimalDigits {
    static func count(_ number: UInt64) -> Int {
        var count = 1
        var rest = number
        while rest >= 10_000 {
            rest /= 10_000
            count += 4
        }
        return count + (rest >= 1000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0)
    }

    static func count(_ byte: UInt8) -> Int { byte < 10 ? 1 : byte < 100 ? 2 : 3 }

    /// With the minus sign.
    static func count(_ number: Int) -> Int { count(UInt64(number.magnitude)) + (number < 0 ? 1 : 0) }
}
