import TerminalCanvas
import Testing

@testable import LineEditor

/// What an editor and its painter make of keys, seen on cells.
struct Typing {
    var editor: LineEditor
    var decoder = KeyDecoder()
    var painter: LinePainter
    var cells: CellScreen
    var actions: [EditorAction] = []

    init(prompt: String = "1> ", history: [String] = [], columns: Int = 20, rows: Int = 6) {
        var kept = History()
        for entry in history { kept.add(entry) }
        editor = LineEditor(prompt: prompt, history: kept)
        painter = LinePainter(columns: columns, rows: rows)
        cells = CellScreen(columns: columns, rows: rows)
        cells.write(painter.paint(editor))
    }

    /// Bytes as a terminal sends them.
    mutating func type(_ bytes: String) {
        for key in decoder.decode(Array(bytes.utf8)) {
            if let action = editor.handle(key) { actions.append(action) }
            cells.write(painter.paint(editor))
        }
    }
}

@Suite struct LineEditorTests {
    @Test func textIsDrawnBehindThePrompt() {
        var typing = Typing()
        typing.type("foo().")
        #expect(typing.cells.lines == ["1> foo()."])
        #expect(typing.cells.column == 9)
    }

    @Test func emacsKeysMoveAndKill() {
        var typing = Typing()
        typing.type("one two\u{1}\u{B}")
        #expect(typing.editor.text == "")
        typing.type("\u{19}\u{17}")
        #expect(typing.editor.text == "one ")
        typing.type("\u{1B}b\u{1B}d\u{19}!")
        #expect(typing.editor.text == "one! ")
        typing.type("\u{14}")
        #expect(typing.editor.text == "one !")
        typing.type("\u{1F}")
        #expect(typing.editor.text == "one! ")
    }

    @Test func anEscapeAloneIsSilentAndLeavesASearch() {
        var editor = LineEditor(prompt: "1> ", history: History(entries: ["first", "second"]))
        #expect(editor.handle(.escape) == nil && editor.text == "")
        for key in [Key.control("r"), .text("f")] { _ = editor.handle(key) }
        #expect(editor.isSearching && editor.text == "first")
        #expect(editor.handle(.escape) == nil)
        #expect(!editor.isSearching && editor.text == "first")
    }

    @Test func oneLineStaysOne() {
        var editor = LineEditor(prompt: "/", text: "a\nb", isOneLine: true, limit: 8)
        #expect(editor.text == "a b")
        _ = editor.handle(.paste("\r\nc\u{2028}d and more"))
        _ = editor.handle(.metaEnter)
        #expect(editor.text == "a b c d ")
        _ = editor.handle(.control("w"))
        for _ in 0..<5 { _ = editor.handle(.control("y")) }
        #expect(editor.text.count == 8)
    }

    @Test func aCompletionReplacesWhatIsBeforeTheCursor() {
        var editor = LineEditor(prompt: ":", text: "do x")
        for _ in 0..<2 { _ = editor.handle(.left) }
        editor.replaceBeforeCursor(with: "doctor")
        #expect(editor.text == "doctor x" && editor.beforeCursor == "doctor")
        _ = editor.handle(.control("_"))
        #expect(editor.text == "do x")
    }

    @Test func killsInARowAreYankedAsOne() {
        var typing = Typing()
        typing.type("one two\u{17}\u{17}\u{19}")
        #expect(typing.editor.text == "one two")
    }

    @Test func longLinesWrapAndTheCursorFollows() {
        var typing = Typing()
        typing.type("abcdefghijklmnopqrstuvwxyz")
        #expect(typing.cells.lines == ["1> abcdefghijklmnopq", "rstuvwxyz"])
        #expect([typing.cells.row, typing.cells.column] == [1, 9])
        typing.type("\u{1}")
        #expect([typing.cells.row, typing.cells.column] == [0, 3])
        typing.type("\u{B}")
        #expect(typing.cells.lines == ["1> "].map { $0.trimmed })
    }

    @Test func wideAndCombiningCharactersTakeTheirCells() {
        var typing = Typing()
        typing.type("日本e\u{301}x")
        #expect(typing.cells.column == 3 + 4 + 1 + 1)
        typing.type("\u{7F}\u{7F}")
        #expect(typing.editor.text == "日本")
        #expect(typing.cells.lines == ["1> 日本"])
        // A wide character does not fit in the last column.
        var narrow = Typing(prompt: "", columns: 5)
        narrow.type("日本語")
        #expect(narrow.cells.lines == ["日本", "語"])
    }

    @Test func severalLinesAreEditedAsOneText() {
        var typing = Typing()
        typing.type("a,\u{1B}\rb")
        #expect(typing.cells.lines == ["1> a,", ".. b"])
        typing.type("\u{1B}[A\u{5}c")
        #expect(typing.editor.text == "a,c\nb")
        typing.type("\r")
        #expect(typing.actions == [.submit("a,c\nb")])
    }

