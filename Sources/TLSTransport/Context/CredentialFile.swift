internal import COpenSSL
internal import Glibc

/// A file of certificates, a key or a CRL, PEM or DER, in memory. It is read once, so that an error of the file and an
/// error of its contents are different.
struct CredentialFile {
    private static let sizeLimit = 16 << 20

    let path: String
    private let bytes: [UInt8]

    init(_ path: String) throws(TLSConfigurationError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TLSConfigurationError(file: path, cause: .unreadable(errno: errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw TLSConfigurationError(file: path, cause: .unreadable(errno: errno))
            }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > Self.sizeLimit { throw TLSConfigurationError(file: path, cause: .tooLarge) }
        }
        self.bytes = bytes
    }

    /// DER begins with a SEQUENCE of ASN.1.
    private var isDER: Bool { bytes.first == 0x30 }

    /// All certificates, in the file's order; at least one.
    func certificates() throws(TLSConfigurationError) -> [Certificate] {
        do {
            if isDER { return [try Certificate(der: bytes)] }
            let found = try Certificate.all(inPEM: bytes)
            if !found.isEmpty { return found }
        } catch { throw TLSConfigurationError(file: path, cause: .malformed(error.text)) }
        throw TLSConfigurationError(file: path, cause: .noCertificate)
    }

    /// Calls `body` with the private key, which lives as long as the call.
    func withPrivateKey<Result>(
        password: [UInt8]?, _ body: (OpaquePointer) throws(TLSConfigurationError) -> Result
    ) throws(TLSConfigurationError) -> Result {
        LibraryErrors.clear()
        if isDER {
            guard let key = derKey else {
                throw TLSConfigurationError(file: path, cause: .malformed(LibraryErrors.takeText()))
            }
            defer { EVP_PKEY_free(key) }
            return try body(key)
        }
        guard let block = PEMKeyBlock(firstIn: bytes) else {
            LibraryErrors.clear()
            throw TLSConfigurationError(file: path, cause: .noPrivateKey)
        }
        let asked = PasswordRequest(password: password)
        guard let key = block.plainKey() ?? Self.decode(bytes, asked) else {
            let text = LibraryErrors.takeText()
            if asked.wasAsked {
                throw TLSConfigurationError(file: path, cause: password == nil ? .passwordMissing : .wrongPassword)
            }
            throw TLSConfigurationError(file: path, cause: .malformed(text))
        }
        defer { EVP_PKEY_free(key) }
        LibraryErrors.clear()
        return try body(key)
    }

    private var derKey: OpaquePointer? {
        bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_AutoPrivateKey(nil, &start, buffer.count)
        }
    }

    /// The one CRL of the file, which the caller frees; nil when there is none, or more than one.
    func revocationList() -> OpaquePointer? {
        if isDER {
            return bytes.withUnsafeBufferPointer { buffer in
                var start = buffer.baseAddress
                return d2i_X509_CRL(nil, &start, buffer.count)
            }
        }
        return bytes.withUnsafeBytes { raw in
            guard let bio = BIO_new_mem_buf(raw.baseAddress, Int32(raw.count)) else { return nil }
            defer { BIO_free(bio) }
            let first = PEM_read_bio_X509_CRL(bio, nil, nil, nil)
            if let second = PEM_read_bio_X509_CRL(bio, nil, nil, nil) {
                X509_CRL_free(second)
                X509_CRL_free(first)
                return nil
            }
            return first
        }
    }

    /// With OpenSSL's decoders, which know every kind of key and encryption.
    private static func decode(_ bytes: [UInt8], _ asked: PasswordRequest) -> OpaquePointer? {
        LibraryErrors.clear()
        return bytes.withUnsafeBytes { raw in
            guard let bio = BIO_new_mem_buf(raw.baseAddress, Int32(raw.count)) else { return nil }
            defer { BIO_free(bio) }
            // The callback runs inside this call only.
            return PEM_read_bio_PrivateKey(bio, nil, passwordCallback, Unmanaged.passUnretained(asked).toOpaque())
        }
    }
}

/// The password for the callback, and whether the callback was called.
private final class PasswordRequest {
    let password: [UInt8]?
    var wasAsked = false

    init(password: [UInt8]?) { self.password = password }
}

/// pem_password_cb: fills the buffer and returns the length, or -1. Without a callback OpenSSL would ask the terminal.
private let passwordCallback:
    @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) ->
        Int32 = { buffer, size, _, argument in
            guard let buffer, let argument else { return -1 }
            let request = Unmanaged<PasswordRequest>.fromOpaque(argument).takeUnretainedValue()
            request.wasAsked = true
            guard let password = request.password, password.count <= Int(size) else { return -1 }
            UnsafeMutableRawPointer(buffer).copyMemory(from: password, byteCount: password.count)
            return Int32(password.count)
        }
