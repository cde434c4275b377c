import ByteTransport
import Diagnosis
import ErlcluTestSupport
import Foundation
import Glibc
import TLSTransport
import Testing

/// Each way in which the files of a configuration can be wrong.
@Suite struct TLSContextTests {
    let directory: TemporaryDirectory
    let good: IssuedCertificate
    var configuration = TLSConfiguration(role: .initiator)

    init() throws {
        directory = try TemporaryDirectory()
        good = try CertificateAuthority.issue()
        configuration.trustFiles = [good.authorityFile]
        configuration.certificateFile = good.certificateFile
        configuration.keyFile = good.keyFile
    }

    private func failure(_ change: (inout TLSConfiguration) -> Void) -> TLSConfigurationError? {
        var configuration = configuration
        change(&configuration)
        do throws(TLSConfigurationError) {
            _ = try TLSContext(configuration)
            return nil
        } catch {
            return error
        }
    }

    @Test func allIsWell() { #expect(failure { _ in } == nil) }

    @Test func verificationNeedsTrust() {
        #expect(failure { $0.trustFiles = [] } == TLSConfigurationError(cause: .noTrustedCertificates))
    }

    @Test func aMissingFileIsNamed() {
        let path = directory.file("absent.pem")
        let expected = TLSConfigurationError(file: path, cause: .unreadable(errno: ENOENT))
        #expect(failure { $0.trustFiles = [path] } == expected)
        #expect(failure { $0.certificateFile = path } == expected)
        #expect(failure { $0.keyFile = path } == expected)
        #expect(
            failure { $0.keyFile = directory.path }
                == TLSConfigurationError(file: directory.path, cause: .unreadable(errno: EISDIR)))
    }

