import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

/// A real `erl -args_file F` says how it grouped what it read.
@Suite struct VMArgumentsOracleTests {
    static let sources = [
        "-a b c -d", "-a 'b c' \"d e\" f\\ g", "-a#b\n-c", "-a b#c d\n e", "'-a' \"b\"", "-a\\\nb c", "-a b\\#c",
        "-a \"b'c\" 'd\"e'", "-a \"b\\c\" d", "-a b -- c d -e f", "-a \"\" '' b", "-a \"un closed", "-a b\\",
        "-env A -b -c d", "-a +K true b -c", "-kernel k v +P 2000 +sbt db w", "-a b\r\n-c\td\u{0B}e\u{0C}f",
        "-a \"b\nc\" -d", "-a b -extra -c d", "# only\n#comments", "-a ${B} $C", "-a b##c\n#\n-d", "a b -c", "-a - b",
        "-a é 'ü x'", "-a b -a c -a", "-sname-like x -x-y z", "-a \"b\"c'd'e", "\\-a b", "\"\"-a b", "-a \"#\" '#' #",
        "-args_file NESTED b -c d", "-c d -args_file NESTED", "-a b -args_file NESTED -args_file NESTED x -e",
    ]

    @Test func groupingIsThatOfErl() throws {
        let directory = try TemporaryDirectory()
        let nested = try directory.write("-n 1 2 # x\n-m '3 4' -extra no", to: "nested.args")
        for (index, source) in Self.sources.enumerated() {
            let text = source.split(separator: "NESTED", omittingEmptySubsequences: false).joined(separator: nested)
            let path = try directory.write(text, to: "vm\(index).args")
            let expression =
                "io:setopts([{encoding, unicode}]), io:format(\"~0tp.~n\", [[{atom_to_list(F), V} || {F, V} <- init:get_arguments(), "
                + "not lists:member(F, [root,progname,home,noshell,noinput,bindir,epmd_port])]]), halt()."
            let result = try CommandResult.ofSuccessful(
                "erl", ["-args_file", path, "-noinput", "-eval", expression], environment: ["LC_ALL": "C.UTF-8"])
            let printed = try TermParser.consult(bytes: result.standardOutputBytes)
            let ours = try VMArguments.read(path, SystemFiles()).flags.map { flag in
                Term.tuple([Self.string(flag.name.text), .list(flag.values.map { Self.string($0.text) })])
            }
            #expect(printed == [.list(ours)], "source: \(text)")
        }
    }

    private static func string(_ text: String) -> Term {
        .list(text.unicodeScalars.map { .integer(Int($0.value)) })
    }
}
