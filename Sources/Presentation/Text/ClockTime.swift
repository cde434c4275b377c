import Diagnosis
import ErlangNode

/// A moment within its day, UTC: "14:26:31.104".
package enum ClockTime {
    package static func text(_ microseconds: Int) -> String {
        let (time, rest) = UTCTime.parts(microseconds: microseconds)
        return "\(time.description.suffix(9).dropLast()).\("\(rest / 1000 + 1000)".dropFirst())"
    }

    /// The same to the second: "14:26:31Z".
    package static func second(_ microseconds: Int) -> String {
        String(UTCTime.parts(microseconds: microseconds).0.description.suffix(9))
    }
}
