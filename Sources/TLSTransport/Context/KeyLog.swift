internal import ByteTransport
internal import COpenSSL
internal import Glibc

/// A file of secrets in the NSS key log format, which Wireshark reads: readable by its owner only, appended to.
final class KeyLog {
    private let descriptor: Int32
    /// errno of the first write that failed; 0 so far.
    private(set) var failure: Int32 = 0

    init(_ path: String) throws(TLSConfigurationError) {
        do throws(PrivateFile.Refusal) { descriptor = try PrivateFile.open(path, .appended) } catch {
            throw TLSConfigurationError(file: path, cause: .keyLog(error))
        }
    }

    deinit { close(descriptor) }

    /// One write a line, so that several processes may share the file.
    func append(_ line: UnsafePointer<CChar>) {
        let text = [UInt8](UnsafeRawBufferPointer(start: line, count: strlen(line))) + [UInt8(ascii: "\n")]
        let count = write(descriptor, text, text.count)
        if count != text.count, failure == 0 { failure = count < 0 ? errno : ENOSPC }
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

    fileprivate func record(_ line: UnsafePointer<CChar>) {
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
        Unmanaged<SecretsTap>.fromOpaque(slot).takeUnretainedValue().record(line)
    }
}
