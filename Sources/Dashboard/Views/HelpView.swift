import TerminalCanvas

/// The keys, from the table that they work by, and the words of the list.
extension DashboardModel {
    private static let words: [(String, String)] = [
        ("UP, HD", "it answers; HD is a hidden node, which need not see the others"),
        ("PN", "a link to it is being set up"),
        ("DN", "it was there and is gone"),
        ("UR", "others have a link to it, and it gives no answer"),
        ("GH", "a context names it, and no member has a link to it"),
        (
            "RG",
            "the epmd of its host has it registered, and no member lists it; with !: it was a member, and is up there, "
                + "not connected"
        ),
        ("??", "nobody who could know has been asked yet"),
        ("!", "a person should look at it"),
        (
            "RTT",
            "from a look's question to the answer, through the entry, the node's own work in it; for the entry, to the "
                + "answer over our link to it"
        ),
        (
            "LAST",
            "why it does not answer and since when; else what happened and how long ago. flap x3: lost three times "
                + "within ten minutes"
        ),
    ]

    func drawHelp(_ canvas: inout Canvas, _ area: Area) {
        var entries = KeyBinding.available(in: mode).map { ($0.name, $0.words) }
        if mode == .readOnly { entries.append(("read-only", "what changes a node is not there in this context")) }
        entries.append(("", " "))
        entries += Self.words
        let lines = entries.flatMap { name, words in
            StyledLine.paragraph("", words, columns: area.columns - 16).enumerated().map { ($0 == 0 ? name : "", $1) }
        }
        let top = min(paneScroll, max(0, lines.count - area.rows))
        for (offset, line) in lines[top...].prefix(area.rows).enumerated() {
            canvas.put(line.0, at: 2, area.row + offset, width: 12, Style(.accent, .bold))
            canvas.put(line.1.text, at: 15, area.row + offset)
        }
    }
}
