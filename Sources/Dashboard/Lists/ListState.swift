/// What a person has done to a list: it is kept by the names of the rows, so that rows may come, go and move.
struct ListState: Hashable, Sendable {
    /// The name of the selected row; nil before anything is shown.
    var selected: String?
    var marked: Set<String> = []
    /// The key of the column that rows are sorted by.
    var sortKey: String
    var isReversed: Bool
    var filter = RowFilter("")
    /// Whether a selection that is at the end stays there when rows are added.
    let follows: Bool
    /// Names of the rows as they were listed last, in order.
    private(set) var names: [String] = []
    /// The name of the row at the top, so far as the list does not fit.
    private var first = 0

    init(sortKey: String, isReversed: Bool = false, follows: Bool = false) {
        self.sortKey = sortKey
        self.isReversed = isReversed
        self.follows = follows
    }

    /// Takes the rows as they are now, and moves the selection to the nearest row where its own has gone.
    mutating func take(_ names: [String]) {
        let previous = self.names
        self.names = names
        // A row that was there and has come to the end, as the list is sorted anew, is not followed.
        let isAdded = names.last.map { !previous.contains($0) } ?? false
        if follows, selected == nil || selected == previous.last && isAdded {
            selected = names.last
            return
        }
        guard let selected, let index = previous.firstIndex(of: selected) else {
            if self.selected.map({ !names.contains($0) }) ?? true { self.selected = names.first }
            return
        }
        let kept = Set(names)
        if kept.contains(selected) { return }
        self.selected =
            previous[index...].first { kept.contains($0) } ?? previous[..<index].last { kept.contains($0) }
            ?? names.first
    }

    /// - Parameter step: rows, downwards; `Int.min` and `Int.max` for the ends.
    mutating func move(by step: Int) {
        guard !names.isEmpty else { return }
        let here = selected.flatMap { names.firstIndex(of: $0) } ?? 0
        let (there, isTooFar) = here.addingReportingOverflow(step)
        selected = names[isTooFar ? (step > 0 ? names.count - 1 : 0) : min(max(0, there), names.count - 1)]
    }

    mutating func toggleMark() {
        guard let selected else { return }
        if marked.remove(selected) == nil { marked.insert(selected) }
    }

    /// Which rows are in the window: the selected one always is, and the window moves no further than it must.
    mutating func window(of names: [String], rows: Int) -> Range<Int> {
        guard rows > 0, !names.isEmpty else { return 0..<0 }
        let index = selected.flatMap { names.firstIndex(of: $0) } ?? 0
        first = min(first, index, max(0, names.count - rows))
        first = max(first, index - rows + 1, 0)
        return first..<min(names.count, first + rows)
    }
}
