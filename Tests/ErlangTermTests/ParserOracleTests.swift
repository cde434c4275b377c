import ErlcluTestSupport
import Testing

@testable import ErlangTerm

/// A real `erl` reads the same sources and prints what it read with `~tw`, which is read again.
@Suite struct ParserOracleTests {
    static let sources = [
        "1.", "-1.", "+1.", "- 1.", "1_000_000.", "16#FfF_f.", "36#zZ.", "2#101.", "123456789012345678901234567890.",
        "-9223372036854775808.", "1.0.", "1.5e10.", "1.5E-10.", "1_0.2_5.", "-0.0.", "$a.", "$\\n.", "$\\^A.",
        "$\\x{1F600}.",
        "$\\x41.", "$\\101.", "$\\7.", "$ .", "$\\s.", "$\\e.", "$'.", "$\".", "-$a.", "a.", "'A b'.", "'\\'\\\"\\\\'.",
        "''.", "'日本語'.",
        "état.", "a@b.", "\"abc\".", "\"a\" \"b\"\n\"c\".", "\"\\t\\x{263A}\\0\".", "\"\".", "\"a\\\nb\".", "\"a\nb\".",
        "[].", "[1,2|3].",
        "[1|[2]].", "[a|\"bc\"].", "{}.", "{a,{b,[c]}}.", "(a).", "((1)).", "[(a)|(b)].", "#{}.", "#{a=>1,\"b\"=>#{}}.",
        "#{1=>a,1=>b}.",
        "<<>>.", "<<1,2,3>>.", "<<\"abc\">>.", "<<\"abc\",0>>.", "<<\"é\">>.", "<<\"é\"/utf8>>.", "<<8364>>.",
        "<<8364/utf8>>.",
        "<<\"日\"/utf16>>.", "<<\"日\"/utf16-little>>.", "<<128512/utf16>>.", "<<\"日\"/utf32>>.", "<<1:4>>.",
        "<<1:4,2:4>>.", "<<1:3,300:10,1:1>>.",
        "<<-1:12>>.", "<<16#1234:16/little>>.", "<<16#123:12/little>>.", "<<16#12345:20/little-signed>>.",
        "<<1.5/float>>.", "<<1/float>>.",
        "<<1.5:32/float-little>>.", "<<-0.1:64/float>>.", "<<\"ab\":16>>.", "<<\"ab\":4>>.", "<<1:2/unit:8>>.",
        "<<1:2/integer-unit:3>>.",
        "<<<<1,2>>/binary>>.", "<<<<1,2,3>>:2/binary>>.", "<<<<5:3>>/bitstring,1:5>>.", "<<<<5:3>>/bits>>.", "<<-1>>.",
        "<<+1>>.", "<<$a>>.",
        "<<(1)>>.", "<<1:(8)>>.", "<<12345678901234567890:80>>.", "<<-12345678901234567890:80/little>>.", "<<1:0>>.",
        "<<\"\">>.",
        "<<\"ab\"\"cd\">>.", "fun lists:map/2.", "fun 'A':'b c'/0.", "% c\na. % d\n", "a.%x", "\t a \n .", "{a,%x\nb}.",
        // What both refuse.
        "", "1", "a", "a b.", "[a", "{a,}.", "[a|b,c].", "[|a].", "#{a}.", "#{a:=1}.", "X.", "f(1).", "1+2.",
        "<<1.0>>.", "<<a>>.",
        "<<1:-1>>.", "<<1:3/float>>.", "<<<<1:4>>/binary>>.", "<<\"a\"/binary>>.", "<<1/nope>>.", "<<55296/utf8>>.",
        "<<1:8/utf8>>.",
        "fun f/1.", "fun() -> 1 end.", "'abc", "\"abc", "$", "1#1.", "37#1.", "16#.", "2#2.", "1.0e999.", "1__0.",
        "1_.", "-a.", "--1.",
        "\"\\x{110000}\".", "\"\\xZ\".", "a.b.", "#r{}.", "begin 1 end.", "not true.", "]", "a; b.", "{a}}.",
        "<<1:2/unit:300>>.", "<<1/unit:8>>.",
    ]

