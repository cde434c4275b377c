package import TerminalCanvas

/// A line, or several, being edited with Emacs keys. A value: keys in, actions out; drawing looks at it.
package struct LineEditor: Hashable, Sendable {
    struct Search: Hashable {
        var text = ""
        var index: Int?
        var original: TextBuffer
        var hasFailed = false
    }

    package var prompt: String
    /// What is typed is not shown and not kept.
    package var isSecret: Bool
    /// nil: all in the colour of the terminal.
    package var syntax: InputSyntax?
    /// A line break becomes a blank: what is typed stays one line.
    package let isOneLine: Bool
    /// Code points that are taken, marks included; nil: as many as come.
    package let limit: Int?
    private(set) var buffer = TextBuffer()
    private(set) var search: Search?
    private var history: History
    /// Where in the history we are; its end is what is being typed.
    private var place: Int
    private var draft = TextBuffer()
    private var killed = ""
    private var isKilling = false
    private var undo: [TextBuffer] = []

    package init(
        prompt: String, text: String = "", history: History = History(), isSecret: Bool = false,
        syntax: InputSyntax? = nil, isOneLine: Bool = false, limit: Int? = nil
    ) {
        self.prompt = prompt
        self.history = history
        self.isSecret = isSecret
        self.syntax = syntax
        self.isOneLine = isOneLine
        self.limit = limit
        place = history.entries.count
        put(text)
    }

    /// What stands before the text: the prompt, or what is searched for.
    var shownPrompt: String {
        guard let search else { return prompt }
        return (search.hasFailed ? "(failed search)`" : "(search)`") + search.text + "': "
    }

    package var text: String { buffer.text }
    package var isEmpty: Bool { buffer.isEmpty }
    package var beforeCursor: String { buffer.beforeCursor }
    /// Whether an earlier line is looked for.
    package var isSearching: Bool { search != nil }

    /// Puts text in at the cursor, as if it was typed.
    package mutating func insert(_ text: String) {
        remember()
        put(text)
    }

    /// Puts `text` in place of all that stands before the cursor, as a completion does.
    package mutating func replaceBeforeCursor(with text: String) {
        guard text != buffer.beforeCursor else { return }
        remember()
        buffer.remove(0..<buffer.cursor)
        put(text)
    }

    private mutating func put(_ text: String) {
        let line = isOneLine ? String(text.map { $0.isNewline ? " " : $0 }) : text
        guard let limit else { return buffer.insert(line) }
        let room = max(0, limit - buffer.text.unicodeScalars.count)
        buffer.insert(String(String.UnicodeScalarView(line.unicodeScalars.prefix(room))))
    }

    /// The cursor goes behind the text: it is about to be taken.
    package mutating func moveToEnd() { buffer.cursor = buffer.characters.count }

    package mutating func handle(_ key: Key) -> EditorAction? {
        if search != nil, let result = handleInSearch(key) { return result.action }
        let wasKilling = isKilling
        isKilling = false
        switch key {
        case .text(let text): insert(text)
        case .paste(let text): insert(isSecret ? text.filter { $0 != "\n" } : text)
        case .enter: return .submit(buffer.text)
        case .metaEnter: if !isSecret, !isOneLine { insert("\n") }
        case .tab: return isSecret ? nil : .complete(before: buffer.beforeCursor)
        case .control(let letter): return control(letter, wasKilling: wasKilling)
        case .meta(let letter): meta(letter, wasKilling: wasKilling)
        case .backspace: if buffer.cursor > 0 { cut(buffer.cursor - 1..<buffer.cursor) }
        case .delete: deleteForward()
        case .metaBackspace: kill(buffer.wordStart..<buffer.cursor, wasKilling: wasKilling, isForward: false)
        case .left: move(to: buffer.cursor - 1)
        case .right: move(to: buffer.cursor + 1)
        case .wordLeft: move(to: buffer.wordStart)
        case .wordRight: move(to: buffer.wordEnd)
        case .home: move(to: buffer.lineStart)
        case .end: move(to: buffer.lineEnd)
        case .up: return vertical(down: false)
        case .down: return vertical(down: true)
        case .escape: return nil
        case .backTab, .pageUp, .pageDown, .unknown: return .bell
        }
        return nil
    }

    // MARK: keys

    private mutating func control(_ letter: Character, wasKilling: Bool) -> EditorAction? {
        switch letter {
        case "a": move(to: buffer.lineStart)
        case "b": move(to: buffer.cursor - 1)
        case "c":
            if buffer.isEmpty { return .interrupt }
            return .discarded
        case "d":
            if buffer.isEmpty { return .leave }
            deleteForward()
        case "e": move(to: buffer.lineEnd)
        case "f": move(to: buffer.cursor + 1)
        case "g": return .menu
        case "k":
            let end = buffer.lineEnd == buffer.cursor && !buffer.isOnLastLine ? buffer.cursor + 1 : buffer.lineEnd
            kill(buffer.cursor..<end, wasKilling: wasKilling, isForward: true)
        case "l": return .clearScreen
        case "n": return vertical(down: true)
        case "p": return vertical(down: false)
        case "r": if !isSecret { search = Search(original: buffer) }
        case "t": transpose()
        case "u": kill(buffer.lineStart..<buffer.cursor, wasKilling: wasKilling, isForward: false)
        case "w": kill(buffer.wordStart..<buffer.cursor, wasKilling: wasKilling, isForward: false)
        case "y": insert(killed)
        case "z": return .suspend
        case "]": return .leave
        case "_": if let last = undo.popLast() { buffer = last }
        default: return .bell
        }
        return nil
    }

    private mutating func meta(_ letter: Character, wasKilling: Bool) {
        switch letter {
        case "b": move(to: buffer.wordStart)
        case "f": move(to: buffer.wordEnd)
        case "d": kill(buffer.cursor..<buffer.wordEnd, wasKilling: wasKilling, isForward: true)
        case "<": recall(0)
        case ">": recall(history.entries.count)
        default: break
        }
    }

    private mutating func move(to place: Int) { buffer.cursor = min(max(place, 0), buffer.characters.count) }

    private mutating func remember() {
        undo.append(buffer)
        if undo.count > 100 { undo.removeFirst() }
    }

    private mutating func cut(_ range: Range<Int>) {
        remember()
        buffer.remove(range)
    }

    private mutating func deleteForward() {
        if buffer.cursor < buffer.characters.count { cut(buffer.cursor..<buffer.cursor + 1) }
    }

    /// Kills in a row are yanked as one.
    private mutating func kill(_ range: Range<Int>, wasKilling: Bool, isForward: Bool) {
        isKilling = true
        guard !range.isEmpty else { return }
        remember()
        let removed = buffer.remove(range)
        killed = !wasKilling ? removed : isForward ? killed + removed : removed + killed
    }

    private mutating func transpose() {
        let end = min(buffer.cursor + 1, buffer.characters.count)
        guard end >= 2 else { return }
        remember()
        let pair = buffer.remove(end - 2..<end)
        buffer.insert(String(pair.reversed()))
    }

    // MARK: history

    private mutating func vertical(down: Bool) -> EditorAction? {
        if let place = buffer.place(linesDown: down) {
            buffer.cursor = place
            return nil
        }
        guard !isSecret, down ? place < history.entries.count : place > 0 else { return .bell }
        recall(place + (down ? 1 : -1))
        return nil
    }

    private mutating func recall(_ index: Int) {
        if isSecret { return }
        if place == history.entries.count { draft = buffer }
        place = index
        buffer = index < history.entries.count ? TextBuffer(history.entries[index]) : draft
    }

    /// - Returns: nil when the key ends the search and is then handled as ever.
    private mutating func handleInSearch(_ key: Key) -> (action: EditorAction?, Void)? {
        guard var current = search else { return nil }
        switch key {
        case .text(let text):
            current.text += text
            find(&current, before: (current.index ?? history.entries.count) + 1)
        case .backspace:
            current.text = String(current.text.dropLast())
            find(&current, before: history.entries.count)
        case .control("r"): find(&current, before: current.index ?? history.entries.count)
        case .control("c"), .control("g"):
            buffer = current.original
            search = nil
        default:
            search = nil
            return nil
        }
        return (nil, ())
    }

    private mutating func find(_ current: inout Search, before index: Int) {
        let found = current.text.isEmpty ? nil : history.search(current.text, before: index)
        current.hasFailed = found == nil && !current.text.isEmpty
        if let found {
            current.index = found
            place = found
            buffer = TextBuffer(history.entries[found])
        }
        search = current
    }
}
