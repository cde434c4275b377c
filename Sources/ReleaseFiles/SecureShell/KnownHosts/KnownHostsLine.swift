/// A line to be added to a file of known hosts.
package struct KnownHostsLine: Hashable, Sendable {
    package var name: String
    package var key: HostKey
    /// Whether the name is not to stand there in full.
    package var isHashed: Bool

    package init(name: String, key: HostKey, isHashed: Bool = false) {
        self.name = name
        self.key = key
        self.isHashed = isHashed
    }

    /// - Parameter salt: 20 random bytes, for a name that is hashed.
    /// - Returns: nil for a name that a reader of the file would take for something else.
    package func text(salt: @autoclosure () -> [UInt8]) -> String? {
        guard Self.canStand(name) else { return nil }
        return "\(KnownHostNames.written(name, salt: isHashed ? salt() : nil)) \(key.text)\n"
    }

    /// Whether a name is neither a pattern nor several, and begins like no marker, comment or hash.
    package static func canStand(_ name: String) -> Bool {
        guard (1...512).contains(name.utf8.count), let first = name.utf8.first,
            !Array("@#|!".utf8).contains(first)
        else { return false }
        let forbidden = Array("*?,|!#'\"\\".utf8)
        return name.utf8.allSatisfy { (0x21...0x7E).contains($0) && !forbidden.contains($0) }
    }

    /// The text of a file without the lines that know a key of `name` by its name alone; a line about other hosts too
    /// keeps those, and what stands behind its key.
    package static func removing(_ name: String, from bytes: [UInt8], path: String) -> [UInt8] {
        let file = KnownHostsFile(bytes, path: path)
        let name = name.loweredASCII
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var replaced: [Int: [UInt8]?] = [:]
        for entry in file.entries where entry.marker == .none && entry.names.include(name) {
            guard case .patterns(let list) = entry.names else {
                replaced[entry.place.line] = .some(nil)
                continue
            }
            let parts = list.split(separator: UInt8(ascii: ","))
            let kept = parts.filter { String(decoding: $0, as: UTF8.self).loweredASCII != name }
            guard kept.count < parts.count else { continue }
            let names = kept.joined(separator: [UInt8(ascii: ",")])
            // Without a marker a line begins with its names.
            func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
            let rest = lines[entry.place.line - 1].drop(while: isBlank).drop { !isBlank($0) }
            replaced[entry.place.line] = kept.isEmpty ? .some(nil) : Array(names) + Array(rest)
        }
        var result: [UInt8] = []
        for (index, line) in lines.enumerated() {
            let text = replaced[index + 1] ?? Array(line)
            guard let text else { continue }
            result += text + [UInt8(ascii: "\n")]
        }
        // The part behind the last line's end is no line.
        if result.last == UInt8(ascii: "\n") { result.removeLast() }
        return result
    }
}
