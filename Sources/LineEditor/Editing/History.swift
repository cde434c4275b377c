/// What was entered before, oldest first, as a file keeps it: an entry a line, line feeds and backslashes escaped.
package struct History: Hashable, Sendable {
    /// Entries that are kept.
    package static let limit = 2000

    package private(set) var entries: [String] = []

    package init() {}

    /// - Parameter entries: oldest first.
    package init(entries: some Sequence<String>) {
        for entry in entries { add(entry) }
    }

    /// - Parameter file: what `line` gave, one behind the other.
    package init(file: String) {
        for line in file.split(separator: "\n").suffix(Self.limit) { add(Self.unescaped(line)) }
    }

    /// - Returns: whether it is new: neither empty nor what was entered just before.
    @discardableResult
    package mutating func add(_ entry: String) -> Bool {
        guard entry.contains(where: { !$0.isWhitespace }), entries.last != entry else { return false }
        entries.append(entry)
        if entries.count > Self.limit { entries.removeFirst(entries.count - Self.limit) }
        return true
    }

    /// An entry as a line of the file, its line feed included.
    package static func line(_ entry: String) -> String {
        var line = ""
        for scalar in entry.unicodeScalars {
            switch scalar {
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line + "\n"
    }

    private static func unescaped(_ line: Substring) -> String {
        var entry = ""
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if isEscaped {
                entry.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                entry.unicodeScalars.append(scalar)
            }
        }
        return entry
    }

    /// The newest entry before `index` that contains `text`.
    func search(_ text: String, before index: Int) -> Int? {
        let wanted = Array(text.utf8)
        return entries[..<min(max(index, 0), entries.count)].lastIndex { entry in
            let bytes = Array(entry.utf8)
            guard bytes.count >= wanted.count else { return false }
            return (0...bytes.count - wanted.count).contains {
                bytes[$0..<$0 + wanted.count].elementsEqual(wanted)
            }
        }
    }
}
