/// Durations as they are typed: `10s`, `500ms`, `2m`, `1h`, plain seconds, and `infinity`.
package enum DurationSyntax: Hashable, Sendable {
    case limited(Duration)
    case infinity

    package static let expectation =
        "10s, 500ms, 2m, 1h or a number of seconds, from 1ms to 24 days, or infinity"

    /// Milliseconds, which poll(2) takes in 31 bits; the readers of settings know the same bounds.
    private static let bounds = 1.0...2_147_483_647

    /// nil for anything else, for no time at all, and for more than 24 days, which is a mistyped unit.
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
        guard let number = Double(digits), Self.bounds.contains((number * milliseconds).rounded()) else { return nil }
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
