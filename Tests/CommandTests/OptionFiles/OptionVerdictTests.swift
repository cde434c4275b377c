import ErlangTerm
import ErlcluTestSupport
import Foundation
import Testing

/// Option files and certificates: what the clients of OTP make of them, beside what we do. The judge is distribution
/// over TLS in a real `erl` (`Verdicts/verdicts.escript`).
///
/// The snapshots are the verdicts of each release. That of the installed one is made anew in each run, the others with
/// ERLCLU_MATRIX=1.
@Suite(.waiting, .serialized) struct OptionVerdictTests {
    @Test func neverLaxerThanOTP() throws {
        let bench = try VerdictBench(.host)
        expectSnapshot(bench.text, named: "OTP 25.txt")
        let verdicts = try [25, 27, 29].map { try Self.recorded("OTP \($0).txt") }
        var taken = 0
        var stricter: Set<String> = []
        try #require(bench.cases.count >= 100)
        for each in bench.cases {
            let ours = try bench.verdict(each)
            let theirs = verdicts.map { $0[each.name] ?? "" }
            taken += ours.isTaken ? 1 : 0
            let isTaken = theirs.contains { $0.hasPrefix("{taken") }
            // The server's word that it finds nothing to agree on is no judgement of the client's.
            let isJudged = !theirs.contains { $0.hasPrefix("{no_agreement") }
            if ours.isTaken, !isTaken, isJudged, Self.laxer[each.name] == nil {
                Issue.record("\(each.name): we take what OTP has as \(theirs)")
            }
            if !ours.isTaken, isTaken { stricter.insert(each.name) }
            if let code = Self.codes[each.name] { #expect(ours.code == code, "\(each.name): \(ours)") }
        }
        #expect(stricter == Self.stricter)
        // So that not everything is refused.
        #expect(taken > bench.cases.count / 3)
    }

    @Test(.enabled(if: OTPRelease.isMatrix, "only where all releases are tested"))
    func theOtherReleasesSayTheSame() throws {
        for release in OTPRelease.available where [27, 29].contains(release.major) {
            expectSnapshot(try VerdictBench(release).text, named: "OTP \(release.major).txt")
        }
    }

    private static func recorded(_ name: String) throws -> [String: String] {
        let path = "\(packageDirectory)/Tests/CommandTests/OptionFiles/Snapshots/OptionVerdictTests/\(name)"
        return VerdictBench.verdicts(in: try String(contentsOfFile: path, encoding: .utf8))
    }

    /// What we take and no release does, with the reason.
    private static let laxer: [String: String] = [
        "ca_der": "OTP finds no certificate in a DER file; it is the same certificate",
        "own_der": "the same, for our own",
    ]

    /// What a release takes and we do not: as erlclu.config(5) says.
    private static let stricter: Set<String> = [
        // Funs of the file's own, and suites or groups that are worked out by the node.
        "own_match_lax", "fqdn_fun", "fail_callback", "verify_fun_yes", "c_filter", "groups", "eccs",
        // Certificates that are not in a file.
        "cacerts",
        // OTP 25 verifies nothing unless it is told to, and does not look at server_name_indication.
        "nothing", "ca_only_self", "sni_other_node",
    ]

    private static let codes: [String: String] = [
        "crl_true_gone": "E-CERT-REVOKED", "crl_true_mid_gone": "E-CERT-REVOKED", "crl_peer_gone": "E-CERT-REVOKED",
        "crl_best_effort_gone": "E-CERT-REVOKED", "crl_twice": "E-CERT-REVOKED", "crl_true_none": "E-TLS-STRICT",
        "crl_cache": "E-TLS-STRICT", "crl_http": "E-TLS-STRICT", "crl_misnamed": "E-TLS-STRICT",
        "crl_late": "E-TLS-STRICT", "staple": "E-TLS-STRICT", "v_gap": "E-TLS-STRICT", "verify_fun_no": "E-TLS-STRICT",
        "unknown": "E-TLS-STRICT", "plain_wild": "E-CERT-NAME", "https_wild": "E-NOK", "none_peer": "E-CA-UNKNOWN",
        "peer_none": "E-NOK", "c_iana": "E-NOK", "c_openssl": "E-NOK", "c_map": "E-NOK", "c_word": "E-CONFIG",
        "c_none": "E-NOK", "c_none_binary": "E-CONFIG", "own_certs_keys_after": "E-NOK",
        "own_certs_keys_before": "E-NOK", "crl_true_unread": "E-TLS-STRICT", "crl_best_effort_unread": "E-TLS-STRICT",
        "own_der": "E-NOK", "crl_der": "E-NOK", "own_fun": "E-NOK", "sni_other": "E-NOK",
    ]
}

/// Servers, clients and cases of one release, until it goes.
private final class VerdictBench {
    struct Case {
        var name: String
        var server: String
        var host: String
        var options: String
    }

