import TerminalCanvas

/// The keys, from the table that they work by, and the words of the list.
extension DashboardModel {
    private static let words: [(String, String)] = [
        ("UP, HD", "it answers; HD is a hidden node, which need not see the others"),
        ("PN", "a link to it is being set up"),
        ("DN", "it was there and is gone"),
        ("UR", "others have a link to it, and it gives no answer"),
        ("??", "nobody who could know has been asked yet"),
        ("!", "a person should look at it"),
    ]

    func drawHelp(_ canvas: inout Canvas, _ area: Area) {
        var lines = KeyBinding.available(in: mode).map { ($0.name, $0.words) }
        if mode == .readOnly { lines.append(("read-only", "what changes a node is not there in this context")) }
        lines.append(("", ""))
        lines += Self.words
        let top = min(scroll, max(0, lines.count - area.rows))
        for (offset, line) in lines[top...].prefix(area.rows).enumerated() {
            canvas.put(line.0, at: 2, area.row + offset, width: 12, Style(.accent, .bold))
            canvas.put(line.1, at: 15, area.row + offset)
        }
    }
}
