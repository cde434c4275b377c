/// How an interface counts time (`if_tsresol`, `if_tsoffset` of pcapng).
struct CaptureClock: Hashable, Sendable {
    /// Units in a second.
    private let units: UInt64
    /// Seconds to add.
    private let offset: Int64

    static let microseconds = CaptureClock(units: 1_000_000, offset: 0)
    static let nanoseconds = CaptureClock(units: 1_000_000_000, offset: 0)

    private init(units: UInt64, offset: Int64) {
        self.units = units
        self.offset = offset
    }

    /// - Parameter resolution: with the high bit a power of 2, else of 10; its negative is the unit in seconds.
    /// - Returns: nil for units that 64 bits cannot count.
    init?(resolution: UInt8, offset: Int64) {
        let exponent = Int(resolution & 0x7F)
        if resolution & 0x80 != 0 {
            guard exponent < 64 else { return nil }
            self.init(units: 1 << UInt64(exponent), offset: offset)
        } else {
            guard exponent < 20 else { return nil }
            self.init(units: (0..<exponent).reduce(1) { value, _ in value &* 10 }, offset: offset)
        }
    }

    /// Nanoseconds since 1970; what lies beyond is at the limit.
    func nanoseconds(_ count: UInt64) -> UInt64 {
        if units == 1_000_000, offset == 0, count < UInt64.max / 1_000 { return count &* 1_000 }
        let (seconds, rest) = count.quotientAndRemainder(dividingBy: units)
        // The rest is less than a second: the quotient fits.
        let fraction = units.dividingFullWidth(rest.multipliedFullWidth(by: 1_000_000_000)).quotient
        let shifted = Int64(clamping: seconds).addingReportingOverflow(offset)
        let whole = UInt64(clamping: shifted.overflow ? (offset < 0 ? Int64.min : Int64.max) : shifted.partialValue)
        let (nanoseconds, isTooMuch) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        guard !isTooMuch else { return .max }
        let (sum, isBeyond) = nanoseconds.addingReportingOverflow(fraction)
        return isBeyond ? .max : sum
    }
}
