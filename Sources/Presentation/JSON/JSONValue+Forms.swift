package import ErlangTerm

extension JSONValue {
    /// The same as a term: objects are maps with atoms for keys, strings binaries.
    package var term: Term {
        switch self {
        case .null: .atom("undefined")
        case .boolean(let flag): .bool(flag)
        case .integer(let number): .integer(number)
        case .number(let number): .float(number)
        case .string(let text): .binary(text)
        case .array(let elements): .list(elements.map(\.term))
        case .object(let members): .map(members.map { MapPair(.atom(Atom($0.key)), $0.value.term) })
        }
    }

    /// One line of JSON, with its line feed.
    package var line: [UInt8] {
        var json = JSONWriter()
        json.value(self)
        return json.bytes + [0x0A]
    }
}
