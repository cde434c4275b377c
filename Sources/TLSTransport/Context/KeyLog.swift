internal import COpenSSL
internal import Glibc

/// A file of secrets in the NSS key log format, which Wireshark reads: readable by its owner only, appended to.
final class KeyLog {
    private let descriptor: Int32

    init(_ path: String) throws(TLSConfigurationError) {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TLSConfigurationError(file: path, cause: .unreadable(errno: errno)) }
    }

    deinit { close(descriptor) }

    /// One write a line, so that several processes may share the file.
    func append(_ line: UnsafePointer<CChar>) {
        let text = [UInt8](UnsafeRawBufferPointer(start: line, count: strlen(line))) + [UInt8(ascii: "\n")]
        _ = write(descriptor, text, text.count)
    }
}

/// SSL_CTX_keylog_cb_func. The context's slot 0 holds its `KeyLog`, which lives as long as the `TLSContext`, and that
/// as long as its connections.
let keyLogCallback: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> Void = { connection, line in
    guard let connection, let line, let slot = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), 0) else { return }
    Unmanaged<KeyLog>.fromOpaque(slot).takeUnretainedValue().append(line)
}
