import Diagnosis
import ErlangNode
import ErlcluCommands
import ErlcluTestSupport
import Foundation
import Testing

/// Releases differ in the alerts that they send, and in when they close: the codes must not.
@Suite(.waiting) struct FailureMatrixTests {
    @Test(arguments: OTPRelease.available)
    func findsTheSameCodes(release: OTPRelease) throws {
        let directory = try TemporaryDirectory()
        let nodes = try NodesOfARelease(release)
        let expected = try nodes.mismatches(optionFilesIn: directory) + nodes.certificates() + nodes.handshakes()
        for (name, code, command) in expected {
            let result = try command.start(["-o", "json"]).wait()
            #expect(
                result.standardOutput.contains("\"code\":\"\(code.rawValue)\""), "\(name): \(result.standardOutput)")
            #expect(result.exitStatus == code.exitStatus, "\(name)")
            let looked = try command.examined().start(["-o", "json"]).wait()
            let diagnosis = try PrintedDiagnosis(looked.standardOutputBytes)
            #expect(diagnosis.code == code.rawValue, "doctor, \(name): \(looked.standardOutput)")
            #expect(diagnosis.isInOrder && looked.exitStatus == code.exitStatus, "doctor, \(name)")
            if [.cookie, .tcpToTLS, .tlsToTCP].contains(code) {
                #expect(diagnosis.isCertain, "doctor, \(name): \(looked.standardOutput)")
            }
        }
        try nodes.takeOthersAtOnce()
    }
}

private struct NodesOfARelease {
    typealias Expectation = (name: String, code: FailureCode, command: FailedCommand)

    private let release: OTPRelease
    private let plain: ErlangNodeFixture
    private let secure12: ErlangNodeFixture
    private let secure13: ErlangNodeFixture

    init(_ release: OTPRelease) throws {
        self.release = release
        plain = try ErlangNodeFixture(release: release)
        // Who is left to a timer there is waited for in vain.
        let patience = ["-kernel", "net_setuptime", "90"]
        secure12 = try ErlangNodeFixture(
            release: release, transport: .mutualTLS(versions: ["tlsv1.2"]), arguments: patience)
        secure13 = try ErlangNodeFixture(
            release: release, transport: .mutualTLS(versions: ["tlsv1.3"]), arguments: patience)
    }

    /// What was probed there keeps nobody waiting: a listener of OTP 23 takes one client after the other.
    func takeOthersAtOnce() throws {
        for node in [secure12, secure13] {
            let looked = try FailedCommand.ping(node).examined().start(["-o", "json"]).wait()
            #expect(try PrintedDiagnosis(looked.standardOutputBytes).code == "E-TCP-TO-TLS")
            let pong = try FailedCommand.ping(node, tls: .good(["--timeout", "40s"])).start().wait()
            #expect(pong.standardOutput == "pong\n", "\(release): \(pong.standardError)")
        }
    }

    func mismatches(optionFilesIn directory: TemporaryDirectory) throws -> [Expectation] {
        let keyless = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        let options = try #require(keyless.optionFile)
        try FileManager.default.removeItem(atPath: "\((options as NSString).deletingLastPathComponent)/key.pem")
        // With TLS 1.3 only, OTP 23 closes at such a hello without an alert, as it does without a key.
        let silent = release.major == 23
        return [
            ("TLS to plain", .tlsToTCP, try .ping(plain, tls: .good())),
            ("plain to TLS 1.2", .tcpToTLS, try .ping(secure12)),
            ("plain to TLS 1.3", .tcpToTLS, try .ping(secure13)),
            (
                "1.3 to 1.2", .tlsVersion,
                try .ping(secure12, tls: .optionFile("{versions, ['tlsv1.3']}", in: directory, as: "13.conf"))
            ),
            (
                "1.2 to 1.3", silent ? .tlsKey : .tlsVersion,
                try .ping(secure13, tls: .optionFile("{versions, ['tlsv1.2']}", in: directory, as: "12.conf"))
            ),
            ("no key", .tlsKey, try .ping(keyless, tls: .good())),
        ]
    }

    func certificates() throws -> [Expectation] {
        let ours: [(String, FailureCode, IssuedCertificate?)] = [
            (
                "expired", .certificateExpired,
                try CertificateAuthority.issue(CertificateProfile(validity: .expired))
            ),
            ("early", .certificateNotYetValid, try CertificateAuthority.issue(CertificateProfile(validity: .notYet))),
            ("unknown", .caUnknown, try CertificateAuthority.unknown.get().issue()),
            (
                "for servers", .certificateUsage,
                try CertificateAuthority.issue(CertificateProfile(usages: [.serverAuth]))
            ),
            ("none", .certificateRequired, nil),
        ]
        return try ours.flatMap { name, code, certificate in
            [
                ("ours \(name), TLS 1.2", code, try .ping(secure12, tls: ToolTLS(certificate))),
                ("ours \(name), TLS 1.3", code, try .ping(secure13, tls: ToolTLS(certificate))),
            ]
        }
    }

    func handshakes() throws -> [Expectation] {
        let closed = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        try closed.evaluate("net_kernel:allow(['friend@127.0.0.1'])")
        let restless = try ErlangNodeFixture(release: release)
        try restless.evaluate("supervisor:terminate_child(kernel_sup, rex)")
        return [
            ("another name", .name, try .ping(plain, name: "shop@127.0.0.1")),
            ("another cookie", .cookie, try .ping(plain).withCookie("another_cookie")),
            ("another cookie, TLS 1.2", .cookie, try .ping(secure12, tls: .good()).withCookie("another_cookie")),
            ("another cookie, TLS 1.3", .cookie, try .ping(secure13, tls: .good()).withCookie("another_cookie")),
            ("an allow list", .notAllowed, try .ping(closed, tls: .good())),
            ("no rex", .rpc, try .to(restless, ["status"])),
        ]
    }
}
