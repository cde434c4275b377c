import ReleaseFiles

/// Durations as they are typed: `10s`, `500ms`, `2m`, `1h`, plain seconds, and `infinity`.
package enum DurationSyntax: Hashable, Sendable {
    case limited(Duration)
    case infinity

    package static let expectation =
        "10s, 500ms, 2m, 1h or a number of seconds, from 1ms to 24 days, or infinity"

    /// nil for anything else; the form is that of a context's `timeout`.
    package init?(_ text: String) {
        if text == "infinity" {
            self = .infinity
        } else if let milliseconds = SettingText.milliseconds(text) {
            self = .limited(.milliseconds(milliseconds))
        } else {
            return nil
        }
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
