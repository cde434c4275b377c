/// A JSON object on its way into a value, and back: members that are nil are left out.
package struct RecordedObject {
    package var members: [JSONMember] = []

    package init() {}

    package init(_ value: JSONValue, _ place: String) throws(RecordingFault) {
        guard case .object(let members) = value else { throw .member(place) }
        self.members = members
    }

    package var value: JSONValue { .object(members) }

    // MARK: writing

    package mutating func put(_ key: String, _ value: JSONValue?) {
        if let value { members.append(JSONMember(key, value)) }
    }

    package mutating func put(_ key: String, _ text: String?) { put(key, text.map { .string($0) }) }
    package mutating func put(_ key: String, _ number: Int?) { put(key, number.map { .integer($0) }) }
    package mutating func put(_ key: String, _ texts: [String]?) {
        put(key, texts.map { .array($0.map { .string($0) }) })
    }

    // MARK: reading

    package subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

    package func text(_ key: String) throws(RecordingFault) -> String {
        guard let text = self[key]?.text else { throw .member(key) }
        return text
    }

    /// nil when it is absent; what is there must be of its kind.
    package func optionalText(_ key: String) throws(RecordingFault) -> String? {
        self[key] == nil ? nil : try text(key)
    }

    package func integer(_ key: String) throws(RecordingFault) -> Int {
        guard let number = self[key]?.integer else { throw .member(key) }
        return number
    }

    /// A time within the years that `UTCTime` knows.
    package func time(_ key: String, within range: ClosedRange<Int>) throws(RecordingFault) -> Int {
        let time = try integer(key)
        guard range.contains(time) else { throw .member(key) }
        return time
    }

    package func number<Number: FixedWidthInteger>(_ key: String) throws(RecordingFault) -> Number {
        guard let number = Number(exactly: try integer(key)) else { throw .member(key) }
        return number
    }

    package func optionalNumber<Number: FixedWidthInteger>(_ key: String) throws(RecordingFault) -> Number? {
        self[key] == nil ? nil : try number(key)
    }

    package func texts(_ key: String) throws(RecordingFault) -> [String] {
        guard let elements = self[key]?.elements else { throw .member(key) }
        var texts: [String] = []
        for element in elements {
            guard let text = element.text else { throw .member(key) }
            texts.append(text)
        }
        return texts
    }

    package func optionalTexts(_ key: String) throws(RecordingFault) -> [String]? {
        self[key] == nil ? nil : try texts(key)
    }

    package func word<Word: RawRepresentable<String>>(_ key: String) throws(RecordingFault) -> Word {
        guard let word = Word(rawValue: try text(key)) else { throw .member(key) }
        return word
    }

    package func optionalWord<Word: RawRepresentable<String>>(_ key: String) throws(RecordingFault) -> Word? {
        self[key] == nil ? nil : try word(key)
    }

    package func object(_ key: String) throws(RecordingFault) -> RecordedObject {
        guard let value = self[key] else { throw .member(key) }
        return try RecordedObject(value, key)
    }

    package func bytes(_ key: String) throws(RecordingFault) -> [UInt8] {
        let digits = Array(try text(key).utf8)
        guard digits.count.isMultiple(of: 2) else { throw .member(key) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Character(Unicode.Scalar(digits[place])).hexDigitValue,
                let low = Character(Unicode.Scalar(digits[place + 1])).hexDigitValue
            else { throw .member(key) }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
