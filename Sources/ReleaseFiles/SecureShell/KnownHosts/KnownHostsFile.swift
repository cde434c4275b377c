import ErlangTerm

/// A file of `known_hosts` (sshd(8)), as OpenSSH reads it: a line that cannot be understood is passed over.
package struct KnownHostsFile: Sendable {
    package enum Marker: Hashable, Sendable {
        case none
        /// `@revoked`: the key is never accepted.
        case revoked
        /// `@cert-authority`: the key signs those of hosts.
        case authority
    }

    package struct Entry: Hashable, Sendable {
        package var names: KnownHostNames
        package var marker: Marker
        package var key: HostKey
        package var place: KnownHostsPlace
    }

    package let path: String
    package let entries: [Entry]
    /// Lines that are passed over, and why.
    package let faults: [(line: Int, reason: String)]

    /// More are not looked at. Each line with a hashed name takes four blocks of SHA-1 for a host.
    static let lineLimit = 1 << 16

    package init(_ bytes: [UInt8], path: String) {
        var entries: [Entry] = []
        var faults: [(line: Int, reason: String)] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard number <= Self.lineLimit else {
                faults.append((number, "more than \(Self.lineLimit) lines"))
                break
            }
            var words = Words(line)
            guard var first = words.next(), first.first != UInt8(ascii: "#") else { continue }
            var marker = Marker.none
            if first.first == UInt8(ascii: "@") {
                switch String(decoding: first, as: UTF8.self) {
                case "@revoked": marker = .revoked
                case "@cert-authority": marker = .authority
                default:
                    faults.append((number, "an unknown marker"))
                    continue
                }
                guard let names = words.next() else {
                    faults.append((number, "no host"))
                    continue
                }
                first = names
            }
            guard let names = KnownHostNames(first) else {
                faults.append((number, "a hashed name that is none"))
                continue
            }
            guard let algorithm = words.next(), let text = words.next(),
                let key = HostKey(base64: String(decoding: text, as: UTF8.self)),
                key.algorithm.utf8.elementsEqual(algorithm)
            else {
                faults.append((number, "no key that is understood"))
                continue
            }
            entries.append(
                Entry(names: names, marker: marker, key: key, place: KnownHostsPlace(file: path, line: number)))
        }
        self.path = path
        self.entries = entries
        self.faults = faults
    }

    /// What there is at `path`: nothing where there is no such file.
    /// - Throws: `SettingsError` where it cannot be read. What it knows, a revoked key too, must not count as unknown.
    package static func read(_ path: String, _ files: any FileSource) throws(SettingsError) -> KnownHostsFile {
        do throws(FileFailure) {
            return KnownHostsFile(try files.read(path), path: path)
        } catch {
            if error.isMissing { return KnownHostsFile([], path: path) }
            throw SettingsError(.noInput, "cannot read the known host keys: \(error.reason)", file: path)
        }
    }

    private struct Words {
        private var rest: ArraySlice<UInt8>

        init(_ line: ArraySlice<UInt8>) { rest = line.last == 0x0D ? line.dropLast() : line }

        mutating func next() -> ArraySlice<UInt8>? {
            rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
            guard !rest.isEmpty else { return nil }
            let word = rest.prefix { $0 != 0x20 && $0 != 0x09 }
            rest = rest[word.endIndex...]
            return word
        }
    }
}

/// A line of a file.
package struct KnownHostsPlace: Hashable, Sendable, CustomStringConvertible {
    package var file: String
    package var line: Int

    package var description: String { "\(file):\(line)" }
}

/// The hosts that a line is about.
package enum KnownHostNames: Hashable, Sendable {
    /// Patterns between commas, `!` before those that it is not about.
    case patterns([UInt8])
    /// HMAC-SHA1 of one name, with its salt as the key.
    case hashed(salt: [UInt8], digest: [UInt8])

    private static let magic = Array("|1|".utf8)

    /// - Returns: nil for a hash that is none.
    init?(_ text: ArraySlice<UInt8>) {
        guard text.first == UInt8(ascii: "|") else {
            self = .patterns(Array(text))
            return
        }
        guard text.starts(with: Self.magic) else { return nil }
        let parts = text.dropFirst(Self.magic.count).split(
            separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        guard parts.count == 2, let salt = Self.decoded(parts[0]), let digest = Self.decoded(parts[1]) else {
            return nil
        }
        self = .hashed(salt: salt, digest: digest)
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        guard text.count == 28, Array(text).withUnsafeBytes({ Base64.decode($0, appendingTo: &bytes) }),
            bytes.count == 20
        else { return nil }
        return bytes
    }

    /// A name by itself, hashed with `salt` where there is one: 20 random bytes.
    static func written(_ name: String, salt: [UInt8]?) -> String {
        let name = name.loweredASCII
        guard let salt else { return name }
        let digest = SHA1.authentication(of: Array(name.utf8), key: salt)
        return "|1|\(Base64.text(salt))|\(Base64.text(digest))"
    }

    package func include(_ name: String) -> Bool {
        let name = Array(name.loweredASCII.utf8)
        switch self {
        case .patterns(let list): return HostPattern.listMatches(name, list[...], ignoresCase: true)
        case .hashed(let salt, let digest): return SHA1.authentication(of: name, key: salt) == digest
        }
    }

    /// The same for the name of a node, which a pattern for hosts is not about: it has to stand there by itself.
    package func name(_ node: String) -> Bool {
        guard include(node) else { return false }
        if case .hashed = self { return true }
        return plainNames.contains { $0.loweredASCII == node.loweredASCII }
    }

    /// The names that stand there in full.
    package var plainNames: [String] {
        guard case .patterns(let list) = self else { return [] }
        return list.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }.filter {
            !$0.hasPrefix("!") && !$0.contains("*") && !$0.contains("?")
        }
    }
}