    struct Verdict {
        /// The code with which `ping` ends; the servers answer who has taken their certificate with `nok`.
        var code: String

        var isTaken: Bool { code == "E-NOK" }
    }

    let cases: [Case]
    /// A line for each case, as the escript prints it.
    let text: String
    private let ports: [String: Int]
    private let directory: TemporaryDirectory
    private let process: ChildProcess

    init(_ release: OTPRelease) throws {
        let directory = try TemporaryDirectory(in: release.root.map { "\($0)/tmp" })
        self.directory = directory
        let source = "\(packageDirectory)/Tests/CommandTests/OptionFiles/Verdicts"
        for name in ["cases.terms", "servers.terms", "verdicts.escript"] {
            try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: directory.file(name))
        }
        try CommandResult.ofSuccessful("sh", ["\(source)/certificates.sh", directory.path])
        let inside = release.root.map { String(directory.path.dropFirst($0.count)) } ?? directory.path
        let command = release.command("escript", ["\(inside)/verdicts.escript", inside])
        let process = try ChildProcess(command.executable, command.arguments, environment: ["HOME": "/tmp"])
        self.process = process
        guard eventually(within: 120, { process.standardOutput.contains("\ndone.\n") || !process.isRunning }) else {
            throw FixtureFailure("no verdicts: \(process.standardOutput) \(process.standardError)")
        }
        var ports: [String: Int] = [:]
        var lines: [Substring] = []
        for line in process.standardOutput.split(separator: "\n") where line.hasPrefix("{") {
            guard case .tuple(let pair) = try TermParser.parse(one: String(line)), case .atom(let name) = pair[0] else {
                continue
            }
            if case .integer(let port) = pair[1] { ports[name.name] = port } else { lines.append(line) }
        }
        self.ports = ports
        text = lines.joined(separator: "\n") + "\n"
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(source)/cases.terms")))
        cases = try TermParser.consult(bytes: bytes).map { term in
            guard case .tuple(let fields) = term, fields.count == 4, case .atom(let name) = fields[0],
                case .atom(let server) = fields[1]
            else { throw FixtureFailure("no case: \(term)") }
            return Case(
                name: name.name, server: server.name, host: Self.string(fields[2]), options: Self.string(fields[3]))
        }
    }

    deinit { process.terminate() }

    /// What `ping` makes of it.
    func verdict(_ each: Case) throws -> Verdict {
        let port = try #require(ports[each.server])
        let file = try directory.write("[{client, [\(each.options)]}].\n", to: "ours.conf")
        let result = try CommandResult.of(
            BuiltProduct.tool,
            ["ping", "-n", "n1@\(each.host)", "--address", "127.0.0.1:\(port)", "--optfile", file]
                + ["--cookie-env", "COOKIE", "-o", "json", "-q"],
            environment: ["COOKIE": "c", "HOME": "/nonexistent", "XDG_CONFIG_HOME": nil])
        let found = result.standardOutput.range(of: #"E-[A-Z-]+"#, options: .regularExpression)
        return Verdict(code: found.map { String(result.standardOutput[$0]) } ?? result.standardOutput)
    }

    /// The verdict of each case, by its name.
    static func verdicts(in text: String) -> [String: String] {
        var verdicts: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.dropFirst().split(separator: ",", maxSplits: 1)
            if parts.count == 2 { verdicts[String(parts[0])] = String(parts[1].dropLast(2)) }
        }
        return verdicts
    }

    private static func string(_ term: Term) -> String {
        guard case .list(let codes) = term else { return "" }
        var text = String.UnicodeScalarView()
        for case .integer(let code) in codes { Unicode.Scalar(UInt32(code)).map { text.append($0) } }
        return String(text)
    }
}
