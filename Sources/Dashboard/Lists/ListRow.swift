import Presentation

/// A row of a list on the screen.
protocol ListRow: Sendable {
    /// Selection and marks are kept by it: no two rows of a list have the same.
    var name: String { get }
    /// Stands above its detail.
    var title: String { get }
    /// Whether a person should look at it.
    var needsAttention: Bool { get }
    /// Whether it has changed a moment ago.
    var isNews: Bool { get }
    /// What it is sorted by in a column whose text does not say it; nil: by what the column shows.
    func rank(_ key: String) -> SortValue?
}

extension ListRow {
    var title: String { name }
    var needsAttention: Bool { false }
    var isNews: Bool { false }
    func rank(_ key: String) -> SortValue? { nil }
}
