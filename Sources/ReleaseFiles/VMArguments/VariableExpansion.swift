/// `${VAR}` and `${VAR:-default}` in a relx `.src` file, replaced as `replace_os_vars` of its start script does: line
/// by line, from the left, and again until none is left, so that a value may name another variable.
///
/// One that is not set stays as it is written, where the script puts nothing in: what is made of it is not known.
struct VariableExpansion {
    /// A value that names itself would never come to an end.
    struct Endless: Error {
        var line: Int
    }

    private static let replacementsPerLine = 1000
    private static let lineLimit = 1 << 20

    let environment: [String: String]
    /// Whether a variable has neither a value nor a default.
    private(set) var isIncomplete = false

    init(environment: [String: String]) { self.environment = environment }

    mutating func expand(_ bytes: [UInt8]) throws(Endless) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var number = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if number > 0 { result.append(0x0A) }
            number += 1
            result += try expand(line: Array(line), number: number)
        }
        return result
    }

    private mutating func expand(line: [UInt8], number: Int) throws(Endless) -> [UInt8] {
        guard line.contains(UInt8(ascii: "$")) else { return line }
        var line = line
        var count = 0
        var start = 0
        while let range = Self.firstVariable(in: line, from: start) {
            count += 1
            guard count <= Self.replacementsPerLine, line.count <= Self.lineLimit else { throw Endless(line: number) }
            let inner = line[(range.lowerBound + 2)..<(range.upperBound - 1)]
            if let value = value(of: String(decoding: inner, as: UTF8.self)) {
                line.replaceSubrange(range, with: value.utf8)
            } else {
                isIncomplete = true
                start = range.upperBound
            }
        }
        return line
    }

    private func value(of text: String) -> String? {
        let separator = text.indices.first { text[$0...].hasPrefix(":-") }
        let name = separator.map { String(text[..<$0]) } ?? text
        if let value = environment[name], !value.isEmpty { return value }
        return separator.map { String(text[text.index($0, offsetBy: 2)...]) }
    }

    /// `${`, anything but `}`, and `}`.
    static func firstVariable(in line: [UInt8], from start: Int) -> Range<Int>? {
        var start = start
        while start + 2 < line.count {
            if line[start] == UInt8(ascii: "$"), line[start + 1] == UInt8(ascii: "{") {
                guard let end = line[(start + 2)...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
                return start..<(end + 1)
            }
            start += 1
        }
        return nil
    }
}
