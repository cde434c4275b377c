/// Why a text is not a term, in the words of `erl_scan` and `erl_parse`.
package struct TermSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package var position: SourcePosition
    /// Without position and final period: `syntax error before: ']'`.
    package var message: String

    package init(at position: SourcePosition, _ message: String) {
        self.position = position
        self.message = message
    }

    package var line: Int { position.line }
    package var column: Int { position.column }
    package var description: String { "\(position): \(message)" }

    /// The line at fault and, below it, a `^` under the column at fault.
    ///
    /// Control characters become spaces (a tab one space as well), so that the caret stands where it belongs and
    /// nothing of the source reaches the terminal as a command. Long lines are cut around the column.
    ///
    /// - Parameter source: the text that was parsed, in UTF-8.
    /// - Returns: two lines without a final newline.
    package func caret(in source: [UInt8]) -> String {
        let lines = source.split(separator: 0x0A, maxSplits: line, omittingEmptySubsequences: false)
        let text = line <= lines.count ? String(decoding: lines[line - 1], as: UTF8.self) : ""
        var scalars: [Unicode.Scalar] = text.unicodeScalars.map { $0.isControl ? " " : $0 }
        var index = min(max(column - 1, 0), scalars.count)
        if index > Self.widthBeforeCaret {
            let cut = index - Self.widthBeforeCaret
            scalars.removeFirst(cut)
            index -= cut
        }
        let shown = scalars.prefix(index + Self.widthAfterCaret)
        var result = String.UnicodeScalarView()
        result.append(contentsOf: shown)
        return String(result) + "\n" + String(repeating: " ", count: index) + "^"
    }

    private static let widthBeforeCaret = 60
    private static let widthAfterCaret = 40
}

extension Unicode.Scalar {
    /// C0, DEL, C1, and the marks that reorder or break lines on a terminal.
    fileprivate var isControl: Bool {
        value < 0x20 || (0x7F...0x9F).contains(value) || (0x2028...0x202E).contains(value)
            || (0x2066...0x2069).contains(value)
    }
}
