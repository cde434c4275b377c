/// What a person has done to a list: it is kept by the names of the rows, so that rows may come, go and move.
struct ListState: Hashable, Sendable {
    /// The name of the selected row; nil before anything is shown.
    var selected: String?
    var marked: Set<String> = []
    /// The key of the column that rows are sorted by.
    var sortKey: String
    var isReversed = false
    var filter = RowFilter("", keys: [])
    /// The name of the row at the top, so far as the list does not fit.
    private var first = 0

    init(sortKey: String) { self.sortKey = sortKey }

    /// Moves the selection, and takes it to the nearest row where its own has gone.
    /// - Parameters:
    ///   - names: of the rows that are shown, in order.
    ///   - previous: the same as they were before.
    mutating func keepSelection(_ names: [String], previous: [String]) {
        if let selected, names.contains(selected) { return }
        guard let selected, let index = previous.firstIndex(of: selected) else {
            self.selected = names.first
            return
        }
        let below = previous[index...].first { names.contains($0) }
        self.selected = below ?? previous[..<index].last { names.contains($0) } ?? names.first
    }

    /// - Parameter step: rows, downwards; `Int.min` and `Int.max` for the ends.
    mutating func move(by step: Int, among names: [String]) {
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
