internal import ByteTransport
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

/// Hands the secrets of one connection to whoever records it.
final class SecretsTap {
    private let traffic: any TrafficObserver

    init(_ traffic: any TrafficObserver) { self.traffic = traffic }

    /// This object must outlive the connection.
    func attach(to connection: OpaquePointer) {
        SSL_set_ex_data(connection, 1, Unmanaged.passUnretained(self).toOpaque())
        SSL_CTX_set_keylog_callback(SSL_get_SSL_CTX(connection), keyLogCallback)
    }

    fileprivate func tell(_ line: UnsafePointer<CChar>) {
        traffic.secret([UInt8](UnsafeRawBufferPointer(start: line, count: strlen(line))))
    }
}

/// SSL_CTX_keylog_cb_func. The context's slot 0 holds its `KeyLog`, which lives as long as the `TLSContext`, and that
/// as long as its connections; the connection's slot 1 its `SecretsTap`.
let keyLogCallback: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> Void = { connection, line in
    guard let connection, let line else { return }
    if let slot = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), 0) {
        Unmanaged<KeyLog>.fromOpaque(slot).takeUnretainedValue().append(line)
    }
    if let slot = SSL_get_ex_data(connection, 1) {
        Unmanaged<SecretsTap>.fromOpaque(slot).takeUnretainedValue().tell(line)
    }
}
