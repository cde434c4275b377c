/// Writes JSON (RFC 8259), compact, in one pass. The caller pairs `begin` and `end`.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false
    /// Whether the last thing is a key.
    private(set) var awaitsValue = false
    /// The first member of the outermost object, unless that begins with a schema of its own.
    private var schema: String?

    /// - Parameter schema: what the document is, where it is to say so: `erlclu/members/1`.
    package init(schema: String? = nil) { self.schema = schema }

    private static let schemaKey = "schema"

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    package mutating func key(_ name: String) {
        if let schema {
            self.schema = nil
            if name != Self.schemaKey {
                key(Self.schemaKey)
                string(schema)
            }
        }
        beginString()
        append(utf8: name.utf8)
        endKey()
    }

    /// - Returns: what has been written since the last time.
    package mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    package mutating func null() { literal("null") }
    package mutating func boolean(_ value: Bool) { literal(value ? "true" : "false") }
    package mutating func integer(_ value: Int) { literal(String(value)) }

    /// JSON has no infinities and no NaN; neither has Erlang, but what a peer sends is not ours.
    package mutating func number(_ value: Double) { value.isFinite ? literal(value.description) : null() }

    /// `digits` is a JSON number already.
    package mutating func number(digits: String) { literal(digits) }

    /// A whole JSON value, as another writer made it.
    package mutating func value(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// Escapes all that `TerminalText` escapes: the JSON may be shown on a terminal.
    package mutating func string(_ text: String) { string(utf8: text.utf8) }

    /// `utf8` is well-formed.
    package mutating func string(utf8: some Sequence<UInt8>) {
        beginString()
        append(utf8: utf8)
        endString()
    }

    /// A string, or a key, that is written in pieces.
    mutating func beginString() {
        separate()
        bytes.append(UInt8(ascii: "\""))
    }

    /// - Parameter utf8: well-formed, and not cut within a character.
    mutating func append(utf8: some Sequence<UInt8>) {
        var rest = utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case 0x80...: appendEscaped(byte, &rest)
            default: appendEscaped(byte)
            }
        }
    }

    mutating func endString() {
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    mutating func endKey() {
        bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
        needsComma = false
        awaitsValue = true
    }

    /// A number that is written in pieces.
    mutating func beginNumber() { separate() }
    mutating func endNumber() { needsComma = true }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        case ..<0x20, 0x7F:
            let digits = String(byte, radix: 16)
            bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
            bytes.append(contentsOf: digits.utf8)
        default: bytes.append(byte)
        }
    }

    /// A character beyond ASCII, whose first byte has been read.
    private mutating func appendEscaped(_ first: UInt8, _ rest: inout some IteratorProtocol<UInt8>) {
        let start = bytes.count
        let following = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3
        var scalar = UInt32(first) & (0x3F >> UInt32(following))
        bytes.append(first)
        for _ in 0..<following {
            guard let next = rest.next() else { break }
            bytes.append(next)
            scalar = scalar << 6 | UInt32(next & 0x3F)
        }
        if TerminalText.isHarmless(scalar) { return }
        bytes.removeSubrange(start...)
        for unit in Unicode.Scalar(scalar).map({ Array($0.utf16) }) ?? [] {
            let digits = String(unit, radix: 16)
            bytes.append(contentsOf: "\\u".utf8)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
            bytes.append(contentsOf: digits.utf8)
        }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func separate() {
        awaitsValue = false
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }
}
