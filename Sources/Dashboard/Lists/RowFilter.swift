/// Which rows of a list are shown: those that contain a text, or of which a field begins with one.
///
///     10.42        some field contains it
///     !10.42       none does
///     st=DN        the field `st` begins with it, in upper or lower case
struct RowFilter: Hashable, Sendable {
    let text: String
    private let key: String?
    private let words: String
    private let isInverted: Bool

    /// - Parameter keys: of the columns, in lower case; a text before = that is none of them is taken as it stands.
    init(_ text: String, keys: [String]) {
        self.text = text
        var rest = Substring(text)
        isInverted = rest.first == "!"
        if isInverted { rest = rest.dropFirst() }
        let parts = rest.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, keys.contains(parts[0].lowercased()) {
            key = parts[0].lowercased()
            words = parts[1].lowercased()
        } else {
            key = nil
            words = rest.lowercased()
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
