/// Which rows of a list are shown: those that contain a text, or of which a field begins with one.
///
///     10.42        some field contains it
///     !10.42       none does
///     st=DN        the field `st` begins with it, in upper or lower case
struct RowFilter: Hashable, Sendable {
    /// A column by the names that a person may call it.
    struct Column: Hashable, Sendable {
        var key: String
        var heading: String
    }

    let text: String
    private let key: String?
    private let words: String
    private let isInverted: Bool
    /// What was taken for a column, and is none here.
    let unknownColumn: String?

    /// - Parameter columns: of the list; a text before = that is none of them is taken as it stands.
    init(_ text: String, columns: [Column] = []) {
        self.text = text
        var rest = Substring(text)
        isInverted = rest.first == "!"
        if isInverted { rest = rest.dropFirst() }
        let parts = rest.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.count == 2 ? parts[0].lowercased() : ""
        if let column = columns.first(where: { $0.key == name || $0.heading.lowercased() == name }), !name.isEmpty {
            key = column.key
            words = parts[1].lowercased()
            unknownColumn = nil
        } else {
            key = nil
            words = rest.lowercased()
            let isWord = !name.isEmpty && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
            unknownColumn = isWord ? name : nil
        }
    }

    var isEmpty: Bool { key == nil && words.isEmpty }

    /// - Parameter fields: of a row, as they are shown, by the keys of the columns.
    func accepts(_ fields: [(key: String, text: String)]) -> Bool {
        if isEmpty { return true }
        let isFound = fields.contains { field in
            let text = field.text.lowercased()
            guard let key else { return text.contains(words) }
            return field.key == key && text.hasPrefix(words)
        }
        return isFound != isInverted
    }
}
