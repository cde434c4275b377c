package import ErlangTerm

/// `erlang:phash2` of an atom, which is the same on every release: a number that both ends can compare without showing
/// the atom.
package enum ErlangHash {
    /// What is shown of a cookie: `erlang:phash2(Cookie, 1024)`. It tells two apart, but for one in a thousand, and is too
    /// little to test guesses with.
    package static func of(cookie: Secret) -> Int { Int(phash2(atom: cookie.bytes) % 1024) }

    /// - Parameter atom: the atom's UTF-8 text.
    /// - Returns: 27 bits, as `erlang:phash2(Atom)`.
    package static func phash2(atom: [UInt8]) -> UInt32 {
        var hash: UInt32 = 0
        var index = 0
        while index < atom.count {
            var byte = atom[index]
            index += 1
            // Code points of Latin-1 count as one byte, as in the time when atoms were Latin-1 (`atom.c`).
            if index < atom.count, byte & 0xfe == 0xc2, atom[index] & 0xc0 == 0x80 {
                byte = byte << 6 | atom[index] & 0x3f
                index += 1
            }
            hash = hash << 4 &+ UInt32(byte)
            let overflow = hash & 0xf000_0000
            hash ^= overflow >> 24
            hash ^= overflow
        }
        return hash & 0x7ff_ffff
    }
}
