import ErlcluTestSupport
import Foundation
import Testing

/// `doctor` writes each rung when it is passed: of a way that stalls, all below is told long before the end.
@Suite(.waiting) struct StalledClimbTests {
    /// A peer that takes our name and says nothing to it.
    private func stalled() throws -> FailedCommand {
        let peer = try ScriptedPeer([.receive(AcceptorScript.nameBytes), AcceptorScript.named, .stall])
        return .ping(port: peer.port, peer, ["--timeout", "60s"]).examined()
    }

    @Test func showsAPipeHowFarItIs() throws {
        let command = try stalled()
        let doctor = try command.start()
        #expect(doctor.waitForOutput(containing: "named:"), "\(doctor.standardOutput)")
        #expect(doctor.isRunning)
        let lines = doctor.standardOutput.split(separator: "\n").dropFirst(2)
        let rungs = lines.compactMap { $0.split(separator: " ").first }
        #expect(rungs == ["DNS", "epmd", "TCP", "name", "status"])
        #expect(doctor.standardOutput.hasSuffix("\n"))
    }

    /// A person sees as well what is waited for, be it on the way to a node that only leads to another.
    @Test(arguments: [[], ["--from", "app@127.0.0.1"], ["--all"]])
    func showsATerminalWhereItStands(further: [String]) throws {
        var command = try stalled()
        command.arguments += further
        if further.contains("--from") { command.arguments.insert("shop@127.0.0.1", at: 1) }
        let terminal = TerminalSize(columns: 100, rows: 40)
        let doctor = try ChildProcess(
            BuiltProduct.tool, command.arguments, environment: command.environment.merging(["TERM": "xterm"]) { $1 },
            terminal: terminal)
        let place = further.isEmpty ? "challenge ..." : "app@127.0.0.1: challenge ..."
        #expect(doctor.waitForOutput(containing: place), "\(doctor.standardOutput)")
        #expect(doctor.isRunning)
    }

    @Test func showsScriptsAnEventALine() throws {
        let command = try stalled()
        let doctor = try command.start(["-o", "jsonl"])
        #expect(doctor.waitForOutput(containing: "\"status\""), "\(doctor.standardOutput)")
        #expect(doctor.isRunning)
        let lines = try doctor.standardOutput.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(lines.allSatisfy { $0["schema"] as? String == "erlclu/doctor/1" })
        #expect(lines.map { $0["event"] as? String } == ["started", "rung", "rung", "rung", "rung", "rung"])
        #expect(lines.compactMap { $0["rung"] as? String } == ["dns", "epmd", "tcp", "name", "status"])
    }

    /// Under TLS 1.3 our certificate is refused when the handshake is over for us, and our name may be sent.
    @Test func tellsNoRungThatIsTakenBack() throws {
        let expired = try CertificateAuthority.issue(CertificateProfile(commonName: "old", validity: .expired))
        let tls = try ToolTLS(expired)
        let command = try FailedCommand.to(SharedNodes.secure13.get(), tls: tls, ["doctor"])
        let result = try command.start(["-o", "jsonl"]).wait()
        var last: [String: String] = [:]
        var ended: [String: Any]?
        for line in result.standardOutput.split(separator: "\n") {
            let event = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            if let rung = event["rung"] as? String { last[rung] = event["result"] as? String }
            if event["event"] as? String == "ended" { ended = event }
        }
        #expect(last["tls_hello"] == "ok" && last["tls_certificate"] == "broken", "\(result.standardOutput)")
        #expect(last["tls_finished"] == "unreached" && last["up"] == "unreached", "\(result.standardOutput)")
        #expect((ended?["broken"] as? [String: Any])?["rung"] as? String == "tls_certificate")
        #expect(result.exitStatus == 77)
        let shown = try command.start().wait()
        let lines = shown.standardOutput.split(separator: "\n").filter { $0.hasPrefix("TLS") }
        #expect(lines.count == 3 && lines[1].hasPrefix("TLS certificate  E-"), "\(shown.standardOutput)")
    }

    /// Of another node's way its trace tells, while it happens.
    @Test func showsAnotherNodesWay() throws {
        let patience = ["-kernel", "net_setuptime", "60"]
        let one = try ErlangNodeFixture(arguments: patience)
        let other = try ErlangNodeFixture(arguments: patience)
        // Held at its door until it is told to go on: whoever else comes is let in.
        try other.evaluate(
            "sys:install(net_kernel, {fun(S, {in, {_, Asked}}, _) when element(1, Asked) =:= accept_pending, "
                + "element(3, Asked) =:= '\(one.name)' -> receive go_on -> S end; (S, _, _) -> S end, []})")
        let command = try FailedCommand.to(one, ["doctor", other.name, "--from", one.name, "--timeout", "50s"])
        let doctor = try command.start()
        #expect(doctor.waitForOutput(containing: "\nname "), "\(doctor.standardOutput)\(doctor.standardError)")
        #expect(doctor.isRunning)
        #expect(!doctor.standardOutput.contains("\nup "), "\(doctor.standardOutput)")
        try other.evaluate("net_kernel ! go_on")
        let result = try doctor.wait()
        #expect(result.standardOutput.contains("\nup "), "\(result.standardOutput)")
        #expect(result.exitStatus == 0)
    }
}
