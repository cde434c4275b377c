internal import CLibraryLoader
internal import COpenSSL
import ErlcluTestSupport
import Foundation
import Testing

@testable import TLSTransport

/// Keys that are made without OpenSSL's decoders.
struct PlainPrivateKeyTests {
    private let directory: TemporaryDirectory

    init() throws {
        try LibraryStart.ensure()
        directory = try TemporaryDirectory()
    }

    @Test(arguments: ["prime256v1", "secp384r1", "secp521r1"])
    func curves(curve: String) throws {
        let key = try makeKey("EC", "ec_paramgen_curve:\(curve)")
        #expect(try isMadeDirectly(key))
        #expect(try isAccepted(key))
        let traditional = try converted(key, "ec")
        #expect(try isMadeDirectly(traditional))
        #expect(try isAccepted(traditional))
    }

    @Test(arguments: [2048, 3072])
    func rsaOfEachSize(bits: Int) throws {
        let key = try makeKey("RSA", "rsa_keygen_bits:\(bits)")
        #expect(try isMadeDirectly(key))
        #expect(try isAccepted(key))
        let traditional = try converted(key, "rsa", "-traditional")
        #expect(try isMadeDirectly(traditional))
        #expect(try isAccepted(traditional))
    }

    @Test func othersAreLeftToTheDecoders() throws {
        let withoutPoint = try converted(try makeKey("EC", "ec_paramgen_curve:P-256"), "ec", "-no_public")
        let otherCurve = try makeKey("EC", "ec_paramgen_curve:secp256k1")
        let explicit = try makeKey("EC", "ec_paramgen_curve:P-256", "ec_param_enc:explicit")
        let edwards = directory.file("ed25519.key")
        try CommandResult.ofSuccessful("openssl", ["genpkey", "-algorithm", "ED25519", "-out", edwards])
        for key in [withoutPoint, otherCurve, explicit, edwards] { #expect(try !isMadeDirectly(key)) }
        for key in [withoutPoint, otherCurve, edwards] { #expect(try isAccepted(key)) }
    }

    @Test(arguments: ["RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"])
    func damagedKeysAreRefused(label: String) throws {
        let kind = label == "EC PRIVATE KEY" ? "EC" : "RSA"
        let option = kind == "EC" ? "ec_paramgen_curve:P-256" : "rsa_keygen_bits:1024"
        let whole = try makeKey(kind, option)
        let key =
            switch label {
            case "PRIVATE KEY": whole
            case "EC PRIVATE KEY": try converted(whole, "ec")
            default: try converted(whole, "rsa", "-traditional")
            }
        let der = try #require(Data(base64Encoded: body(of: key)))
        // Every cut, and every length and tag made wrong: nothing is read outside of the buffer.
        for count in 0..<der.count { #expect(try !isMadeDirectly(try pem(label, der.prefix(count)))) }
        for position in 0..<min(der.count, 40) {
            for change: UInt8 in [0x01, 0x7F, 0x80, 0xFF] {
                var damaged = der
                damaged[position] ^= change
                _ = try isMadeDirectly(try pem(label, damaged))
            }
        }
    }

    @Test func tableOfFunctionsIsReadOnly() throws {
        let table = UInt(bitPattern: try #require(cossl_library()).pointee.table)
        #expect(try MemoryMap.current().permissions(of: table) == "r--p")
    }

    private func makeKey(_ algorithm: String, _ options: String...) throws -> String {
        let path = directory.file("\(algorithm)-\(options.joined(separator: "-")).key")
        let flags = options.flatMap { ["-pkeyopt", $0] }
        try CommandResult.ofSuccessful("openssl", ["genpkey", "-algorithm", algorithm, "-out", path] + flags)
        return path
    }

    private func converted(_ key: String, _ command: String, _ flags: String...) throws -> String {
        let path = key + ".traditional"
        try CommandResult.ofSuccessful("openssl", [command, "-in", key, "-out", path] + flags)
        return path
    }

    private func pem(_ label: String, _ der: Data) throws -> String {
        try directory.write(
            "-----BEGIN \(label)-----\n\(der.base64EncodedString(options: .lineLength64Characters))\n"
                + "-----END \(label)-----\n", to: "damaged.key")
    }

    private func body(of key: String) throws -> String {
        try String(contentsOfFile: key, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
    }

    private func isMadeDirectly(_ path: String) throws -> Bool {
        guard let block = PEMKeyBlock(firstIn: Array(try Data(contentsOf: URL(fileURLWithPath: path)))) else {
            return false
        }
        guard let key = block.plainKey() else { return false }
        EVP_PKEY_free(key)
        return true
    }

    /// Whether it is the key of the certificate that OpenSSL's own program makes for it.
    private func isAccepted(_ key: String) throws -> Bool {
        let certificate = key + ".pem"
        try CommandResult.ofSuccessful(
            "openssl", ["req", "-x509", "-new", "-key", key, "-out", certificate, "-subj", "/CN=key", "-days", "1"])
        var configuration = TLSConfiguration(role: .initiator)
        configuration.trustFiles = [certificate]
        configuration.certificateFile = certificate
        configuration.keyFile = key
        do {
            _ = try TLSContext(configuration)
            return true
        } catch {
            return false
        }
    }
}
