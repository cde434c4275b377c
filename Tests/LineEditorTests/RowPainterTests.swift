import TerminalCanvas
import Testing

@testable import LineEditor

/// On a terminal that knows no sequence: what it shows is judged by `CellScreen`, of one row.
@Suite struct RowPainterTests {
    private struct Typing {
        var editor = LineEditor(prompt: "1> ")
        var painter = RowPainter(columns: 20, rows: 5)
        var screen = CellScreen(columns: 20, rows: 5)
        var written = ""

        mutating func type(_ text: String) {
            var decoder = KeyDecoder()
            for key in decoder.decode(Array(text.utf8)) { _ = editor.handle(key) }
            write(painter.paint(editor))
        }

        mutating func write(_ output: String) {
            written += output
            screen.write(output)
        }
    }

    @Test func aLineIsEdited() {
        var typing = Typing()
        for character in "foo(12)." { typing.type(String(character)) }
        #expect(typing.screen.lines == ["1> foo(12)."])
        typing.type("\u{1}\u{6}x\u{5}\u{7F}")
        #expect(typing.screen.lines == ["1> fxoo(12)"])
        typing.type("\u{1}\u{B}日本é")
        #expect(typing.screen.lines == ["1> 日本é"])
        #expect(typing.screen.column == 8)
        typing.write(typing.painter.leave())
        #expect(typing.screen.row == 1)
        #expect(!typing.written.contains("\u{1B}"))
    }

    @Test func ofALongLineThePartAroundTheCursorIsShown() {
        var typing = Typing()
        typing.type("abcdefghijklmnopqrstuvwxyz")
        #expect(typing.screen.lines.count == 1)
        #expect(typing.screen.lines[0].hasSuffix("xyz"))
        typing.type("\u{1}")
        #expect(typing.screen.lines == ["1> abcdefghijklmnop"])
        #expect([typing.screen.row, typing.screen.column] == [0, 3])
        typing.type("\u{5}\u{1B}\r2")
        #expect(typing.screen.lines[0].hasSuffix("xyz^J2"))
        typing.write(typing.painter.erase())
        #expect(typing.screen.lines == [])
        #expect(!typing.written.contains("\u{1B}"))
    }

    @Test func aSecretIsNotShown() {
        var typing = Typing()
        typing.editor = LineEditor(prompt: "password: ", isSecret: true)
        typing.type("hidden")
        #expect(typing.screen.lines == ["password:"])
    }
}
