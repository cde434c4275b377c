/// A moment in UTC for people: "2026-11-22 11:08:42Z".
package struct UTCTime: Hashable, Sendable, CustomStringConvertible {
    /// Seconds since 1970, without leap seconds.
    package var seconds: Int

    package init(seconds: Int) { self.seconds = seconds }

    /// Seconds since 1970 that a certificate can name: those of the years 0000 to 9999 (RFC 5280 §4.1.2.5). What a file
    /// or a peer says is none of them is no time; of those that are, sums and differences always fit.
    package static let secondRange = -62_167_219_200...253_402_300_799
    /// The same in microseconds.
    package static let microsecondRange =
        secondRange.lowerBound * 1_000_000...secondRange.upperBound * 1_000_000 + 999_999

    /// The moment's second, and the microseconds behind it.
    package static func parts(microseconds: Int) -> (time: UTCTime, microseconds: Int) {
        let (seconds, rest) = floorDivide(microseconds, 1_000_000)
        return (UTCTime(seconds: seconds), rest)
    }

    package var description: String {
        let (days, rest) = Self.floorDivide(seconds, 86_400)
        let (year, month, day) = Self.civilDate(daysSince1970: days)
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2)) "
            + "\(Self.padded(rest / 3600, 2)):\(Self.padded(rest / 60 % 60, 2)):\(Self.padded(rest % 60, 2))Z"
    }

    /// A length of time in its two largest units: "3d04h", "18h07m", "4m12s", "9s".
    package static func span(_ seconds: Int) -> String {
        let seconds = seconds.magnitude
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m\(padded(seconds % 60, 2))s"
        case ..<86_400: return "\(seconds / 3600)h\(padded(seconds / 60 % 60, 2))m"
        default: return "\(seconds / 86_400)d\(padded(seconds / 3600 % 24, 2))h"
        }
    }

    /// Counts in years that start on 1 March, in eras of 400 years, so that the leap day comes last.
    private static func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ value: Int, _ by: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: by)
        return remainder < 0 ? (quotient - 1, remainder + by) : (quotient, remainder)
    }

    private static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
