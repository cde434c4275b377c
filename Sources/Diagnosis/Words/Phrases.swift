import DistributionProtocol

/// Phrases that both voices use.
enum Phrases {
    /// "3d04h ago (2026-11-22 11:08:42Z)"
    static func ago(_ time: Int, now: Int) -> String { "\(UTCTime.span(now - time)) ago (\(UTCTime(seconds: time)))" }

    /// At most 32 bytes of a peer, with everything but printable ASCII escaped.
    static func quoted(_ bytes: [UInt8]) -> String {
        let shown = bytes.prefix(32).map { byte in
            (0x20..<0x7f).contains(byte) && byte != 0x22
                ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "\"\(shown.joined())\(bytes.count > 32 ? "..." : "")\""
    }

    /// At most 20 names: what calls itself epmd may know a hundred thousand.
    static func list(_ names: [String]) -> String {
        let shown = names.sorted().prefix(20).joined(separator: ", ")
        return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
    }

    /// "lower-case digits", or the text in quotes where all of it is printable.
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "nothing" }
        if bytes.allSatisfy({ (0x20..<0x7f).contains($0) }) { return "\"\(String(decoding: bytes, as: UTF8.self))\"" }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static let usage: Remedy = "reissue it with both serverAuth and clientAuth: every node is both"
    static let clocks: Remedy = "set the clocks of both hosts and of the CA's with NTP"
}
