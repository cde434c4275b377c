import ClusterAdmin
import LineEditor
import Presentation
import TerminalCanvas

/// What can follow, for a person to choose from.
enum CandidateList {
    /// More than a person looks through.
    static let limit = 500
    static let lineLimit = 200

    /// - Parameter isDumb: the terminal is; the node's attributes are left out.
    static func lines(_ expansion: ShellExpansion, columns: Int, isDumb: Bool) -> [String] {
        guard let listing = expansion.listing else { return lines(expansion.candidates, columns: columns) }
        var filter = DrawingFilter(passesSequences: !isDumb)
        let text = String(decoding: filter.filter(listing) + filter.end(), as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            String($0.last == "\r" ? $0.dropLast() : $0)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        while lines.first?.isEmpty == true { lines.removeFirst() }
        return lines.count > lineLimit
            ? lines.prefix(lineLimit) + ["... and \(lines.count - lineLimit) more lines"] : lines
    }

    /// Side by side, in columns that read downwards.
    static func lines(_ all: [String], columns: Int) -> [String] {
        let shown = all.prefix(limit).map { TerminalText.escaped($0, keepingLines: false) }
        let width = (shown.map { CellWidth.of($0) }.max() ?? 0) + 2
        let perRow = max(1, columns / width)
        let rows = (shown.count + perRow - 1) / perRow
        var lines: [String] = []
        for row in 0..<rows {
            var line = ""
            for index in stride(from: row, to: shown.count, by: rows) {
                line += shown[index]
                if index + rows < shown.count {
                    line += String(repeating: " ", count: max(1, width - CellWidth.of(shown[index])))
                }
            }
            lines.append(line)
        }
        return all.count > limit ? lines + ["... and \(all.count - limit) more"] : lines
    }
}
