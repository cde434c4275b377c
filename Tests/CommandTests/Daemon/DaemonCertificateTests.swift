import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// The certificates of an erlclud that runs, as a peer of OTP sees them.
@Suite(.waiting) struct DaemonCertificateTests {
    /// An erlclud whose pair of files can be replaced, and a node that dials it.
    private struct Trial {
        let node: ErlangNodeFixture
        let daemon: DaemonFixture
        private let directory: TemporaryDirectory
        private let own: IssuedCertificate

        init(_ release: OTPRelease, options: [String] = []) throws {
            node = try ErlangNodeFixture(release: release, transport: .mutualTLS())
            directory = try TemporaryDirectory()
            own = try CertificateAuthority.issue()
            try Self.replace(directory, with: own)
            let file = try directory.write(
                """
                [{server, [{certfile, "\(directory.file("own.pem"))"}, {keyfile, "\(directory.file("own.key"))"},
                    {cacertfile, "\(own.authorityFile)"}, {verify, verify_peer}, {fail_if_no_peer_cert, true}]},
                 {client, [{certfile, "\(directory.file("own.pem"))"}, {keyfile, "\(directory.file("own.key"))"},
                    {cacertfile, "\(own.authorityFile)"}, {verify, verify_peer}]}].
                """, to: "dist.conf")
            daemon = try DaemonFixture(options: ["--optfile", file] + options)
        }

        private static func replace(_ directory: TemporaryDirectory, with pair: IssuedCertificate) throws {
            for (name, source) in [("own.pem", pair.certificateFile), ("own.key", pair.keyFile)] {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: source))
                try bytes.write(to: URL(fileURLWithPath: directory.file(name)), options: .atomic)
            }
        }

        func replace(with pair: IssuedCertificate) throws { try Self.replace(directory, with: pair) }

        /// The number of the certificate that it shows to whoever dials now; OpenSSL dials.
        func shown() throws -> String {
            let port = try daemon.port
            let session = try CommandResult.of(
                "openssl",
                ["s_client", "-connect", "127.0.0.1:\(port)", "-cert", own.certificateFile, "-key", own.keyFile]
            )
            let printed = try CommandResult.of(
                "openssl", ["x509", "-noout", "-serial"], input: session.standardOutputBytes)
            #expect(printed.exitStatus == 0, "\(session)")
            return DaemonCertificateTests.digits(printed)
        }

        /// A new link, with distribution's own check.
        func links() throws -> String {
            try node.evaluate(
                """
                begin
                    erlang:disconnect_node('\(daemon.name)'),
                    (fun Wait() -> case lists:member('\(daemon.name)', nodes(hidden)) of
                        true -> timer:sleep(10), Wait(); false -> ok end end)(),
                    net_adm:ping('\(daemon.name)')
                end
                """)
        }

        func lines(_ event: String) -> Int {
            daemon.process.standardError.split(separator: "\n").count { $0.contains("event=\(event) ") }
        }
    }

    private static func number(_ certificate: IssuedCertificate) throws -> String {
        digits(
            try CommandResult.ofSuccessful(
                "openssl", ["x509", "-in", certificate.certificateFile, "-noout", "-serial"]))
    }

    private static func digits(_ printed: CommandResult) -> String {
        printed.standardOutput.split(separator: "=").last.map { $0.filter { !$0.isWhitespace } } ?? ""
    }

    @Test(arguments: OTPRelease.available)
    func aPeerSeesTheRenewedOne(_ release: OTPRelease) throws {
        let trial = try Trial(release)
        let old = try Self.number(CertificateAuthority.issue())
        #expect(try trial.shown() == old)
        #expect(try trial.links() == "pong", "\(trial.daemon.process.standardError)")
        let renewed = try CertificateAuthority.issue(CertificateProfile(commonName: "renewed by signal"))
        try trial.replace(with: renewed)
        // At once, and not when it looks at its files.
        trial.daemon.process.signal(SIGHUP)
        #expect(eventually { trial.lines("renewed") >= 1 }, "\(trial.daemon.process.standardError)")
        #expect(try trial.shown() == Self.number(renewed))
        #expect(try trial.links() == "pong", "\(trial.daemon.process.standardError)")
    }

    /// One that is expired, or without its key, replaces none that works, by itself or by SIGHUP; the next good one does.
    @Test(arguments: OTPRelease.available)
    func aPeerDoesNotSeeAnExpiredOne(_ release: OTPRelease) throws {
        let port = try LocalSocket.unusedPort()
        let trial = try Trial(release, options: ["--http", "127.0.0.1:\(port)"])
        let good = try CertificateAuthority.issue()
        let expired = try CertificateAuthority.issue(
            CertificateProfile(commonName: "expired on disk", validity: .expired))
        func ownExpiry() throws -> String {
            try CommandResult.of("curl", ["-s", "-m", "5", "http://127.0.0.1:\(port)/metrics"]).standardOutput
                .split(separator: "\n").first { $0.contains("side=\"own\"") }.map(String.init) ?? ""
        }
        let before = try ownExpiry()
        #expect(before.contains("erlclu_certificate_expiry_timestamp_seconds"))
        try trial.replace(with: expired)
        #expect(
            trial.daemon.process.waitForOutput(containing: "event=not_renewed", onError: true),
            "\(trial.daemon.process.standardError)")
        #expect(
            eventually { trial.daemon.process.standardError.contains("expired") },
            "\(trial.daemon.process.standardError)")
        let lines = trial.lines("not_renewed")
        trial.daemon.process.signal(SIGHUP)
        #expect(eventually { trial.lines("not_renewed") > lines }, "\(trial.daemon.process.standardError)")
        #expect(try trial.shown() == Self.number(good))
        #expect(try trial.links() == "pong", "\(trial.daemon.process.standardError)")
        #expect(try ownExpiry() == before)
        #expect(trial.lines("renewed") == 0, "\(trial.daemon.process.standardError)")
        let renewed = try CertificateAuthority.issue(
            CertificateProfile(commonName: "renewed again", validity: .days(30)))
        try trial.replace(with: renewed)
        #expect(eventually { trial.lines("renewed") >= 1 }, "\(trial.daemon.process.standardError)")
        #expect(try trial.shown() == Self.number(renewed))
        #expect(try trial.links() == "pong", "\(trial.daemon.process.standardError)")
        #expect(try ownExpiry() != before)
    }
}
