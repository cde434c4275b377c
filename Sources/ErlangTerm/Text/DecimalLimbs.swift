/// A natural number in base 10^18, least significant limb first; there may be zeros at the end.
struct DecimalLimbs {
    static let digits = 18
    static let base: UInt64 = 1_000_000_000_000_000_000

    var limbs: [UInt64]

    init(limbs: [UInt64]) { self.limbs = limbs }

    /// The number whose bytes these are, least significant first.
    /// - Parameter goesOn: asked every few milliseconds; false ends the conversion.
    init(littleEndian bytes: ArraySlice<UInt8>, goesOn: () -> Bool) throws(Interruption) {
        var powers: [DecimalLimbs] = []
        self = try Self.converted(bytes, powers: &powers, goesOn)
    }

    /// The time is over.
    struct Interruption: Error {}

    /// Products of fewer limbs take less than a few milliseconds.
    private static let limbsWithoutLook = 1 << 10

    /// `powers[k]` is 256 ^ (schoolbookBytes << k).
    private static func converted(
        _ bytes: ArraySlice<UInt8>, powers: inout [DecimalLimbs], _ goesOn: () -> Bool
    ) throws(Interruption) -> DecimalLimbs {
        guard bytes.count > BigIntegerText.schoolbookBytes else { return divided(bytes) }
        var level = 0
        while BigIntegerText.schoolbookBytes << (level + 1) < bytes.count { level += 1 }
        while powers.count <= level {
            if let last = powers.last {
                powers.append(DecimalLimbs(limbs: try product(last.limbs[...], last.limbs[...], goesOn)).trimmed)
            } else {
                var unit = [UInt8](repeating: 0, count: BigIntegerText.schoolbookBytes + 1)
                unit[BigIntegerText.schoolbookBytes] = 1
                powers.append(divided(unit[...]))
            }
        }
        let middle = bytes.startIndex + BigIntegerText.schoolbookBytes << level
        let low = try converted(bytes[..<middle], powers: &powers, goesOn)
        let high = try converted(bytes[middle...], powers: &powers, goesOn)
        var limbs = try product(high.limbs[...], powers[level].limbs[...], goesOn)
        add(low.limbs[...], to: &limbs, at: 0)
        return DecimalLimbs(limbs: limbs).trimmed
    }

    private var trimmed: DecimalLimbs {
        var limbs = limbs
        while limbs.count > 1, limbs.last == 0 { limbs.removeLast() }
        return DecimalLimbs(limbs: limbs)
    }

    /// Repeated division by the base.
    static func divided(_ bytes: ArraySlice<UInt8>) -> DecimalLimbs {
        var words: [UInt64] = []
        var word: UInt64 = 0
        var shift: UInt64 = 0
        for byte in bytes {
            word |= UInt64(byte) << shift
            shift += 8
            if shift == 64 {
                words.append(word)
                (word, shift) = (0, 0)
            }
        }
        if word != 0 { words.append(word) }
        var limbs: [UInt64] = []
        while let last = words.last {
            if last == 0 {
                words.removeLast()
                continue
            }
            var remainder: UInt64 = 0
            for place in words.indices.reversed() {
                (words[place], remainder) = base.dividingFullWidth((remainder, words[place]))
            }
            limbs.append(remainder)
        }
        return DecimalLimbs(limbs: limbs.isEmpty ? [0] : limbs)
    }

