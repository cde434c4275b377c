/// What stands in a file of arguments for a value that is put in later.
enum Placeholder: Hashable {
    /// `${NAME}`, which relx replaces when the release is started.
    case variable(String)
    /// `{{ name }}` of relx and rebar3 or `<%= name %>` of EEx, with its brackets: replaced when the release is built.
    case template(String)

    /// - Returns: the first one in `text`; nil for a value as it is.
    init?(in text: String) {
        let bytes = Array(text.utf8)
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        if let range = Self.templates(in: bytes).first {
            self = .template(part(range))
        } else if let range = VariableExpansion.firstVariable(in: bytes, from: 0) {
            self = .variable(part(range))
        } else {
            return nil
        }
    }

    /// Without place and period.
    /// - Parameter isReplaced: whether variables in this file are replaced.
    func reason(isReplaced: Bool) -> String {
        switch self {
        case .variable(let name) where isReplaced: "\(name) is not set here"
        case .variable(let name): "nothing replaces \(name) in this file: relx does that in vm.args.src"
        case .template(let text): "this file is a template: \(text) is put in when the release is built"
        }
    }

    /// Puts a backslash before all that would end or change an argument within a template's brackets, so that
    /// `{{ name }}` is one.
    static func protected(_ bytes: [UInt8]) -> [UInt8] {
        let ranges = templates(in: bytes)
        guard !ranges.isEmpty else { return bytes }
        var result: [UInt8] = []
        var start = 0
        for range in ranges {
            result += bytes[start..<range.lowerBound]
            for byte in bytes[range] {
                if " \t\"'#\\".utf8.contains(byte) { result.append(UInt8(ascii: "\\")) }
                result.append(byte)
            }
            start = range.upperBound
        }
        return result + bytes[start...]
    }

    /// `{{ name }}` with one name in it, so that no Erlang term is meant, and `<% … %>`, each within a line.
    private static func templates(in bytes: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var (mustache, tag) = (ClosingMark("}}"), ClosingMark("%>"))
        var start = 0
        while start + 1 < bytes.count {
            let end: Int?
            switch (bytes[start], bytes[start + 1]) {
            case (UInt8(ascii: "{"), UInt8(ascii: "{")):
                end = mustache.place(in: bytes, from: start + 2).flatMap { place in
                    isName(bytes[(start + 2)..<place]) ? place : nil
                }
            case (UInt8(ascii: "<"), UInt8(ascii: "%")): end = tag.place(in: bytes, from: start + 2)
            default:
                start += 1
                continue
            }
            if let end { ranges.append(start..<(end + 2)) }
            start = (end ?? start) + 2
        }
        return ranges
    }

    /// Longer ones are none: the time for a line of opening marks stays in proportion to its length.
    private static let nameLimit = 256

    /// A name, perhaps with the marks that Mustache puts before one, between blanks.
    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count <= nameLimit else { return false }
        let words = bytes.split { $0 == 0x20 || $0 == 0x09 }
        guard let word = words.first, words.count == 1 else { return false }
        return word.drop { "{&#^/>".utf8.contains($0) }
            .allSatisfy { ShellText.isNameByte($0) || "-.".utf8.contains($0) }
    }
}

/// Finds the next mark of two bytes within a line. What was found holds for all places before it, so that a line is
/// looked through once, however many marks open in it.
private struct ClosingMark {
    private let mark: [UInt8]
    /// Where the mark, the newline or the end is that the last search came to.
    private var found = -1

    init(_ mark: StaticString) { self.mark = mark.withUTF8Buffer { Array($0) } }

    /// - Parameter start: not before that of the last search.
    /// - Returns: nil where the line ends before.
    mutating func place(in bytes: [UInt8], from start: Int) -> Int? {
        if found < start {
            found = start
            while found < bytes.count, bytes[found] != 0x0A, !isAt(found, bytes) { found += 1 }
        }
        return isAt(found, bytes) ? found : nil
    }

    private func isAt(_ place: Int, _ bytes: [UInt8]) -> Bool {
        place + 1 < bytes.count && bytes[place] == mark[0] && bytes[place + 1] == mark[1]
    }
}
