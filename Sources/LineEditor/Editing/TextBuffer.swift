/// Text with a cursor between its characters.
struct TextBuffer: Hashable {
    private(set) var characters: [Character] = []
    var cursor = 0

    init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    var text: String { String(characters) }
    var isEmpty: Bool { characters.isEmpty }
    var beforeCursor: String { String(characters[..<cursor]) }

    /// Puts text in at the cursor. A combining mark joins the character before it.
    mutating func insert(_ text: String) {
        let before = Array(String(characters[..<cursor]) + text)
        characters = before + characters[cursor...]
        cursor = before.count
    }

    @discardableResult
    mutating func remove(_ range: Range<Int>) -> String {
        let removed = String(characters[range])
        characters.removeSubrange(range)
        cursor = range.lowerBound
        return removed
    }

    // MARK: places

    var lineStart: Int { (characters[..<cursor].lastIndex(of: "\n") ?? -1) + 1 }
    var lineEnd: Int { characters[cursor...].firstIndex(of: "\n") ?? characters.count }
    var isOnFirstLine: Bool { lineStart == 0 }
    var isOnLastLine: Bool { lineEnd == characters.count }

    var wordStart: Int {
        var place = cursor
        while place > 0, !Self.isInWord(characters[place - 1]) { place -= 1 }
        while place > 0, Self.isInWord(characters[place - 1]) { place -= 1 }
        return place
    }

    var wordEnd: Int {
        var place = cursor
        while place < characters.count, !Self.isInWord(characters[place]) { place += 1 }
        while place < characters.count, Self.isInWord(characters[place]) { place += 1 }
        return place
    }

    /// The same column of the line above or below; nil where there is none.
    func place(linesDown: Bool) -> Int? {
        let column = cursor - lineStart
        if linesDown {
            guard !isOnLastLine else { return nil }
            let start = lineEnd + 1
            let end = characters[start...].firstIndex(of: "\n") ?? characters.count
            return min(start + column, end)
        }
        guard !isOnFirstLine else { return nil }
        let end = lineStart - 1
        let start = (characters[..<end].lastIndex(of: "\n") ?? -1) + 1
        return min(start + column, end)
    }

    private static func isInWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
