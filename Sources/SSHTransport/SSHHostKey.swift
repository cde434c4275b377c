internal import CLibSSH
internal import ErlangTerm
internal import Glibc

/// The public key that a host has proved to have.
package struct SSHHostKey: Hashable, Sendable {
    /// As RFC 4253 writes a key: what known_hosts has in base64, and what a fingerprint is made of.
    package let blob: [UInt8]

    package init(blob: [UInt8]) { self.blob = blob }

    /// `ssh-ed25519` and its like: the first thing in the blob.
    package var algorithm: String {
        guard blob.count >= 4 else { return "" }
        let count = blob[..<4].reduce(0) { $0 << 8 | Int($1) }
        return count <= blob.count - 4 ? String(decoding: blob[4..<4 + count], as: UTF8.self) : ""
    }

    /// - Parameter key: one of libssh's, which stays the caller's.
    init?(_ key: OpaquePointer) {
        var text: UnsafeMutablePointer<CChar>?
        guard ssh_pki_export_pubkey_base64(key, &text) == SSH_OK, let text else { return nil }
        defer { ssh_string_free_char(text) }
        var blob: [UInt8] = []
        guard Base64.decode(UnsafeRawBufferPointer(start: text, count: strlen(text)), appendingTo: &blob) else {
            return nil
        }
        self.blob = blob
    }
}
