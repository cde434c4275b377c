/// Patterns of `ssh_config` and `known_hosts`: `*` for any bytes, `?` for one (ssh_config(5), PATTERNS).
enum HostPattern {
    /// OpenSSH takes no longer ones either (`match_pattern_list`).
    static let lengthLimit = 1023

    /// Whether the whole of `text` matches. It takes time in proportion to the product of both lengths at most, where a
    /// search that tries every way would take for ever with many stars.
    static func matches(_ text: [UInt8], _ pattern: ArraySlice<UInt8>) -> Bool {
        var (at, place) = (text.startIndex, pattern.startIndex)
        // Where the last star stood, and what it has taken so far.
        var star: (place: Int, at: Int)?
        while at < text.endIndex {
            if place < pattern.endIndex, pattern[place] == UInt8(ascii: "*") {
                star = (place, at)
                place += 1
            } else if place < pattern.endIndex, pattern[place] == UInt8(ascii: "?") || pattern[place] == text[at] {
                at += 1
                place += 1
            } else if let last = star {
                star = (last.place, last.at + 1)
                (at, place) = (last.at + 1, last.place + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    static func matches(_ text: String, _ pattern: String) -> Bool {
        matches(Array(text.utf8), Array(pattern.utf8)[...])
    }

    /// Patterns between commas, `!` before those that must not match.
    ///
    /// - Returns: whether one matches and none with `!` does.
    /// - Parameter ignoresCase: as for names of hosts.
    static func listMatches(_ text: String, _ list: String, ignoresCase: Bool) -> Bool {
        listMatches(Array(text.utf8), Array(list.utf8)[...], ignoresCase: ignoresCase)
    }

    static func listMatches(_ text: [UInt8], _ list: ArraySlice<UInt8>, ignoresCase: Bool) -> Bool {
        let text = ignoresCase ? text.map(lowered) : text
        var isFound = false
        for part in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let isNegated = part.first == UInt8(ascii: "!")
            let pattern = isNegated ? part.dropFirst() : part
            guard pattern.count < lengthLimit else { return false }
            // No part stands behind the last comma.
            if pattern.isEmpty, part.endIndex == list.endIndex, !isNegated { continue }
            guard matches(text, ignoresCase ? pattern.map(lowered)[...] : pattern) else { continue }
            if isNegated { return false }
            isFound = true
        }
        return isFound
    }

    static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

extension String {
    /// ASCII letters in lower case, as the C locale has it.
    var loweredASCII: String { String(decoding: utf8.map(HostPattern.lowered), as: UTF8.self) }
}
