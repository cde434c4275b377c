import ErlangTerm
import ErlcluTestSupport
import Foundation
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

    private static var parts: [Term] {
        // What Foundation takes for a number.
        let decimal = BigInteger(isNegative: true, magnitude: [UInt8](repeating: 0x5A, count: 100))
        let hexadecimal = BigInteger(isNegative: false, magnitude: [UInt8](repeating: 7, count: (1 << 20) + 9))
        let text = Array(String(repeating: "a\"€", count: 40_000).utf8)
        return [
            .binary(text), .binary([UInt8](repeating: 0xFF, count: 200_001)), .bigInteger(decimal),
            .bigInteger(hexadecimal), .list((0..<100_000).map { .integer(0x61 + $0 % 20) }),
            .list((0..<50_000).map { .integer(0x3B1 + $0 % 20) }), .map([MapPair(.binary(text), .atom("x"))]),
            .bitString(BitString(bytes: [UInt8](repeating: 0xA0, count: 100_000), bitsInLastByte: 3)),
            .list((0..<60_000).map { .tuple([.atom("a"), .integer($0)]) }),
        ]
    }

    private static let writers = [false, true].flatMap { isTagged in
        [false, true].map { TermJSON(isTagged: isTagged, findsStrings: $0) }
    }

    /// In pieces it is what it is at once, and the pieces are small.
    @Test func longPartsAreContinued() throws {
        for term in Self.parts + [.list(Self.parts)] {
            let view = try DecodedTerm(packet: term.encoded).root
            for form in Self.writers {
                var whole = JSONWriter()
                form.write(view, to: &whole)
                var (json, joined, isMore) = (JSONWriter(), [UInt8](), true)
                var text = TermJSONText(of: view, form) { true }
                while isMore {
                    isMore = text.proceed(to: &json, until: 64 << 10)
                    let piece = json.takeBytes()
                    #expect(piece.count < 512 << 10)
                    joined += piece
                }
                #expect(joined == whole.bytes && !text.isCut)
                #expect(throws: Never.self) {
                    try JSONSerialization.jsonObject(with: Data(joined), options: .fragmentsAllowed)
                }
            }
        }
    }

    /// Wherever the time ends, what is written is JSON.
    @Test func aValueThatIsCutIsJSON() throws {
        let view = try DecodedTerm(
            packet: Term.map([MapPair(.atom("all"), .list(Self.parts)), MapPair(.atom("z"), .integer(1))]).encoded
        ).root
        for form in Self.writers {
            for limit in [1, 2, 3, 5, 8, 13, 21, 34, 55] {
                var looks = 0
                var json = JSONWriter()
                var text = TermJSONText(of: view, form) {
                    looks += 1
                    return looks < limit
                }
                json.beginObject()
                json.key("value")
                while text.proceed(to: &json, until: .max) {}
                #expect(text.isCut)
                json.key("value_cut")
                json.boolean(true)
                json.endObject()
                let object = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any]
                #expect(object?["value_cut"] as? Bool == true && object?.keys.count == 2)
            }
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
