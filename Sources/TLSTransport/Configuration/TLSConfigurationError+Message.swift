import ByteTransport

extension TLSConfigurationError: CustomStringConvertible {
    /// Whether a file that was named is not there or cannot be read.
    package var isMissingInput: Bool {
        if case .unreadable = cause { true } else { false }
    }

    /// One sentence without a final period, with the file first.
    package var description: String { file.map { "\($0): \(sentence)" } ?? sentence }

    private var sentence: String {
        switch cause {
        case .unreadable(let errno): SystemError.text(errno)
        case .keyLog(let refusal): "\(refusal)"
        case .tooLarge: "larger than a file of certificates or keys can be (16 MiB)"
        case .tooManyFiles(let limit): "there are more than \(limit) CRLs in it"
        case .revocation(let cause):
            "\(TLSConfigurationError(cause: cause).sentence), so that what it revokes is not known"
        case .noCertificate: "there is no PEM certificate in it"
        case .noPrivateKey: "there is no PEM private key in it"
        case .malformed(let words): "a PEM block in it is damaged: \(words)"
        case .passwordMissing: "the key is encrypted and no password is known (`password` in the optfile)"
        case .wrongPassword: "the key does not open with the password given"
        case .keyMismatch(let certificate): "the key is not that of the certificate in \(certificate)"
        case .certificateMissing: "there is a key, and no certificate for it (--cert)"
        case .noTrustedCertificates: "TLS with verification needs the CA that the cluster uses (--ca, or cacertfile)"
        case .unknownCiphers(let list): "none of these ciphers is known: \(list)"
        case .libraryMissing(let problem, _): "TLS is not possible: OpenSSL cannot be loaded: \(problem)"
        case .library(let words): "OpenSSL: \(words)"
        }
    }

    /// What to do about it.
    package var remedy: String? {
        switch cause {
        case .noTrustedCertificates:
            "give --ca FILE or --optfile FILE; --insecure does without, and then nobody knows who answers"
        case .passwordMissing, .wrongPassword: "check `password` in the `client` section of the optfile"
        case .keyMismatch, .certificateMissing:
            "check certfile and keyfile in the `client` section, or --cert and --key"
        case .libraryMissing(_, let remedy): remedy
        default: nil
        }
    }
}
