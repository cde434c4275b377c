import Diagnosis
import Presentation

/// A line of the log: `time=... level=... event=... key=value ...`, as many collectors read it.
struct LogLine {
    enum Level: String {
        case info
        case warning
        case error
    }

    let text: TerminalText

    /// - Parameters:
    ///   - fields: in this order. A value that is not one plain word is quoted.
    ///   - seconds: since 1970.
    init(_ level: Level, _ event: String, _ fields: [(key: String, value: String)], seconds: Int) {
        let time = "\(UTCTime(seconds: seconds))".split(separator: " ").joined(separator: "T")
        var line = TerminalText("time=\(time) level=\(level.rawValue) event=\(event)")
        for field in fields {
            line += TerminalText(" \(field.key)=")
            line += TerminalText(Self.word(field.value))
        }
        line += TerminalText(lines: "\n")
        text = line
    }

    private static func word(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && value.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 61 && $0 != 92 }
        guard !isPlain else { return value }
        // Of a quote and a mark that combines with it Swift makes one character, which is another one.
        let escaped = value.unicodeScalars.reduce(into: String.UnicodeScalarView()) {
            if $1 == "\"" || $1 == "\\" { $0.append("\\") }
            $0.append($1)
        }
        return "\"\(String(escaped))\""
    }
}
