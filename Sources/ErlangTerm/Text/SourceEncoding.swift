/// The `coding` comment of a source file (`epp:read_encoding/1`).
enum SourceEncoding {
    /// The source in UTF-8, whatever it came in.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        isLatin1(bytes) ? translated(bytes) : bytes
    }

    /// For a file that is Latin-1 unless it says something else (`ssl_dist_sup:consult/1`), and that many write in
    /// UTF-8 all the same.
    static func utf8OrLatin1(_ bytes: [UInt8]) -> [UInt8] {
        isLatin1(bytes) || String(validating: bytes, as: UTF8.self) == nil ? translated(bytes) : bytes
    }

    private static func translated(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            if byte < 0x80 {
                result.append(byte)
            } else {
                result.append(0xC0 | byte >> 6)
                result.append(0x80 | byte & 0x3F)
            }
        }
        return result
    }

    /// A comment in one of the first two lines says `coding: latin-1` (or `coding=`).
    private static func isLatin1(_ bytes: [UInt8]) -> Bool {
        for line in bytes.prefix(1024).split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false).prefix(2)
        {
            guard let comment = line.firstIndex(of: UInt8(ascii: "%")) else { continue }
            let text = Array(line[comment...].map { $0 | 0x20 })
            for mark in ["coding:", "coding="] {
                let name = Array(mark.utf8).map { $0 | 0x20 }
                guard let place = text.indices.first(where: { text[$0...].starts(with: name) }) else { continue }
                let value = text[(place + name.count)...].drop { $0 == 0x20 || $0 == 0x29 }
                return value.starts(with: "latin-1".utf8)
            }
        }
        return false
    }
}
