/// The files that a pattern of `Include` names, as glob(7) has it: `*`, `?` and `[...]`, none of which stand for a slash,
/// or for a period that begins a name.
struct PathPattern {
    /// OpenSSH has no limit. All are read.
    static let fileLimit = 256

    private let files: any FileSource

    init(_ files: any FileSource) { self.files = files }

    /// - Parameter pattern: absolute.
    /// - Returns: paths that there are, in the order of their bytes.
    func paths(_ pattern: String) throws(ConfigurationFault) -> [String] {
        let parts = pattern.split(separator: "/")
        guard parts.count <= 64 else { throw ConfigurationFault("the path is too deep") }
        var found = ["/"]
        for part in parts {
            var next: [String] = []
            for directory in found {
                if part.contains(where: { "*?[\\".contains($0) }) {
                    for name in files.entries(of: directory) where Self.matches(name, part) {
                        next.append(FilePath.join(directory, name))
                    }
                } else {
                    let path = FilePath.join(directory, String(part))
                    if files.isThere(path) { next.append(path) }
                }
                guard next.count <= Self.fileLimit else {
                    throw ConfigurationFault("the pattern stands for more than \(Self.fileLimit) files")
                }
            }
            found = next
        }
        return found.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    static func matches(_ name: String, _ pattern: Substring) -> Bool {
        let (name, elements) = (Array(name.utf8), elements(of: Array(pattern.utf8)))
        if name.first == UInt8(ascii: "."), elements.first != .byte(UInt8(ascii: ".")) { return false }
        var (at, place) = (0, 0)
        var star: (place: Int, at: Int)?
        while at < name.count {
            if place < elements.count, elements[place] == .anything {
                star = (place, at)
                place += 1
            } else if place < elements.count, elements[place].takes(name[at]) {
                at += 1
                place += 1
            } else if let last = star {
                star = (last.place, last.at + 1)
                (at, place) = (last.at + 1, last.place + 1)
            } else {
                return false
            }
        }
        return elements[place...].allSatisfy { $0 == .anything }
    }

    private enum Element: Equatable {
        case byte(UInt8)
        case anyByte
        case anything
        case oneOf([ClosedRange<UInt8>], isNegated: Bool)

        func takes(_ byte: UInt8) -> Bool {
            switch self {
            case .byte(let wanted): byte == wanted
            case .anyByte: true
            case .anything: false
            case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
            }
        }
    }

    private static func elements(of pattern: [UInt8]) -> [Element] {
        var elements: [Element] = []
        var rest = pattern[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): elements.append(.anything)
            case UInt8(ascii: "?"): elements.append(.anyByte)
            case UInt8(ascii: "\\"): elements.append(.byte(rest.popFirst() ?? byte))
            case UInt8(ascii: "["):
                if let (set, behind) = bracket(rest) {
                    elements.append(set)
                    rest = behind
                } else {
                    elements.append(.byte(byte))
                }
            default: elements.append(.byte(byte))
            }
        }
        return elements
    }

    /// - Parameter text: behind the `[`.
    private static func bracket(_ text: ArraySlice<UInt8>) -> (Element, ArraySlice<UInt8>)? {
        var rest = text
        let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<UInt8>] = []
        while let low = rest.popFirst() {
            if low == UInt8(ascii: "]"), !ranges.isEmpty { return (.oneOf(ranges, isNegated: isNegated), rest) }
            if rest.first == UInt8(ascii: "-"), let high = rest.dropFirst().first, high != UInt8(ascii: "]") {
                rest = rest.dropFirst(2)
                if low <= high { ranges.append(low...high) }
            } else {
                ranges.append(low...low)
            }
        }
        return nil
    }
}

extension FileSource {
    /// Whether there is a file, a directory, or a link to nothing.
    fileprivate func isThere(_ path: String) -> Bool {
        status(path) != nil || entries(of: FilePath.directory(of: path)).contains { path.hasSuffix("/" + $0) }
    }
}

extension ConfigurationReader {
    /// The files of an `Include`. A relative name is one of `~/.ssh` in the user's files, and of `/etc/ssh` in those of
    /// the system.
    func paths(of line: ConfigurationLine, _ manner: Manner) throws(ConfigurationFault) -> [String] {
        var paths: [String] = []
        for word in line.words {
            guard !word.isEmpty else { throw ConfigurationFault("an empty file name") }
            var pattern = word
            if word.hasPrefix("~") {
                guard manner.isOfUser else { throw ConfigurationFault("'~' in a file of the system") }
                pattern = try user.expandingTilde(word)
            } else if !word.hasPrefix("/") {
                pattern = manner.isOfUser ? FilePath.join(user.home, ".ssh/\(word)") : "/etc/ssh/\(word)"
            }
            paths += try PathPattern(files).paths(pattern)
        }
        return paths
    }
}
