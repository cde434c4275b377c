internal import CLibSSH
internal import ErlangTerm
internal import Glibc

/// A key of libssh.
final class SSHKey {
    let key: OpaquePointer

    init(_ key: OpaquePointer) { self.key = key }

    deinit { ssh_key_free(key) }

    /// Of its public part.
    var blob: [UInt8]? { SSHHostKey(key)?.blob }
}

/// A file with a private key.
struct SSHKeyFile {
    enum Content {
        case key(SSHKey)
        case encrypted
        /// The passphrase is another one.
        case wrongPassphrase
        /// A phrase.
        case unusable(String)
    }

    let path: String

    /// Nil where there is none.
    func read(_ passphrase: Secret? = nil) -> Content? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == ENOENT || errno == ENOTDIR ? nil : .unusable("cannot be read")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return .unusable("is no file") }
        guard !path.hasSuffix(".pub") else { return .unusable("is a public key: the private one is in another file") }
        guard status.st_uid != getuid() || status.st_mode & 0o077 == 0 else {
            return .unusable("is passed over while others may read it (chmod 600)")
        }
        var isEncrypted: Int32 = 0
        let words = passphrase.map { $0.bytes.map(CChar.init(bitPattern:)) + [0] }
        if let key = clibssh_private_key(path, words, &isEncrypted) { return .key(SSHKey(key)) }
        if isEncrypted != 0 { return .encrypted }
        // That it is a key is known where its passphrase is asked for.
        return passphrase == nil ? .unusable("holds no private key that is known here") : .wrongPassphrase
    }

    /// The public part, which needs no passphrase: of `PATH.pub`, or of the file itself where its format shows it.
    func publicPart() -> SSHKey? { Self.publicKey("\(path).pub") ?? Self.publicKey(path) }

    private static func publicKey(_ path: String) -> SSHKey? {
        guard isRegular(path) else { return nil }
        var key: OpaquePointer?
        return ssh_pki_import_pubkey_file(path, &key) == SSH_OK ? key.map(SSHKey.init) : nil
    }

    static func certificate(_ path: String) -> SSHKey? {
        guard isRegular(path) else { return nil }
        var key: OpaquePointer?
        return ssh_pki_import_cert_file(path, &key) == SSH_OK ? key.map(SSHKey.init) : nil
    }

    /// What is opened is never a pipe, which would be waited for.
    private static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
