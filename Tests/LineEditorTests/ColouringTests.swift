import Testing

@testable import LineEditor

/// What each character of the input is, as a letter below it.
@Suite struct ColouringTests {
    @Test(arguments: [
        ("X = foo(1, \"a\\\"b\").", "V...AAA.N..SSSSSS.."),
        ("case X of _Y -> 'it''s' end", "KKKK.V.KK.VV....AAAAAAA.KKK"),
        ("1 % rest, \"x\n2", "N.CCCCCCCCCC.N"),
        ("\"open, X", "SSSSSSSS"),
        ("'open, X", "AAAAAAAA"),
        ("16#fF + 1_000 - 1.5e-3.", "NNNNN...NNNNN...NNNNNN."),
        ("[1,2].", ".N.N.."),
        ("1.", "N."),
        ("$a$\\n$\\x{41}$\\x4f$\\^C$\\101$\"x", "NNNNNNNNNNNNNNNNNNNNNNNNNNNNA"),
        ("#rec{f=?M}", ".AAA.A..V."),
        ("\"\"\"\n a \"b\" X\n \"\"\" X", "SSSSSSSSSSSSSSSSS.V"),
        ("\"\"\"\" X", "SSSS.V"),
        ("~b[x] ~\"a\\\"\" ~S(\\) X ~ y", "SSSSS.SSSSSS.SSSSS.V...A"),
        ("Ünï ünï@x", "VVV.AAAAA"),
        ("日 Ⓐ $", "A.V.N"),
    ])
    func erlang(text: String, letters: String) { expect(.erlang, text, letters) }

    @Test(arguments: [
        ("x = :foo <> \"a\\\"b\" # c", "....AAAA....SSSSSS.CCC"),
        ("if a?, do: IO.puts(1)", "KK.....AAA.AA......N."),
        ("\"a#{f(\"b\")}c\" nil", "SS....SSS..SS.KKK"),
        ("{:a, %{b: 1}}", ".AA....AA.N.."),
        ("\"open #{ 1", "SSSSSS...N"),
        ("\"\"\"\n\"x\"\n\"\"\" end", "SSSSSSSSSSS.KKK"),
        ("~r/a\\/b/i ~W[a#{] ~s(#{1})", "SSSSSSSS..SSSSSSS.SSS..N.S"),
        ("?a ?\\n x.end ::y :\"q r\"", "NN.NNN...........AAAAAA"),
        ("0xFF 1_0.5e+2 1..2", "NNNN.NNNNNNNN.N..N"),
        ("Foo.Bar.baz!", "AAA.AAA....."),
    ])
    func elixir(text: String, letters: String) { expect(.elixir, text, letters) }

    private func expect(_ syntax: InputSyntax, _ text: String, _ letters: String) {
        let roles = syntax.roles(of: Array(text)) ?? []
        let found = String(
            roles.map { role -> Character in
                switch role {
                case .plain: "."
                case .atom: "A"
                case .variable: "V"
                case .string: "S"
                case .number: "N"
                case .keyword: "K"
                case .comment: "C"
                }
            })
        #expect(found == letters, "\(text)")
    }

    /// Whatever is typed, at whatever moment: each character has a role, and none takes another cell for it.
    @Test func anyTextIsScannedToItsEnd() {
        var random = SystemRandomNumberGenerator()
        let pieces: [Character] = Array("\"'$#{}[]()<>\\~:?%/|`.-+eE_aZ09\n \tüÜ日Ⓐ\u{301}\u{0}")
        for _ in 0..<3000 {
            let text = String((0..<Int.random(in: 0..<24, using: &random)).compactMap { _ in pieces.randomElement() })
            for syntax in [InputSyntax.erlang, .elixir] {
                #expect(syntax.roles(of: Array(text))?.count == text.count, "\(text.debugDescription)")
                var editor = LineEditor(prompt: "1> ")
                editor.insert(text)
                let plain = LineLayout(editor, columns: 9)
                editor.syntax = syntax
                let coloured = LineLayout(editor, columns: 9)
                #expect(plain.widths == coloured.widths)
                #expect([plain.cursorRow, plain.cursorColumn] == [coloured.cursorRow, coloured.cursorColumn])
                #expect(plain.rows.map { $0.map(\.text).joined() } == coloured.rows.map { $0.map(\.text).joined() })
            }
        }
    }

    @Test func theScreenShowsTheSameText() {
        var painter = LinePainter(columns: 12, rows: 5)
        var editor = LineEditor(prompt: "1> ", syntax: .erlang)
        editor.insert("X = {ok, \"日本\"}.")
        let output = painter.paint(editor)
        #expect(output.contains("\u{1B}[33mX\u{1B}[0m"))
        #expect(output.contains("\u{1B}[36mok\u{1B}[0m"))
        var cells = CellScreen(columns: 12, rows: 5)
        cells.write(output)
        #expect(cells.lines == ["1> X = {ok,", "\"日本\"}."])
        editor.syntax = nil
        #expect(!painter.paint(editor).contains("m"))
        // A password has no colours either.
        var secret = LineEditor(prompt: "", isSecret: true, syntax: .erlang)
        secret.insert("\"x\"")
        #expect(!LinePainter(columns: 12, rows: 5).painted(secret).contains("m"))
    }

    @Test func hugeInputStaysPlain() {
        #expect(InputSyntax.erlang.roles(of: Array(repeating: "a", count: InputSyntax.limit + 1)) == nil)
    }
}

extension LinePainter {
    fileprivate func painted(_ editor: LineEditor) -> String {
        var painter = self
        return painter.paint(editor)
    }
}
