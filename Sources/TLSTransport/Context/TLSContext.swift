internal import ByteTransport
internal import COpenSSL
package import Diagnosis
internal import Glibc

/// A `TLSConfiguration` with its files read, ready for any number of connections. Making one is most of what a first
/// TLS connection costs; share it.
package final class TLSContext {
    package let configuration: TLSConfiguration
    /// Our own certificate, when there is one.
    let ownCertificate: Certificate?
    let trusted: [Certificate]
    /// What our own certificate says, when there is one.
    package var ownFacts: CertificateFacts? { ownCertificate?.facts }
    /// Our own certificate in DER, when there is one.
    package var ownEncoded: [UInt8]? { ownCertificate?.encoded }
    private let context: OpaquePointer
    private let keyLog: KeyLog?
    /// errno of the first secret that could not be written to the key log; 0 where all could.
    package var keyLogFailure: Int32 { keyLog?.failure ?? 0 }

    /// Reads the files. No connection is made, nothing is asked of a person.
    package init(_ configuration: TLSConfiguration) throws(TLSConfigurationError) {
        try LibraryStart.ensure()
        LibraryErrors.clear()
        if configuration.verifiesPeer, configuration.trustFiles.isEmpty {
            throw TLSConfigurationError(cause: .noTrustedCertificates)
        }
        let method = configuration.role == .initiator ? TLS_client_method() : TLS_server_method()
        guard let context = SSL_CTX_new(method) else {
            throw TLSConfigurationError(cause: .library(LibraryErrors.takeText()))
        }
        do {
            try Self.apply(configuration, to: context)
            trusted = try Self.loadTrust(configuration, into: context)
            ownCertificate = try Self.loadIdentity(configuration, trusted: trusted, into: context)
            keyLog = try configuration.keyLogFile.map { path throws(TLSConfigurationError) in try KeyLog(path) }
        } catch {
            SSL_CTX_free(context)
            throw error
        }
        self.configuration = configuration
        self.context = context
        if let keyLog {
            // The context owns the log, and every connection keeps the context.
            SSL_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(keyLog).toOpaque())
            SSL_CTX_set_keylog_callback(context, keyLogCallback)
        }
    }

    deinit { SSL_CTX_free(context) }

    /// A new connection's C object, which the caller frees, and which keeps what it needs of the context; nil when
    /// there is no memory.
    func makeConnection() -> OpaquePointer? { withExtendedLifetime(self) { SSL_new(context) } }

    private static func apply(
        _ configuration: TLSConfiguration, to context: OpaquePointer
    ) throws(TLSConfigurationError) {
        cossl_ctx_harden(context)
        // Level 1 and above know no TLS 1.0 and 1.1, which somebody has asked for by name.
        let level = configuration.versions.lowerBound < .tls12 ? 0 : configuration.securityLevel
        SSL_CTX_set_security_level(context, Int32(clamping: level))
        SSL_CTX_set_verify_depth(context, Int32(clamping: configuration.depth))
        let versions = configuration.versions
        guard cossl_ctx_set_versions(context, versions.lowerBound.code, versions.upperBound.code) == 1 else {
            throw TLSConfigurationError(cause: .library(LibraryErrors.takeText()))
        }
        if let ciphers = configuration.cipherList, SSL_CTX_set_cipher_list(context, ciphers) != 1 {
            throw TLSConfigurationError(cause: .unknownCiphers(ciphers))
        }
        if let suites = configuration.cipherSuites, SSL_CTX_set_ciphersuites(context, suites) != 1 {
            throw TLSConfigurationError(cause: .unknownCiphers(suites))
        }
    }

    private static func loadTrust(
        _ configuration: TLSConfiguration, into context: OpaquePointer
    ) throws(TLSConfigurationError) -> [Certificate] {
        guard let store = SSL_CTX_get_cert_store(context) else { return [] }
        var all: [Certificate] = []
        for path in configuration.trustFiles {
            let certificates = try CredentialFile(path).certificates()
            for certificate in certificates {
                certificate.withX509 { x509 in
                    _ = X509_STORE_add_cert(store, x509)
                    // An acceptor names them in its CertificateRequest.
                    if configuration.role == .acceptor { SSL_CTX_add_client_CA(context, x509) }
                }
            }
            all += certificates
        }
        if let revocation = configuration.revocation, configuration.verifiesPeer {
            let scope = revocation.coversIssuers ? X509_V_FLAG_CRL_CHECK_ALL : 0
            X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | scope))
            try RevocationDirectory.load(revocation.directory, into: store, mayBeAbsent: revocation.isBestEffort)
        }
        return all
    }

    /// The certificates between `leaf` and a root, for a peer that knows the root only. OTP fills the chain up from
    /// its trusted certificates in the same way; OpenSSL would do it by verifying the chain for each connection.
    private static func issuers(of leaf: Certificate, among trusted: [Certificate]) -> [Certificate] {
        var issuers: [Certificate] = []
        var last = leaf
        while let next = trusted.first(where: { $0.isIssuer(of: last) && !$0.isIssuer(of: $0) }) {
            // Two that issued each other would go round for ever.
            guard issuers.count < trusted.count else { break }
            issuers.append(next)
            last = next
        }
        return issuers
    }

    private static func loadIdentity(
        _ configuration: TLSConfiguration, trusted: [Certificate], into context: OpaquePointer
    ) throws(TLSConfigurationError) -> Certificate? {
        guard let path = configuration.certificateFile else {
            if let key = configuration.keyFile { throw TLSConfigurationError(file: key, cause: .certificateMissing) }
            return nil
        }
        let file = try CredentialFile(path)
        var chain = try file.certificates()
        if chain.count == 1 { chain += Self.issuers(of: chain[0], among: trusted) }
        for (index, certificate) in chain.enumerated() {
            let code = certificate.withX509 { x509 in
                if index == 0 { return SSL_CTX_use_certificate(context, x509) }
                X509_up_ref(x509)
                return cossl_ctx_add0_chain_cert(context, x509)
            }
            guard code == 1 else {
                throw TLSConfigurationError(file: path, cause: .library(LibraryErrors.takeText()))
            }
        }
        let keyFile =
            try configuration.keyFile.map { path throws(TLSConfigurationError) in try CredentialFile(path) } ?? file
        try keyFile.withPrivateKey(password: configuration.keyPassword) { key throws(TLSConfigurationError) in
            // OpenSSL itself compares a key with a certificate of its own kind only.
            guard chain[0].withX509({ X509_check_private_key($0, key) }) == 1 else {
                throw TLSConfigurationError(file: keyFile.path, cause: .keyMismatch(certificateFile: path))
            }
            guard SSL_CTX_use_PrivateKey(context, key) == 1 else {
                throw TLSConfigurationError(file: keyFile.path, cause: .library(LibraryErrors.takeText()))
            }
        }
        return chain.first
    }
}

extension TLSConfiguration.Version {
    var code: Int32 {
        switch self {
        case .tls10: TLS1_VERSION
        case .tls11: TLS1_1_VERSION
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}
