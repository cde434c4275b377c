import ClusterAdmin
import Diagnosis
import ErlangNode
import Testing

@testable import ErlcluCommands

/// `cert list`, `show` and `check`, of nodes that are made up.
@Suite struct CertificateVerbTests {
    private let trial = CommandTrial()
    private static let day = 86_400

    private func certificate(_ node: String, days: Int, dns: [String] = ["here"]) -> NodeCertificate {
        let facts = CertificateFacts(
            subject: "CN=\(node)", issuer: "CN=ca", serial: "0a", notBefore: 0, notAfter: (1_000 + days) * Self.day,
            dnsNames: dns, ipAddresses: [], extendedKeyUsage: ["serverAuth"], fingerprint: "ff", keyType: "EC 256")
        return NodeCertificate(node: node, chain: [facts], source: .options, time: 1_000 * Self.day)
    }

    private func set(_ certificates: [NodeCertificate]) { trial.targets.nodes["a@here"]?.certificates = certificates }

    @Test func checkFindsWhatIsWrong() {
        set([certificate("a@here", days: 40), certificate("b@here", days: 50)])
        #expect(trial.run("cert", "check") == 0)
        #expect(trial.run("cert", "check", "--within", "45d") == 1)
        #expect(trial.run("cert", "check", "--within", "6w") == 1)
        trial.output.bytes = []
        #expect(trial.run("cert", "check", "--within", "45d", "-q") == 1)
        #expect(trial.standardOutput.contains("ending") && !trial.standardOutput.contains("b@here"))
        set([certificate("a@here", days: 40, dns: ["other"])])
        trial.output.bytes = []
        #expect(trial.run("cert", "check", "-o", "json") == 1)
        #expect(trial.standardOutput.contains(#""findings":["name"],"days_left":40"#), "\(trial.standardOutput)")
        #expect(trial.standardOutput.contains("no DNS:here"))
        for span in ["", "d", "30", "-1d", "30y", "99999d", "9999999999999999999999d"] {
            #expect(trial.run("cert", "check", "--within=\(span)") == 64)
        }
    }

    @Test func whoGaveNoAnswerMakesItPartial() {
        let silent = NodeCertificate(
            node: "b@here", chain: [], source: nil, time: 0,
            failure: NodeFailure(.timeout, stage: .up, node: "b@here", message: "b@here is late", remedy: ""))
        set([certificate("a@here", days: 40), silent])
        #expect(trial.run("cert", "check") == 2)
        #expect(trial.run("cert", "check", "--within", "45d") == 1)
        #expect(trial.run("cert", "list") == 2)
        #expect(trial.standardOutput.contains("b@here is late"))
        trial.output.bytes = []
        #expect(trial.run("cert", "list", "-o", "json") == 2)
        #expect(trial.standardOutput.contains("E-TIMEOUT"))
        #expect(trial.run("cert", "show", "-n", "a@here", "b@here") == 75)
        #expect(trial.run("cert", "show", "-n", "a@here", "x@here") == 1)
    }

    @Test func withoutTLS() {
        set([NodeCertificate(node: "a@here", chain: [], source: nil, usesTLS: false, time: 0)])
        // A check that has found nothing to check is not passed.
        for (verb, status) in [("list", 0), ("check", 1)] as [(String, Int32)] {
            trial.errors.bytes = []
            #expect(trial.run("cert", verb) == status)
            #expect(trial.standardError.contains("no certificate is served"))
        }
        #expect(trial.run("cert", "show") == 1)
    }

    @Test func oneIsShownAsAWhole() {
        set([certificate("a@here", days: 40)])
        #expect(trial.run("cert", "show") == 0)
        for words in ["CN=a@here", "DNS names", "1972-11-06 00:00:00Z", "EC 256", "40d", "serverAuth"] {
            #expect(trial.standardOutput.contains(words), "\(trial.standardOutput)")
        }
    }
}
