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
        let isDone: Void? = utf8.withContiguousStorageIfAvailable { JSONText.append($0, to: &bytes) }
        if isDone == nil { Array(utf8).withUnsafeBufferPointer { JSONText.append($0, to: &bytes) } }
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
