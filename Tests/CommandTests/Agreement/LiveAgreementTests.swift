import ErlcluTestSupport
import Foundation
import Testing

/// One fault, seen by `ping`, by `doctor`, by a trace on the acceptor and by the capture of our own packets, has one
/// code. A vantage that cannot know says so, and names the true code among its alternatives.
@Suite struct LiveAgreementTests {
    /// A client that the node turns away.
    struct Fault {
        var name: String
        var code: String
        var tls: ToolTLS?
        /// Another one than the node's.
        var cookie: String?
    }

    /// `make soak` looks at every release; one is enough for each change.
    private static let releases = SoakTime.seconds == nil ? [OTPRelease.host] : OTPRelease.available

    @Test(arguments: releases, ["tlsv1.2", "tlsv1.3"])
    func oneFaultHasOneCode(release: OTPRelease, version: String) throws {
        let node = try ErlangNodeFixture(release: release, transport: .mutualTLS(versions: [version]))
        let directory = try TemporaryDirectory()
        for fault in try Self.faults(in: directory) {
            let trace = try TraceTrial(node)
            let file = directory.file("own.pcapng")
            var ping = try FailedCommand.ping(node, tls: fault.tls, ["--capture", file])
            if let cookie = fault.cookie { ping = ping.withCookie(cookie) }
            let ended = try ping.start(["-o", "json"]).wait()
            let place = "\(fault.name), \(version), OTP \(release)"
            Self.expect(fault.code, ended.standardOutput, "ping, \(place)")
            #expect(trace.waitForResult(), "\(place)")
            trace.waitForAsides()
            let traced = try trace.finish().standardOutput
            Self.expect(fault.code, Self.lastAttempt(traced), "trace, \(place)")

            let decoded = try CommandResult.of(
                BuiltProduct.tool, ["capture", "decode", file, "-o", "jsonl"], environment: NodeTool.scrubbed)
            Self.expect(fault.code, Self.lastAttempt(decoded.standardOutput), "capture, \(place)")

            var doctor = try FailedCommand.ping(node, tls: fault.tls).examined()
            if let cookie = fault.cookie { doctor = doctor.withCookie(cookie) }
            let looked = try doctor.start(["-o", "json"]).wait()
            Self.expect(fault.code, looked.standardOutput, "doctor, \(place)")
        }
    }

    private static func faults(in directory: TemporaryDirectory) throws -> [Fault] {
        func client(_ name: String, _ code: String, _ certificate: IssuedCertificate?) throws -> Fault {
            Fault(name: name, code: code, tls: try ToolTLS(certificate))
        }
        return [
            Fault(name: "signs itself", code: "E-CA-UNKNOWN", tls: try selfSigned(in: directory)),
            try client("of an unknown CA", "E-CA-UNKNOWN", CertificateAuthority.unknown.get().issue()),
            try client(
                "expired", "E-CERT-EXPIRED", CertificateAuthority.issue(CertificateProfile(validity: .expired))),
            try client(
                "not valid yet", "E-CERT-NOT-YET", CertificateAuthority.issue(CertificateProfile(validity: .notYet))),
            try client(
                "for servers only", "E-CERT-USAGE",
                CertificateAuthority.issue(CertificateProfile(usages: [.serverAuth]))),
            try client("no certificate", "E-CERT-REQUIRED", nil),
            Fault(
                name: "a CA that is not the cluster's", code: "E-CA-UNKNOWN",
                tls: try ToolTLS(
                    CertificateAuthority.issue(), trusts: CertificateAuthority.unknown.get().certificateFile)),
            Fault(name: "another cookie", code: "E-COOKIE", tls: try .good(), cookie: "zq_unlike"),
            Fault(name: "TCP to TLS", code: "E-TCP-TO-TLS"),
        ]
    }

    private static func selfSigned(in directory: TemporaryDirectory) throws -> ToolTLS {
        let (certificate, key) = (directory.file("lone.pem"), directory.file("lone.key"))
        try CommandResult.ofSuccessful(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=lone",
                "-days", "2", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", certificate,
            ])
        return try ToolTLS(nil, options: ["--cert", certificate, "--key", key])
    }

    /// The document of the attempt that ended last: what comes later may tell more.
    private static func lastAttempt(_ output: String) -> String {
        output.split(separator: "\n").last { $0.contains("erlclu/attempt/1") }.map(String.init) ?? output
    }

    /// The first code of a document is that of its first failure; the alternatives name others.
    private static func expect(_ code: String, _ document: String, _ place: String) {
        let found = document.firstMatch(of: /"code": ?"([A-Z-]+)"/).map { String($0.1) }
        let alternative = document.firstMatch(of: /"alternative": ?"([^"]*)"/).map { String($0.1) } ?? ""
        #expect(found != nil && (found == code || alternative.contains(code)), "\(place): \(document)")
    }
}