    @Test func historyIsWalkedAndTheDraftIsKept() {
        var typing = Typing(history: ["one.", "two."])
        typing.type("dra\u{1B}[A\u{1B}[A")
        #expect(typing.editor.text == "one.")
        typing.type("\u{1B}[B\u{1B}[B")
        #expect(typing.editor.text == "dra")
        typing.type("\u{1B}[B")
        #expect(typing.actions == [.bell])
    }

    @Test func searchFindsOlderAndOlderEntries() {
        var typing = Typing(history: ["X = 1.", "Y = 2.", "XX."], columns: 40)
        typing.type("\u{12}X")
        #expect(typing.cells.lines == ["(search)`X': XX."])
        typing.type("\u{12}")
        #expect(typing.editor.text == "X = 1.")
        typing.type("\r")
        #expect(typing.actions == [.submit("X = 1.")])
        typing.type("\u{12}nowhere")
        #expect(typing.cells.lines == ["(failed search)`nowhere': X = 1."])
        typing.type("\u{3}")
        #expect(typing.editor.text == "X = 1.")
    }

    @Test func pastedLinesAreInsertedAndNotEntered() {
        var typing = Typing()
        typing.type("\u{1B}[200~foo(),\r\n\tbar\u{1B}[31m\u{7}.\u{1B}[201~")
        #expect(typing.actions.isEmpty)
        #expect(typing.editor.text == "foo(),\n\tbar[31m.")
    }

    @Test func aPasteHigherThanTheScreenShowsWhereTheCursorIs() {
        var typing = Typing(columns: 10, rows: 4)
        typing.type("\u{1B}[200~" + (1...50).map { "l\($0)" }.joined(separator: "\n") + "\u{1B}[201~")
        #expect(typing.cells.lines == [".. l48", ".. l49", ".. l50"])
    }

    @Test func controlKeysGiveActions() {
        var typing = Typing()
        typing.type("\u{3}\u{4}\u{1D}\u{7}\u{C}\u{1A}")
        #expect(typing.actions == [.interrupt, .leave, .leave, .menu, .clearScreen, .suspend])
        typing.actions = []
        typing.type("ab\u{1B}[D\t\u{4}\u{3}")
        #expect(typing.editor.text == "a")
        #expect(typing.actions == [.complete(before: "a"), .discarded])
    }

    @Test func secretsAreNotDrawn() {
        var typing = Typing()
        typing.editor = LineEditor(prompt: "password: ", isSecret: true)
        typing.type("hunter2\u{1B}[A\r")
        #expect(typing.cells.lines == ["password:"])
        #expect(typing.actions == [.bell, .submit("hunter2")])
    }

    @Test func aNarrowerTerminalIsDrawnAnew() {
        var typing = Typing()
        typing.type("abcdefghijklmnopqrstuvwxyz")
        typing.painter.resize(columns: 12, rows: 6)
        // The terminal has broken both rows in two: the cursor is in the third of them, and all of it goes.
        #expect(typing.painter.erase() == "\u{1B}[2A\r\u{1B}[J")
    }
}

@Suite struct KeyDecoderTests {
    @Test func keysComeTheSameInPieces() {
        let bytes = Array("aé日\u{1B}[A\u{1B}OH\u{1B}[3~\u{1B}[1;5C\u{1B}x\u{1B}[200~p\nq\u{1B}[201~\r".utf8)
        let whole: [Key] = [
            .text("a"), .text("é"), .text("日"), .up, .home, .delete, .wordRight, .meta("x"), .paste("p\nq"), .enter,
        ]
        var decoder = KeyDecoder()
        #expect(decoder.decode(bytes) == whole)
        var slow = KeyDecoder()
        #expect(bytes.flatMap { slow.decode(CollectionOfOne($0)) } == whole)
    }

    @Test func anythingIsSurvived() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var decoder = KeyDecoder()
            var editor = LineEditor(prompt: "> ")
            for key in decoder.decode((0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }) {
                _ = editor.handle(key)
                _ = LineLayout(editor, columns: 7)
            }
        }
    }
}

@Suite struct HistoryTests {
    @Test func entriesSurviveTheFile() {
        let entries = ["a\nb", "c\\n", "\\", "é"]
        let file = entries.map(History.line).joined()
        #expect(file.split(separator: "\n").count == entries.count)
        #expect(History(file: file).entries == entries)
    }

    @Test func blanksAndRepetitionsAreNotKept() {
        var history = History()
        #expect(history.add("a") && !history.add("a") && !history.add(" \n"))
        #expect(history.entries == ["a"])
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
