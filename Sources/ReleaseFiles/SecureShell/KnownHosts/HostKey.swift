import ErlangTerm

/// The public key of an SSH host, as it stands in `known_hosts` and as the host sends it (RFC 4253 §6.6).
package struct HostKey: Hashable, Sendable {
    /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` ...: what the bytes begin with.
    package let algorithm: String
    package let bytes: [UInt8]

    /// No key is as large: an RSA key of 16,384 bits has 2 KiB.
    package static let sizeLimit = 16 << 10

    /// - Parameter bytes: the name of the algorithm with its length, and what belongs to it.
    /// - Returns: nil for what is none, and for a certificate.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count > 4, bytes.count <= Self.sizeLimit else { return nil }
        let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard (1...64).contains(length), bytes.count > 4 + length else { return nil }
        let name = bytes[4..<4 + length]
        guard name.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") }) else { return nil }
        let algorithm = String(decoding: name, as: UTF8.self)
        guard !algorithm.contains("-cert-v") else { return nil }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// As it stands in a `.pub` file: the algorithm, and the bytes as base64. Comments behind them are passed over.
    package init?(text: String) {
        // Not by characters: a line may end with a carriage return, or have anything in its comment.
        let words = text.utf8.split(maxSplits: 2) { ConfigurationLine.isBlank($0) }.map { String($0) ?? "" }
        guard words.count >= 2, let key = HostKey(base64: words[1]), key.algorithm == words[0] else { return nil }
        self = key
    }

    init?(base64 text: some StringProtocol) {
        var bytes: [UInt8] = []
        let letters = Array(text.utf8)
        guard letters.count <= Self.sizeLimit * 2,
            letters.withUnsafeBytes({ Base64.decode($0, appendingTo: &bytes) })
        else { return nil }
        self.init(bytes)
    }

    package var text: String { "\(algorithm) \(Base64.text(bytes))" }

    package var fingerprint: HostKeyFingerprint { HostKeyFingerprint(of: self) }

    /// What people call the algorithm: `ED25519`, `ECDSA`, `RSA`.
    package var kind: String {
        switch algorithm {
        case "ssh-ed25519": "ED25519"
        case "ssh-ed448": "ED448"
        case "ssh-rsa": "RSA"
        case "ssh-dss": "DSA"
        case let name where name.hasPrefix("ecdsa-sha2-"): "ECDSA"
        default: algorithm
        }
    }
}

/// `SHA256:` and the digest of a host key as base64, as `ssh-keygen -l` prints it.
package struct HostKeyFingerprint: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package static let expected = "SHA256:... as ssh-keygen -lf prints it"

    init(of key: HostKey) { description = "SHA256:" + Base64.text(SHA256.digest(key.bytes)).prefix { $0 != "=" } }

    /// - Returns: nil for anything else.
    package init?(_ text: String) {
        let prefix = "SHA256:"
        guard text.hasPrefix(prefix) else { return nil }
        let digest = text.dropFirst(prefix.count)
        let letters = digest.hasSuffix("=") ? digest.dropLast() : digest
        var bytes: [UInt8] = []
        guard letters.utf8.count == 43,
            Array("\(letters)=".utf8).withUnsafeBytes({ Base64.decode($0, appendingTo: &bytes) }),
            // The last letter stands for four bits and two zeros.
            Base64.text(bytes).dropLast() == letters
        else { return nil }
        description = prefix + letters
    }
}