    @Test func readsWhatErlReads() throws {
        let directory = try TemporaryDirectory()
        for (index, source) in Self.sources.enumerated() {
            _ = try directory.write(source, to: "\(index).term")
        }
        let program = """
            io:setopts([{encoding, unicode}]),
            [begin
                {ok, B} = file:read_file("\(directory.path)/" ++ integer_to_list(I) ++ ".term"),
                S = unicode:characters_to_list(B),
                R = try
                    {ok, T, _} = erl_scan:string(S),
                    {ok, V} = erl_parse:parse_term(T),
                    io_lib:format("~tw", [{ok, V}])
                catch _:_ -> "error" end,
                io:format("~ts.~n", [R])
            end || I <- lists:seq(0, \(Self.sources.count - 1))], halt().
            """
        let result = try CommandResult.ofSuccessful("erl", ["-noinput", "-eval", program])
        let lines = result.standardOutput.split(separator: "\n")
        #expect(lines.count == Self.sources.count)
        for (source, line) in zip(Self.sources, lines) {
            let theirs = try TermParser.parse(one: String(line))
            guard let ours = try? TermParser.consult(bytes: Array(source.utf8)), let term = ours.first else {
                #expect(theirs == .atom("error"), "source: \(source)")
                continue
            }
            #expect(theirs == .tuple([.atom("ok"), term]), "source: \(source)")
        }
    }

    /// What only later releases know.
    static let laterSources = [
        "~\"abc\".", "~b\"a\\n\".", "~B\"a\\n\".", "~s(ab).", "~S[a\\n].", "~b\"\"\"\n  ab\n   c\n  \"\"\".",
        "\"\"\"\nab\n\"\"\".",
        "\"\"\"\n\"\"\".", "\"\"\"\n   \"\"\".", "\"\"\"abc\"\"\".", "\"\"\"\n  a\n b\n  \"\"\".", "~x\"a\".",
        "~s\"a\"b.",
        "$\\^a.", "$\\^?.", "$\\^!.", "\"a\"~\"b\".", "\"\"\"\"\n\"\"\"\n\"\"\"\".", "~\"\"\"\n a\\n\n \"\"\".",
        "\"\"\"\r\n  a\r\n  b\r\n  \"\"\".",
        "~s\"\"\"\n \\x41\n \"\"\".", "\"\"\"\n\n a\n\n \"\"\".", "~'a'.", "~`a`.", "~#a#.", "~/a/.", "~|a|.", "~<a>.",
        "~{a}.", "\"\"\" \n x\n \"\"\".",
        "~", "~b", "~\"é\".", "<<~\"a\"/binary>>.", "{~\"a\",~s\"b\"}.", "\"\"\"\n\ta\n\t\"\"\".",
        "\"\"\"\n \"\n \"\"\".",
    ]

    @Test func readsWhatLaterReleasesRead() throws {
        guard let release = OTPRelease.available.last(where: { $0.major >= 27 }), let root = release.root else {
            return
        }
        let directory = try TemporaryDirectory(in: root + "/tmp")
        for (index, source) in Self.laterSources.enumerated() {
            _ = try directory.write(source, to: "\(index).term")
        }
        let program = """
            io:setopts([{encoding, unicode}]),
            [begin
                {ok, B} = file:read_file("\(directory.path.dropFirst(root.count))/" ++ integer_to_list(I) ++ ".term"),
                S = unicode:characters_to_list(B),
                R = try
                    {ok, T, _} = erl_scan:string(S),
                    {ok, V} = erl_parse:parse_term(T),
                    io_lib:format("~tw", [{ok, V}])
                catch _:_ -> "error" end,
                io:format("~ts.~n", [R])
            end || I <- lists:seq(0, \(Self.laterSources.count - 1))], halt().
            """
        let result = try CommandResult.ofSuccessful("chroot", [root, "erl", "-noinput", "-eval", program])
        let lines = result.standardOutput.split(separator: "\n")
        #expect(lines.count == Self.laterSources.count)
        for (source, line) in zip(Self.laterSources, lines) {
            let theirs = try TermParser.parse(one: String(line))
            guard let ours = try? TermParser.consult(bytes: Array(source.utf8)), let term = ours.first else {
                #expect(theirs == .atom("error"), "source: \(source)")
                continue
            }
            #expect(theirs == .tuple([.atom("ok"), term]), "source: \(source)")
        }
    }
}
