import LineEditor

/// Completions side by side, in columns that read downwards.
enum CandidateList {
    /// More than a person looks through.
    static let limit = 500

    static func text(_ all: [String], columns: Int) -> String {
        let shown = all.prefix(limit).map { TerminalText.escaped($0, keepingLines: false) }
        let width = (shown.map { CellWidth.of($0) }.max() ?? 0) + 2
        let perRow = max(1, columns / width)
        let rows = (shown.count + perRow - 1) / perRow
        var text = ""
        for row in 0..<rows {
            var line = ""
            for index in stride(from: row, to: shown.count, by: rows) {
                line += shown[index]
                if index + rows < shown.count {
                    line += String(repeating: " ", count: max(1, width - CellWidth.of(shown[index])))
                }
            }
            text += line + "\r\n"
        }
        return all.count > limit ? text + "... and \(all.count - limit) more\r\n" : text
    }
}
