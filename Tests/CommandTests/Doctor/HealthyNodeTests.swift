import ErlcluTestSupport
import Foundation
import Testing

/// `doctor` of nodes that answer.
@Suite(.waiting) struct HealthyNodeTests {
    @Test func showsAHealthyNode() throws {
        let node = try SharedNodes.plain.get()
        try expectGolden(.to(node, ["doctor"]), of: node, named: "TCP.txt")
    }

    @Test func showsAHealthyNodeOverTLS() throws {
        let node = try SharedNodes.secure.get()
        try expectGolden(.to(node, tls: .good(), ["doctor"]), of: node, named: "TLS 1.2.txt")
        let other = try SharedNodes.secure13.get()
        try expectGolden(.to(other, tls: .good(), ["doctor"]), of: other, named: "TLS 1.3.txt")
    }

    /// The way is told by the port alone; epmd is not asked, and what it says is looked at all the same.
    @Test func goesStraightToAnAddress() throws {
        let node = try SharedNodes.plain.get()
        let command = try FailedCommand.to(node, ["doctor", "--address", "127.0.0.1:\(node.port)"])
        let result = try command.start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.results.first { $0.rung == "epmd" }?.result == "skipped")
        #expect(diagnosis.rung == nil)
        #expect(result.exitStatus == 0)
    }

    @Test(arguments: OTPRelease.available)
    func climbsToTheTopOnEveryRelease(release: OTPRelease) throws {
        let plain = try ErlangNodeFixture(release: release)
        let secure = try ErlangNodeFixture(release: release, transport: .mutualTLS(versions: ["tlsv1.2"]))
        let secure13 = try ErlangNodeFixture(release: release, transport: .mutualTLS(versions: ["tlsv1.3"]))
        for (node, tls) in [(plain, nil), (secure, try ToolTLS.good()), (secure13, try .good())] {
            let result = try FailedCommand.to(node, tls: tls, ["doctor"]).start(["-o", "json"]).wait()
            let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
            #expect(result.exitStatus == 0, "\(release): \(result.standardOutput)")
            #expect(diagnosis.results.allSatisfy { $0.result == "ok" }, "\(release): \(result.standardOutput)")
            let expected = tls == nil ? [] : release.major == 29 ? diagnosis.warnings : ["advisory"]
            let lacking = release.major == 23 ? ["flags"] : []
            #expect(
                Set(diagnosis.warnings) == Set(expected + lacking), "\(release): \(result.standardOutput)")
            #expect(diagnosis.remedies == diagnosis.warnings.count)
        }
    }

    @Test func tellsOfCertificatesTrustAndNames() throws {
        let short = try CertificateAuthority.issue(CertificateProfile(dnsNames: [], validity: .days(3)))
        var tls = NodeTLS(certificate: short, demandsCertificate: false)
        tls.verification = .none
        let node = try ErlangNodeFixture(transport: .tls(tls))
        let command = try FailedCommand.to(node, tls: .good(["--insecure"]), ["doctor"])
        let result = try command.start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(result.exitStatus == 0)
        for topic in ["certificate", "certificate_name", "trust"] {
            #expect(diagnosis.warnings.contains(topic), "\(topic): \(result.standardOutput)")
        }
        #expect(diagnosis.warnings.count { $0 == "trust" } >= 2)
    }

    /// The topmost rung: everything answers but the one who starts applications.
    @Test func tellsOfApplicationsThatDoNotAnswer() throws {
        let node = try ErlangNodeFixture()
        try node.evaluate("sys:suspend(application_controller)")
        let result = try FailedCommand.to(node, ["doctor"]).start(["-o", "json"]).wait()
        let diagnosis = try PrintedDiagnosis(result.standardOutputBytes)
        #expect(diagnosis.rung == "applications", "\(result.standardOutput)")
        #expect(diagnosis.code == "E-RPC")
        #expect(diagnosis.isInOrder)
        #expect(result.exitStatus == 69)
        try node.evaluate("sys:resume(application_controller)")
    }

    /// A daemon of ssh, on a release that has the weakness.
    @Test func tellsOfAnOldSSHDaemon() throws {
        let node = try ErlangNodeFixture()
        let directory = try TemporaryDirectory()
        let key = try directory.write("", to: "ssh_host_ecdsa_key", mode: 0o600)
        let made = try CommandResult.of(
            "/bin/sh", ["-c", "rm '\(key)'; openssl ecparam -name prime256v1 -genkey -noout -out '\(key)'"])
        #expect(made.exitStatus == 0)
        let folder = (key as NSString).deletingLastPathComponent
        let started = try node.evaluate(
            "application:ensure_all_started(ssh), element(1, ssh:daemon({127,0,0,1}, 0, [{system_dir, \"\(folder)\"}]))"
        )
        #expect(started == "ok")
        let result = try FailedCommand.to(node, ["doctor"]).start().wait()
        #expect(result.standardOutput.contains("CVE-2025-32433"), "\(result.standardOutput)")
        #expect(result.exitStatus == 0)
    }

    /// Scripts get each rung as a line, and a term that `file:consult/1` reads.
    @Test func writesOtherFormats() throws {
        let node = try SharedNodes.plain.get()
        let lines = try FailedCommand.to(node, ["doctor"]).start(["-o", "jsonl"]).wait()
        let rungs = try lines.standardOutput.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(rungs.compactMap { $0["rung"] as? String }.first == "dns")
        #expect(rungs.compactMap { $0["rung"] as? String }.last == "applications")
        #expect(rungs.contains { $0["check"] as? String == "clock" })
        #expect(rungs.allSatisfy { $0["node"] as? String == node.name && $0["schema"] as? String == "erlclu/doctor/1" })
        #expect(rungs.first?["event"] as? String == "started")
        #expect(rungs.last?["event"] as? String == "ended" && rungs.last?["result"] as? String == "ok")
        let term = try FailedCommand.to(node, ["doctor"]).start(["-o", "term"]).wait()
        #expect(term.standardOutput.hasSuffix(".\n"))
        #expect(term.standardOutput.contains("rung => dns"), "\(term.standardOutput)")
    }

    private func expectGolden(_ command: FailedCommand, of node: ErlangNodeFixture, named name: String) throws {
        let result = try command.start().wait()
        #expect(result.exitStatus == 0)
        #expect(result.standardError.isEmpty)
        expectSnapshot(result.standardOutput, named: name, scrubbing: command.scrubs + Self.variable)
    }

    static let variable: [Scrub] = [
        .pattern("RESULT +TIME", as: "RESULT  TIME"), .pattern(#"node\d+x\d+"#, as: "app"),
        .pattern(#"port \d+"#, as: "port PORT"),
        .pattern(#"127\.0\.0\.1:\d+"#, as: "127.0.0.1:PORT"), .pattern(#" +-?\d+\.\d ms"#, as: " TIME"),
        .pattern(#"named:\w+@"#, as: "named:NAME@"), .pattern(#"creation \d+"#, as: "creation CREATION"),
        .pattern(#"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"#, as: "DATE"), .pattern(#"serial [0-9a-f]+"#, as: "serial SERIAL"),
        .pattern(#"\d+d\d\dh"#, as: "DAYS"), .pattern(#"and (no|\d+) others?( node)?"#, as: "and OTHERS"),
        .pattern(#"\(difference[^)]*\)"#, as: "(DIFFERENCE)"), .pattern(#"hash \d+"#, as: "hash HASH"),
        .pattern(#"(public_key|ssl|erts)[- ]\d[\d.]*"#, as: "$1-VERSION"),
    ]
}
