/// A pattern of names: `*` is any text, `?` any character.
package struct NameGlob: Sendable {
    private let pattern: [Character]

    package init(_ pattern: String) { self.pattern = Array(pattern) }

    /// The part behind the `@`, or all of it, where that can only be of IP addresses; nil where it is of names, too.
    var ofAddresses: NameGlob? {
        let host = pattern.lastIndex(of: "@").map { pattern[($0 + 1)...] } ?? pattern[...]
        let isOfVersion4 =
            host.contains(where: \.isNumber) && host.contains(".")
            && host.allSatisfy { $0.isNumber || ".*?".contains($0) }
        return isOfVersion4 || host.contains(":") ? NameGlob(String(host)) : nil
    }

    /// Without backtracking over more than the last `*`: linear for each of them.
    package func matches(_ name: String) -> Bool {
        let text = Array(name)
        var (place, at) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while at < text.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[at] {
                place += 1
                at += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                place = last.pattern + 1
                at = last.text + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