    @Test func aFileWithoutPEMIsNamed() throws {
        let path = try directory.write("nothing here\n", to: "x.pem")
        #expect(failure { $0.trustFiles = [path] } == TLSConfigurationError(file: path, cause: .noCertificate))
        #expect(failure { $0.certificateFile = path } == TLSConfigurationError(file: path, cause: .noCertificate))
        #expect(failure { $0.keyFile = path } == TLSConfigurationError(file: path, cause: .noPrivateKey))
        #expect(
            failure { $0.keyFile = good.certificateFile }
                == TLSConfigurationError(file: good.certificateFile, cause: .noPrivateKey))
    }

    @Test func damagedPEMIsNamed() throws {
        let certificate = try directory.write(
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", to: "c.pem")
        let key = try directory.write("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", to: "k.pem")
        let cut = try directory.write("-----BEGIN CERTIFICATE-----\nAAAA\n", to: "cut.pem")
        for (error, path) in [
            (failure { $0.certificateFile = certificate }, certificate), (failure { $0.keyFile = key }, key),
            (failure { $0.trustFiles = [cut] }, cut),
        ] {
            guard case .malformed = error?.cause, error?.file == path else {
                Issue.record("\(path): \(String(describing: error))")
                continue
            }
        }
    }

    @Test(arguments: [CertificateProfile.KeyType.p256, .rsa2048, .ed25519])
    func encryptedKeysAskForTheirPassword(type: CertificateProfile.KeyType) throws {
        let locked = try CertificateAuthority.issue(CertificateProfile(keyType: type, keyPassword: "sesame"))
        func failure(_ password: String?) -> TLSConfigurationError? {
            self.failure {
                $0.certificateFile = locked.certificateFile
                $0.keyFile = locked.keyFile
                $0.keyPassword = password.map { Array($0.utf8) }
            }
        }
        #expect(failure("sesame") == nil)
        #expect(failure(nil) == TLSConfigurationError(file: locked.keyFile, cause: .passwordMissing))
        #expect(failure("wrong") == TLSConfigurationError(file: locked.keyFile, cause: .wrongPassword))
        #expect(
            failure(String(repeating: "x", count: 5000))
                == TLSConfigurationError(file: locked.keyFile, cause: .wrongPassword))
    }

    @Test(arguments: [CertificateProfile.KeyType.p256, .rsa2048, .ed25519])
    func plainKeysOfEveryKind(type: CertificateProfile.KeyType) throws {
        let other = try CertificateAuthority.issue(CertificateProfile(commonName: "other", keyType: type))
        #expect(
            failure {
                $0.certificateFile = other.certificateFile
                $0.keyFile = other.keyFile
            } == nil)
        #expect(
            failure { $0.keyFile = other.keyFile }
                == TLSConfigurationError(
                    file: other.keyFile, cause: .keyMismatch(certificateFile: good.certificateFile)))
    }

    @Test(arguments: ["ec", "rsa"])
    func keysInTheirTraditionalForms(algorithm: String) throws {
        let profile = CertificateProfile(keyType: algorithm == "ec" ? .p256 : .rsa2048)
        let issued = try CertificateAuthority.issue(profile)
        let path = directory.file("\(algorithm).key")
        let form = algorithm == "rsa" ? ["-traditional"] : []
        try CommandResult.ofSuccessful("openssl", [algorithm, "-in", issued.keyFile, "-out", path] + form)
        #expect(
            failure {
                $0.certificateFile = issued.certificateFile
                $0.keyFile = path
            } == nil)
    }

    @Test func certificateAndKeyMayShareAFile() throws {
        let both = try directory.write(
            try [good.keyFile, good.certificateFile].map { try String(contentsOfFile: $0, encoding: .utf8) }.joined(),
            to: "both.pem")
        #expect(
            failure {
                $0.certificateFile = both
                $0.keyFile = nil
            } == nil)
        #expect(
            failure { $0.keyFile = nil }
                == TLSConfigurationError(file: good.certificateFile, cause: .noPrivateKey))
    }

    /// Nothing but a directory that is not there stands for one without CRLs. (Tests run as root, who may read all.)
    @Test(arguments: [true, false]) func revocationThatIsNotReadIsNamed(isBestEffort: Bool) throws {
        func failure(_ path: String) -> TLSConfigurationError? {
            self.failure {
                $0.revocation = TLSConfiguration.Revocation(
                    directory: path, coversIssuers: true, isBestEffort: isBestEffort)
            }
        }
        func unread(_ path: String, _ cause: TLSConfigurationError.Cause) -> TLSConfigurationError {
            TLSConfigurationError(file: path, cause: .revocation(cause))
        }
        let absent = directory.file("absent")
        #expect(failure(absent) == (isBestEffort ? nil : unread(absent, .unreadable(errno: ENOENT))))
        let file = try directory.write("", to: "file")
        #expect(failure(file) == unread(file, .unreadable(errno: ENOTDIR)))

        // An older list behind it would let a revoked certificate pass.
        let lists = try CertificateAuthority.trusted.get().revocationDirectory(
            revoking: [], named: "unread-\(isBestEffort)")
        #expect(failure(lists) == nil)
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: lists).first)
        let (first, second) = ("\(lists)/\(name)", "\(lists)/\(name.dropLast())1")
        try #require(rename(first, second) == 0)
        try FileManager.default.createDirectory(atPath: first, withIntermediateDirectories: false)
        #expect(failure(lists) == unread(first, .unreadable(errno: EISDIR)))
        try #require(rmdir(first) == 0)
        try Data().write(to: URL(fileURLWithPath: first))
        #expect(failure(lists) == nil)
        try #require(truncate(first, 17 << 20) == 0)
        #expect(failure(lists) == unread(first, .tooLarge))
        try #require(unlink(first) == 0)

        for number in 1...4096 { try Data().write(to: URL(fileURLWithPath: "\(lists)/01234567.r\(number)")) }
        #expect(failure(lists) == unread(lists, .tooManyFiles(limit: 4096)))
    }

    @Test func unknownCiphersAreNamed() {
        #expect(failure { $0.ciphers = "NOPE" } == TLSConfigurationError(cause: .unknownCiphers("NOPE")))
        #expect(failure { $0.cipherSuites = "NOPE" } == TLSConfigurationError(cause: .unknownCiphers("NOPE")))
    }

    @Test func aKeyLogThatCannotBeWrittenIsNamed() {
        let path = directory.file("absent/keys.log")
        let expected = TLSConfigurationError(file: path, cause: .keyLog(.system(errno: ENOENT)))
        #expect(failure { $0.keyLogFile = path } == expected)
    }

    @Test func factsOfACertificate() throws {
        let profile = CertificateProfile(
            commonName: "Knoten Ä", dnsNames: ["a.example", "b"], addresses: ["10.0.0.1", "fd00::2"],
            usages: [.clientAuth])
        let issued = try CertificateAuthority.issue(profile)
        let bytes = Array(try String(contentsOfFile: issued.certificateFile, encoding: .utf8).utf8)
        let facts = try #require(try Certificate.all(inPEM: bytes).first).facts
        #expect(facts.issuer == "CN=erlclu test CA")
        #expect(facts.dnsNames == ["a.example", "b"])
        #expect(facts.ipAddresses == ["10.0.0.1", "fd00::2"])
        #expect(facts.extendedKeyUsage == ["clientAuth"])
        let told = try CommandResult.ofSuccessful(
            "openssl",
            ["x509", "-in", issued.certificateFile, "-noout", "-fingerprint", "-sha256", "-serial", "-subject"]
                + ["-nameopt", "RFC2253,-esc_msb,utf8"]
        ).standardOutput
        let digits = told.lowercased().replacing(":", with: "")
        #expect(digits.contains("fingerprint=\(facts.fingerprint)"))
        #expect(digits.contains("serial=\(facts.serial)"))
        #expect(told.contains("subject=\(facts.subject)"))
        #expect(facts.notBefore < Int(time(nil)))
        #expect(facts.notAfter - facts.notBefore == 3651 * 86_400)
    }

    @Test func derThatIsNoneIsRefused() {
        #expect(throws: CertificateFormatError.self) { try Certificate(der: []) }
        #expect(throws: CertificateFormatError.self) { try Certificate(der: [0x30, 0x84, 0xff, 0xff, 0xff, 0xff]) }
    }
}
