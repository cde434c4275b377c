/// Durations as they are typed: `10s`, `500ms`, `2m`, `1h`, plain seconds, and `infinity`.
package enum DurationSyntax: Hashable, Sendable {
    case limited(Duration)
    case infinity

    package static let expectation = "10s, 500ms, 2m, 1h, a number of seconds, or infinity"

    /// nil for anything else, and for more than a year, which is a mistyped unit.
    package init?(_ text: String) {
        if text == "infinity" {
            self = .infinity
            return
        }
        let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        let milliseconds: Double
        switch text.dropFirst(digits.count) {
        case "ms": milliseconds = 1
        case "s", "": milliseconds = 1_000
        case "m", "min": milliseconds = 60_000
        case "h": milliseconds = 3_600_000
        default: return nil
        }
        guard let number = Double(digits), number >= 0, number * milliseconds <= 366 * 86_400_000 else { return nil }
        self = .limited(.microseconds(Int64(number * milliseconds * 1_000)))
    }

    /// nil when there is no limit.
    package var duration: Duration? {
        switch self {
        case .limited(let duration): duration
        case .infinity: nil
        }
    }
}

extension Duration {
    /// In the shortest of the forms that are typed.
    package var typed: String {
        let milliseconds = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        if milliseconds % 60_000 == 0, milliseconds > 60_000 { return "\(milliseconds / 60_000)m" }
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }
}
