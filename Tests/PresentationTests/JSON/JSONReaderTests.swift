import Presentation
import Testing

struct JSONReaderTests {
    @Test(arguments: [
        ("null", JSONValue.null), (" true ", .boolean(true)), ("false", .boolean(false)), ("-12", .integer(-12)),
        ("0", .integer(0)), ("1.5e1", .number(15)), ("99999999999999999999", .number(1e20)),
        (#""a\"\\\/\b\f\n\r\té😀ж""#, .string("a\"\\/\u{8}\u{c}\n\r\té😀ж")),
        ("[]", .array([])), ("[1, [2]]", .array([.integer(1), .array([.integer(2)])])),
        ("{}", .object([])),
        (
            #"{"a": 1, "b": {"c": null}}"#,
            .object([JSONMember("a", .integer(1)), JSONMember("b", .object([JSONMember("c", .null)]))])
        ),
    ])
    func valuesAreRead(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONReader.value(text.utf8) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "truex", "1 2", "01", "-", "1.", "+1", ".5", "--1", "1e", #"""#, #""\x""#, #""\u12""#,
        #""\ud800""#, #""\ud800A""#, #""\udc00""#, "\"\n\"", "[", "[1", "[1,", "[1,]", "[,]", "{", #"{"a""#,
        #"{"a":"#, #"{"a":1"#, #"{"a":1,}"#, "{a:1}", "]", "}", "1e999",
    ])
    func whatIsNoJSONIsRefused(_ text: String) {
        #expect(throws: JSONFault.self) { try JSONReader.value(text.utf8) }
    }

    @Test
    func nestingAndBytesHaveLimits() {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(throws: JSONFault.self) { try JSONReader.value(deep.utf8) }
        #expect(throws: JSONFault.self) { try JSONReader.value([0x22, 0xFF, 0x22]) }
    }

    @Test
    func everyTruncationIsRefused() {
        let text = Array(#"{"a":[1,"\u00e9",true,null],"b":{"c":"d"}}"#.utf8)
        for count in 0..<text.count {
            #expect(throws: JSONFault.self, "cut after \(count) bytes") { try JSONReader.value(text.prefix(count)) }
        }
    }
}
