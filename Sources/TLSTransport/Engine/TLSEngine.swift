internal import ByteTransport
internal import COpenSSL
import Diagnosis

/// One TLS connection as bytes in and bytes out: it has no socket and never waits.
final class TLSEngine {
    enum Progress {
        case done
        /// Nothing more can be done before the peer sends more.
        case needsInput
        /// The peer has ended the connection with close_notify.
        case peerClosed
        case failed
    }

    /// When a connection came to nothing: the same library error has other causes before the handshake than after.
    enum End {
        case closedInHandshake
        case failedInHandshake
        case failedWhenOpen
    }

    let channel = TLSChannel()
    let transcript: TLSTranscript
    let verification: PeerVerification
    private let tap: SecretsTap?
    private let connection: OpaquePointer
    private let context: TLSContext
    private var errors: [LibraryErrors.Entry] = []
    /// The peer's first bytes, to see what it is when it does not speak TLS.
    private var firstBytes: [UInt8] = []

    /// - Parameters:
    ///   - identity: the name that the peer's certificate must carry; nil checks none.
    ///   - serverName: goes into the ClientHello (RFC 6066 §3); an address must not.
    ///   - traffic: receives the secrets.
    init(
        context: TLSContext, identity: String?, serverName: String?, traffic: (any TrafficObserver)? = nil,
        observe: ((TLSMessage) -> Void)?
    ) throws(TLSConfigurationError) {
        let configuration = context.configuration
        guard let connection = context.makeConnection() else {
            throw TLSConfigurationError(cause: .library(LibraryErrors.takeText()))
        }
        self.context = context
        self.connection = connection
        transcript = TLSTranscript(observe: observe)
        tap = traffic.map(SecretsTap.init)
        verification = PeerVerification(
            identity: identity.map { PeerIdentity(name: $0, allowsWildcards: configuration.allowsWildcards) },
            isEnforced: configuration.verifiesPeer,
            needsRevocationLists: configuration.revocation?.isBestEffort == false)
        guard channel.attach(to: connection) else {
            SSL_free(connection)
            throw TLSConfigurationError(cause: .library(LibraryErrors.takeText()))
        }
        transcript.attach(to: connection)
        tap?.attach(to: connection)
        let demand = configuration.requiresPeerCertificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0
        verification.attach(
            to: connection, mode: configuration.verifiesPeer ? SSL_VERIFY_PEER | demand : SSL_VERIFY_NONE)
        switch configuration.role {
        case .initiator:
            if let serverName { _ = cossl_set_sni(connection, serverName) }
            SSL_set_connect_state(connection)
        case .acceptor:
            SSL_set_accept_state(connection)
        }
    }

    // The connection's callbacks point at the channel, the transcript, the verification and the tap, which go after
    // this.
    deinit { SSL_free(connection) }

    /// Makes `bytes` what the next calls read from; they are not kept.
    func offer(_ bytes: UnsafeRawBufferPointer) {
        if firstBytes.count < 32 { firstBytes.append(contentsOf: bytes.prefix(32 - firstBytes.count)) }
        channel.inbound = bytes
    }

    /// Takes the handshake as far as the bytes go.
    func handshake() -> Progress {
        LibraryErrors.clear()
        let code = SSL_do_handshake(connection)
        guard code == 1 else { return progress(after: code) }
        guard isPeerVerified else {
            verification.refuseAbsence()
            return .failed
        }
        return .done
    }

    /// Whatever the library made of the handshake: where a certificate is demanded, one was accepted.
    private var isPeerVerified: Bool {
        let configuration = context.configuration
        let isDemanded =
            configuration.verifiesPeer && (configuration.role == .initiator || configuration.requiresPeerCertificate)
        return !isDemanded || verification.didAcceptLeaf
    }

