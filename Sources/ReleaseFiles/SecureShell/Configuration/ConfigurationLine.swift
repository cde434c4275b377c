import ErlangTerm

/// A line of `ssh_config` in words, by OpenSSH's rules (`readconf.c` and `misc.c` of 9.2).
struct ConfigurationLine: Hashable {
    /// In lower case.
    let keyword: String
    /// What stands behind the keyword, as it is written.
    let rest: [UInt8]
    /// The same in words: quotes and escapes are taken away, and a comment at the end.
    let words: [String]

    /// Longer lines are refused; OpenSSH has no limit.
    static let lengthLimit = 16 << 10

    /// - Parameter bytes: without the line's end.
    /// - Returns: nil for an empty line and a comment.
    init?(_ bytes: ArraySlice<UInt8>) throws(ConfigurationFault) {
        guard bytes.count <= Self.lengthLimit else {
            throw ConfigurationFault("the line is longer than \(Self.lengthLimit >> 10) KiB")
        }
        var line = bytes
        while line.count > 1, let last = line.last, Self.isBlank(last) || last == 0x0C { line.removeLast() }
        var cursor = WordCursor(Array(line))
        guard var keyword = cursor.next() else { return nil }
        if keyword.isEmpty {
            // Blanks before the keyword.
            guard let second = cursor.next() else { return nil }
            keyword = second
        }
        guard let first = keyword.first, first != UInt8(ascii: "#") else { return nil }
        self.keyword = String(decoding: keyword, as: UTF8.self).loweredASCII
        let rest = Array((cursor.rest ?? []).drop(while: Self.isBlank))
        guard !rest.isEmpty else { throw ConfigurationFault("\(self.keyword) has no value") }
        guard !rest.contains(0) else { throw ConfigurationFault("a NUL byte") }
        self.rest = rest
        words = try Self.words(rest)
    }

    /// What stands behind the keyword, for values that are not split.
    var text: String {
        String(decoding: rest.drop { Self.isBlank($0) || $0 == UInt8(ascii: "=") }, as: UTF8.self)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// `'` and `"` keep blanks, `\` keeps a quote, itself, and outside of quotes a blank. `#` begins a comment where a
    /// word would begin.
    static func words(_ text: [UInt8]) throws(ConfigurationFault) -> [String] {
        let (single, double, escape) = (UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"))
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            let next = index + 1 < text.endIndex ? text[index + 1] : nil
            index += 1
            if word == nil {
                if byte == 0x20 || byte == 0x09 { continue }
                if byte == UInt8(ascii: "#") { break }
                word = []
            }
            switch byte {
            case escape where next == single || next == double || next == escape || (quote == nil && next == 0x20):
                word?.append(next ?? byte)
                index += 1
            case 0x20 where quote == nil, 0x09 where quote == nil:
                words.append(String(decoding: word ?? [], as: UTF8.self))
                word = nil
            case single where quote == nil, double where quote == nil: quote = byte
            case quote: quote = nil
            default: word?.append(byte)
            }
        }
        guard quote == nil else { throw ConfigurationFault("a quote is not closed") }
        if let word { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}

/// Takes words from the begin of a line: up to a blank or one `=`, or between double quotes (`strdelim`).
struct WordCursor {
    /// nil once a word has been taken that nothing stood behind.
    private(set) var rest: [UInt8]?

    init(_ text: [UInt8]) { rest = text }

    /// - Returns: nil where nothing is left, or a quote is not closed. Empty where a delimiter comes first.
    mutating func next() -> [UInt8]? {
        guard let text = rest else { return nil }
        let (quote, equals) = (UInt8(ascii: "\""), UInt8(ascii: "="))
        guard
            let stop = text.firstIndex(where: { ConfigurationLine.isBlank($0) || $0 == quote || $0 == equals })
        else {
            rest = nil
            return text
        }
        if text[stop] == quote {
            guard let close = text[(stop + 1)...].firstIndex(of: quote) else {
                rest = nil
                return nil
            }
            rest = Array(text[(close + 1)...].drop(while: ConfigurationLine.isBlank))
            return Array(text[..<stop] + text[(stop + 1)..<close])
        }
        var behind = text[(stop + 1)...].drop(while: ConfigurationLine.isBlank)
        if text[stop] != equals, behind.first == equals {
            behind = behind.dropFirst().drop(while: ConfigurationLine.isBlank)
        }
        rest = Array(behind)
        return Array(text[..<stop])
    }

    mutating func nextText() -> String? { next().map { String(decoding: $0, as: UTF8.self) } }
}

/// What is wrong with a line: a phrase without the place.
struct ConfigurationFault: Error, Hashable {
    let message: String
    /// Where a file that the line includes is wrong: that, with its own place.
    let elsewhere: SettingsError?

    init(_ message: String) {
        self.message = message
        elsewhere = nil
    }

    init(elsewhere error: SettingsError) {
        message = error.message
        elsewhere = error
    }

    /// With its place, unless it has one in another file.
    func located(_ path: String, _ line: Int) -> SettingsError {
        elsewhere ?? SettingsError(.configuration, message, file: path, position: SourcePosition(line: line, column: 1))
    }
}
