internal import COpenSSL

/// A certification authority that lives as long as this value: for a demonstration. Its key is never written.
package final class ThrowAwayAuthority {
    /// A certificate and its key, in PEM.
    package struct Pair {
        package var certificate: [UInt8]
        package var key: [UInt8]
    }

    /// Its certificate, in PEM.
    package let certificate: [UInt8]
    private let key: OpaquePointer
    private let own: OpaquePointer

    private static let validity = -86_400...30 * 86_400

    /// - Parameter name: its common name.
    /// - Throws: when OpenSSL is not there, or makes no certificate.
    package init(_ name: String) throws(TLSConfigurationError) {
        try LibraryStart.ensure()
        let key = try Self.newKey()
        do throws(TLSConfigurationError) {
            let own = try Self.issue(name, hosts: nil, Self.validity, for: key, by: nil, nil)
            do throws(TLSConfigurationError) {
                certificate = try Self.text { cossl_write_certificate($0, own) }
            } catch {
                X509_free(own)
                throw error
            }
            self.own = own
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
        self.key = key
    }

    deinit {
        X509_free(own)
        EVP_PKEY_free(key)
    }

    /// A certificate for both sides of a connection.
    /// - Parameters:
    ///   - name: its common name.
    ///   - hosts: its alternative names, as x509v3_config(5) writes them: `DNS:localhost,IP:127.0.0.1`.
    ///   - validity: from when on and until when, in seconds from now; by default from yesterday on, for thirty days.
    package func issue(
        _ name: String, hosts: String, validity: ClosedRange<Int>? = nil
    ) throws(TLSConfigurationError) -> Pair {
        let leafKey = try Self.newKey()
        defer { EVP_PKEY_free(leafKey) }
        let leaf = try Self.issue(name, hosts: hosts, validity ?? Self.validity, for: leafKey, by: own, key)
        defer { X509_free(leaf) }
        return Pair(
            certificate: try Self.text { cossl_write_certificate($0, leaf) },
            key: try Self.text { cossl_write_key($0, leafKey) })
    }

    private static func newKey() throws(TLSConfigurationError) -> OpaquePointer {
        LibraryErrors.clear()
        guard let key = cossl_new_key() else { throw fault }
        return key
    }

    private static func issue(
        _ name: String, hosts: String?, _ validity: ClosedRange<Int>, for key: OpaquePointer,
        by issuer: OpaquePointer?, _ issuerKey: OpaquePointer?
    ) throws(TLSConfigurationError) -> OpaquePointer {
        let certificate = name.withCString { name in
            func made(_ hosts: UnsafePointer<CChar>?) -> OpaquePointer? {
                // Positive in 64 bits.
                var profile = cossl_profile(
                    name: name, hosts: hosts, serial: .random(in: 1...UInt64(Int64.max)), start: validity.lowerBound,
                    end: validity.upperBound)
                return cossl_issue(&profile, key, issuer, issuerKey)
            }
            return hosts.map { $0.withCString { made($0) } } ?? made(nil)
        }
        guard let certificate else { throw fault }
        return certificate
    }

    private static func text(_ write: (OpaquePointer) -> Int32) throws(TLSConfigurationError) -> [UInt8] {
        guard let output = BIO_new(BIO_s_mem()) else { throw fault }
        defer { BIO_free(output) }
        var start: UnsafePointer<CChar>?
        guard write(output) == 1 else { throw fault }
        let count = cossl_bio_mem_data(output, &start)
        guard let start else { throw fault }
        return UnsafeRawBufferPointer(start: start, count: count).map { $0 }
    }

    private static var fault: TLSConfigurationError { TLSConfigurationError(cause: .library(LibraryErrors.takeText())) }
}