    /// Decrypts into `buffer`, at most one record.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> (count: Int, Progress) {
        LibraryErrors.clear()
        var count = 0
        let code = SSL_read_ex(connection, buffer.baseAddress, buffer.count, &count)
        return code == 1 ? (count, .done) : (0, progress(after: code))
    }

    /// Encrypts the front of `bytes`, at most one record, into the channel.
    /// - Returns: how many bytes were taken; nil when the connection is broken.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
        LibraryErrors.clear()
        var count = 0
        let code = SSL_write_ex(connection, bytes.baseAddress, bytes.count, &count)
        if code == 1 { return count }
        return progress(after: code) == .failed ? nil : 0
    }

    /// Says close_notify.
    func shutdown() {
        LibraryErrors.clear()
        SSL_shutdown(connection)
        LibraryErrors.clear()
    }

    /// What was agreed on; meaningful once the handshake is done.
    var summary: TLSSummary {
        TLSSummary(
            version: SSL_get_version(connection).map { Self.version(String(cString: $0)) } ?? "",
            cipher: SSL_CIPHER_get_name(SSL_get_current_cipher(connection)).map { String(cString: $0) } ?? "",
            peerChain: verification.chain.map(\.facts))
    }

    /// The cipher suite by its name in IANA's registry; meaningful once the handshake is done.
    var registeredCipher: String {
        SSL_CIPHER_standard_name(SSL_get_current_cipher(connection)).map { String(cString: $0) } ?? ""
    }

    /// "TLS 1.2" for OpenSSL's "TLSv1.2", as the events of all vantages have it; its "TLSv1" is 1.0.
    private static func version(_ name: String) -> String {
        name == "TLSv1" ? "TLS 1.0" : name.hasPrefix("TLSv") ? "TLS \(name.dropFirst(4))" : name
    }

    /// Why it failed, with all that was seen.
    func failure(_ end: End) -> TLSFailure { account(of: cause(end)) }

    /// All that was seen, with a cause that somebody else found.
    func account(of cause: TLSFailure.Cause) -> TLSFailure {
        TLSFailure(
            cause: cause, messages: transcript.messages,
            peerChain: verification.chain.map(\.facts), ownCertificate: context.ownCertificate?.facts,
            refused: verification.refused?.facts, trusted: context.trusted.prefix(8).map(\.facts),
            certificateRequested: transcript.certificateRequested,
            agreedVersion: SSL_is_init_finished(connection) == 1 ? summary.version : nil,
            offer: context.configuration.offer, revokedAt: verification.revokedAt)
    }

    private func progress(after code: Int32) -> Progress {
        switch SSL_get_error(connection, code) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsInput
        case SSL_ERROR_ZERO_RETURN: return .peerClosed
        default:
            errors += LibraryErrors.take()
            return .failed
        }
    }

    private func cause(_ end: End) -> TLSFailure.Cause {
        if let refusal = verification.refusal { return refusal }
        if let alert = transcript.fatalAlert { return .alertReceived(alert) }
        if !transcript.heardPeer, !firstBytes.isEmpty, !Self.looksLikeTLS(firstBytes) { return .notTLS(firstBytes) }
        if end == .closedInHandshake { return .closedDuringHandshake }
        let text = errors.map(\.text).joined(separator: "; ")
        let isHandshake = end == .failedInHandshake
        if isHandshake, errors.contains(where: { $0.library == ERR_LIB_SSL && Self.isDisagreement($0.reason) }) {
            return .noCommonParameters(text)
        }
        if isHandshake, errors.contains(where: { $0.library == ERR_LIB_SSL && $0.reason == SSL_R_BAD_SIGNATURE }) {
            return .badSignature
        }
        if isHandshake,
            errors.contains(where: {
                $0.library == ERR_LIB_SSL && $0.reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE
            })
        {
            return .noCertificate
        }
        return .library(text.isEmpty ? "unknown error" : text)
    }

    /// A record's header begins with a content type (20 to 24) and major version 3.
    private static func looksLikeTLS(_ bytes: [UInt8]) -> Bool {
        (20...24).contains(bytes[0]) && (bytes.count < 2 || bytes[1] == 3)
    }

    private static func isDisagreement(_ reason: Int32) -> Bool {
        [
            SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_WRONG_VERSION_NUMBER, SSL_R_VERSION_TOO_LOW,
            SSL_R_VERSION_TOO_HIGH, SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_NO_SHARED_CIPHER, SSL_R_NO_CIPHERS_AVAILABLE,
            SSL_R_WRONG_CIPHER_RETURNED, SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SUITABLE_KEY_SHARE,
            SSL_R_NO_SUITABLE_GROUPS, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
        ].contains(reason)
    }
}
