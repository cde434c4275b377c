import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import Presentation

@Suite struct TermJSONTests {
    static let forms: [(String, String, String)] = [
        ("42", "42", "42"),
        ("1.5", "1.5", "1.5"),
        ("ok", #""ok""#, #"{"$atom":"ok"}"#),
        ("true", "true", "true"),
        ("null", "null", #"{"$atom":"null"}"#),
        ("<<\"h\\\"é\\n\"/utf8>>", #""h\"é\n""#, #""h\"é\n""#),
        ("<<255>>", #"{"$binary":"/w=="}"#, #"{"$binary":"/w=="}"#),
        (
            "<<5:3>>", #"{"$bitstring":{"base64":"oA==","bits_in_last_byte":3}}"#,
            #"{"$bitstring":{"base64":"oA==","bits_in_last_byte":3}}"#
        ),
        ("[]", "[]", "[]"),
        ("[1,[2],{}]", "[1,[2],[]]", #"[1,[2],{"$tuple":[]}]"#),
        ("{a,{b,1}}", #"["a",["b",1]]"#, #"{"$tuple":[{"$atom":"a"},{"$tuple":[{"$atom":"b"},1]}]}"#),
        ("[1|2]", #"{"$list":[1],"$tail":2}"#, #"{"$list":[1],"$tail":2}"#),
        ("\"ab\"", "[97,98]", "[97,98]"),
        ("#{a => 1}", #"{"a":1}"#, #"{"$map":[[{"$atom":"a"},1]]}"#),
        ("#{<<\"k\">> => #{b => []}}", #"{"k":{"b":[]}}"#, #"{"$map":[["k",{"$map":[[{"$atom":"b"},[]]]}]]}"#),
    ]

    @Test(arguments: forms) func writes(_ source: String, _ plain: String, _ tagged: String) {
        #expect(Self.text(source, TermJSON()) == plain)
        #expect(Self.text(source, TermJSON(isTagged: true)) == tagged)
    }

    @Test func stringsOnRequest() {
        #expect(Self.text("[\"ab\",[1,2],[8364],[]]", TermJSON(findsStrings: true)) == #"["ab",[1,2],"€",[]]"#)
        #expect(Self.text("\"ab\"", TermJSON(isTagged: true, findsStrings: true)) == #"{"$string":"ab"}"#)
    }

    @Test func identifiers() throws {
        let pid = Term.pid(PID(node: "a@b", id: 84, serial: 1, creation: 7))
        let view = try DecodedTerm(packet: pid.encoded).root
        var json = JSONWriter()
        TermJSON(isTagged: true).write(view, to: &json)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"$pid":{"node":"a@b","id":84,"serial":1,"creation":7}}"#)
    }

    /// Every code point that is shown escaped for people is escaped for scripts; the others are as they are.
    @Test func controlsAreEscaped() {
        let ranges: [ClosedRange<UInt32>] = [0x20...0x3FFF, 0xF900...0x11FFF, 0xE0000...0xE0200]
        for value in ranges.joined() {
            guard let scalar = Unicode.Scalar(value), value != 0x22, value != 0x5C else { continue }
            var json = JSONWriter()
            json.string("a\(scalar)b")
            let escape = String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
            let shown = TerminalText.escaped(String(scalar)) == String(scalar) ? String(scalar) : escape
            #expect(String(decoding: json.bytes, as: UTF8.self) == "\"a\(shown)b\"")
        }
    }

    @Test func depthIsNoRecursion() throws {
        let packet = [131] + [[UInt8]](repeating: [104, 1], count: 9_000).joined() + [106]
        var limits = TermLimits.standard
        limits.depth = 10_000
        let view = try DecodedTerm(packet: packet, limits: limits).root
        var json = JSONWriter()
        TermJSON().write(view, to: &json)
        #expect(json.bytes.count == 2 * 9_001)
    }

    private static func text(_ source: String, _ form: TermJSON) -> String {
        var json = JSONWriter()
        form.write(.of(source), to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
