import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

@Suite struct CookieFileTests {
    static let contents = [
        "abc", "abc\n", "abc\r\n", "abc \n", "abc\n\n  \r", " abc", "a b c", "", "\n", "abc\nx", "a\tb", "é", "a\u{7F}",
        "!~", "abc\n \u{0}",
    ]

    private func ours(_ text: String) -> String? {
        (try? CookieFile.cookie(in: Array(text.utf8), path: "c")).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test func rules() {
        #expect(ours("abc\n") == "abc")
        #expect(ours("abc \n") == "abc ")
        #expect(ours("abc\nx") == nil)
        #expect(ours("") == nil)
        #expect(ours(String(repeating: "a", count: 256)) == nil)
    }

    /// The very functions of `auth`, from its source in the installed OTP.
    @Test func sameAsAuth() throws {
        let terms = Self.contents.map { "\(Array($0.utf8))" }.joined(separator: ",")
        let program = """
            {ok, [_|_] = Forms} = epp:parse_file(filename:join(code:lib_dir(kernel), "src/auth.erl"),
                [{includes, [filename:join(code:lib_dir(kernel), "include"), filename:join(code:lib_dir(kernel), "src")]}]),
            Fs = [F || {function, _, N, A, _} = F <- Forms, {N, A} =:= {check_cookie, 2} orelse {N, A} =:= {check_cookie1, 2}],
            {ok, M, B} = compile:forms([{attribute, 1, module, x}, {attribute, 1, export, [{check_cookie, 2}]} | Fs]),
            {module, M} = code:load_binary(M, "x", B),
            [io:format("~w.~n", [M:check_cookie(C, [])]) || C <- [\(terms)]], halt().
            """
        let result = try CommandResult.ofSuccessful("erl", ["-noinput", "-eval", program])
        let theirs = try TermParser.consult(bytes: result.standardOutputBytes)
        #expect(theirs.count == Self.contents.count)
        for (text, answer) in zip(Self.contents, theirs) {
            guard case .tuple(let pair) = answer else { continue }
            #expect(ours(text) == (pair[0] == .atom("ok") ? pair[1].text : nil), "\(Array(text.utf8))")
        }
    }

    @Test func permissions() throws {
        var files = MemoryFiles(["c": "abc"])
        files.permissions["c"] = 0o640
        for kind in [CookieFile.Kind.regular, .named] {
            let error = try #require(throws: SettingsError.self) { try CookieFile.read("c", files, kind) }
            #expect(error.exitStatus == 78)
        }
        let missing = try #require(throws: SettingsError.self) { try CookieFile.read("d", files, .named) }
        #expect(missing.exitStatus == 66)
    }

    @Test func onDisk() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("secret\n", to: "cookie", mode: 0o400)
        #expect(try CookieFile.read(path, SystemFiles(), .named).bytes == Array("secret".utf8))
        let open = try directory.write("secret\n", to: "open", mode: 0o644)
        #expect(throws: SettingsError.self) { try CookieFile.read(open, SystemFiles(), .named) }
        #expect(throws: FileFailure.self) { try SystemFiles().read(directory.path) }
        #expect(throws: FileFailure.self) { try SystemFiles().read("/dev/zero") }
        #expect(SystemFiles().entries(of: directory.path) == ["cookie", "open"])
    }
}