    /// Karatsuba above 40 limbs.
    private static func product(
        _ left: ArraySlice<UInt64>, _ right: ArraySlice<UInt64>, _ goesOn: () -> Bool
    ) throws(Interruption) -> [UInt64] {
        let (long, short) = left.count >= right.count ? (left, right) : (right, left)
        if short.count < 40 { return columnProduct(long, short) }
        if short.count >= limbsWithoutLook, !goesOn() { throw Interruption() }
        if long.count >= 2 * short.count {
            // The longer factor in pieces as long as the shorter one.
            var result = [UInt64](repeating: 0, count: long.count + short.count + 1)
            var start = long.startIndex
            while start < long.endIndex {
                let end = min(start + short.count, long.endIndex)
                add(try product(long[start..<end], short, goesOn)[...], to: &result, at: start - long.startIndex)
                start = end
            }
            return result
        }
        let half = (long.count + 1) / 2
        let (longLow, longHigh) = (long.prefix(half), long.dropFirst(half))
        let (shortLow, shortHigh) = (short.prefix(half), short.dropFirst(half))
        let low = try product(longLow, shortLow, goesOn)
        let high = try product(longHigh, shortHigh, goesOn)
        var middle = try product(sum(longLow, longHigh)[...], sum(shortLow, shortHigh)[...], goesOn)
        subtract(low[...], from: &middle)
        subtract(high[...], from: &middle)
        var result = [UInt64](repeating: 0, count: 2 * half + max(high.count, middle.count) + 1)
        add(low[...], to: &result, at: 0)
        add(high[...], to: &result, at: 2 * half)
        add(middle[...], to: &result, at: half)
        return result
    }

    private static func columnProduct(_ long: ArraySlice<UInt64>, _ short: ArraySlice<UInt64>) -> [UInt64] {
        guard !short.isEmpty else { return [0] }
        return [UInt64](unsafeUninitializedCapacity: long.count + short.count) { result, count in
            long.withUnsafeBufferPointer { long in
                short.withUnsafeBufferPointer { short in
                    var carry: UInt128 = 0
                    for column in 0..<(long.count + short.count - 1) {
                        // At most 40 products below 10^36 and a carry: far below 2^128.
                        var total = carry
                        for place in max(0, column - long.count + 1)...min(column, short.count - 1) {
                            let (high, low) = short[place].multipliedFullWidth(by: long[column - place])
                            total &+= UInt128(high) << 64 | UInt128(low)
                        }
                        let (quotient, remainder) = total.quotientAndRemainder(dividingBy: UInt128(base))
                        result.initializeElement(at: column, to: UInt64(truncatingIfNeeded: remainder))
                        carry = quotient
                    }
                    result.initializeElement(
                        at: long.count + short.count - 1, to: UInt64(truncatingIfNeeded: carry))
                }
            }
            count = long.count + short.count
        }
    }

    private static func sum(_ left: ArraySlice<UInt64>, _ right: ArraySlice<UInt64>) -> [UInt64] {
        var result = Array(left.count >= right.count ? left : right)
        result.append(0)
        add(left.count >= right.count ? right : left, to: &result, at: 0)
        if result.last == 0 { result.removeLast() }
        return result
    }

    /// `target` has room for the sum; zeros at the end of `addend` may reach past it.
    private static func add(_ addend: ArraySlice<UInt64>, to target: inout [UInt64], at offset: Int) {
        var carry: UInt64 = 0
        var place = offset
        for limb in addend {
            guard place < target.count else { return }
            var total = target[place] + limb + carry
            carry = total >= base ? 1 : 0
            if carry == 1 { total -= base }
            target[place] = total
            place += 1
        }
        while carry == 1, place < target.count {
            target[place] += 1
            carry = target[place] == base ? 1 : 0
            if carry == 1 { target[place] = 0 }
            place += 1
        }
    }

    /// `target` is not below `amount`.
    private static func subtract(_ amount: ArraySlice<UInt64>, from target: inout [UInt64]) {
        var borrow: UInt64 = 0
        var place = 0
        for limb in amount {
            guard place < target.count else { return }
            let debt = limb + borrow
            borrow = target[place] < debt ? 1 : 0
            target[place] = target[place] &+ (borrow == 1 ? base : 0) &- debt
            place += 1
        }
        while borrow == 1, place < target.count {
            borrow = target[place] == 0 ? 1 : 0
            target[place] = target[place] &+ (borrow == 1 ? base : 0) &- 1
            place += 1
        }
    }
}
