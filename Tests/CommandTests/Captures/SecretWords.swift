import ErlcluTestSupport
import Foundation

/// What must never be found where it does not belong: the bytes of secrets, in the forms in which they travel.
struct SecretWords {
    private var parts: [(name: String, bytes: [UInt8])] = []

    mutating func add(_ name: String, text: String) { add(name, bytes: Array(text.utf8)) }

    /// The bytes themselves, as hexadecimal digits of both kinds, and as the decimals that `~w` prints.
    mutating func add(_ name: String, bytes: [UInt8]) {
        let hex = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        parts.append((name, bytes))
        parts.append(("\(name) in hex", Array(hex.utf8)))
        parts.append(("\(name) in HEX", Array(hex.uppercased().utf8)))
        parts.append(("\(name) in decimals", Array(bytes.map(String.init).joined(separator: ",").utf8)))
    }

    /// A P-256 key in PKCS #8, unencrypted: its scalar, which is all that is secret, and the lines of its file.
    mutating func addKey(_ name: String, file: String) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        parts.append(("\(name)'s file", Array(lines.joined().utf8.prefix(40))))
        guard let data = Data(base64Encoded: lines.joined()), data.count > 34 else {
            throw FixtureFailure("\(file) is no PEM file of a key")
        }
        let bytes = [UInt8](data)
        let isMark: (Int) -> Bool = { bytes[$0] == 4 && bytes[$0 + 1] == 32 }
        guard let place = (0..<bytes.count - 34).first(where: isMark) else {
            throw FixtureFailure("\(file) holds no key of 32 bytes")
        }
        add(name, bytes: Array(bytes[place + 2..<place + 34]))
    }

    /// The names of those that are in `bytes`.
    func found(in bytes: [UInt8]) -> [String] {
        let data = Data(bytes)
        return parts.filter { data.range(of: Data($0.bytes)) != nil }.map(\.name)
    }
}
