import ErlcluTestSupport
import Foundation
import Testing

/// `--via kube:`: ports are forwarded by a stand-in for kubectl.
@Suite(.waiting) struct PodTunnelTests {
    private static let context = "arn:aws:eks:eu/prod"

    private let kubectl: KubectlStandIn
    private let node: ErlangNodeFixture
    private let forwards: [PortForwarder]
    private let tool: NodeTool

    init() throws {
        let kubectl = try KubectlStandIn()
        self.kubectl = kubectl
        node = try ErlangNodeFixture(transport: .mutualTLS())
        var tool = try NodeTool(node)
        let epmd = try #require(tool.environment["ERL_EPMD_PORT"].flatMap { $0 }.flatMap { UInt16($0) })
        forwards = try [epmd, node.port].map { try kubectl.forward($0, to: $0, in: Self.context) }
        tool.environment["PATH"] = kubectl.directory.searchPath
        tool.options += ["--via", "kube:\(Self.context)/shop/shop-0:app"]
        self.tool = tool
    }

    @Test func portsAreForwardedAndAllChecksStayOn() throws {
        try kubectl.directory.write("", to: "late")
        let ping = try tool.start("ping")
        #expect(eventually { !kubectl.calls.isEmpty })
        try FileManager.default.removeItem(atPath: kubectl.directory.file("late"))
        let result = try ping.wait()
        #expect(result.standardOutput == "pong\n", "\(result.standardError)")
        #expect(forwards.map(\.connectionCount) == [1, 1])
        #expect(
            kubectl.calls.allSatisfy {
                $0.words.hasPrefix(
                    "--context \(Self.context) --namespace shop port-forward --address 127.0.0.1 pod/shop-0 :")
            }, "\(kubectl.calls)")
        #expect(eventually { kubectl.hasEnded })
    }

    @Test(arguments: [
        "Error from server (NotFound): pods \"shop-0\" not found",
        "error: unable to forward port because pod is not running. Current status=Pending",
    ])
    func whatKubectlSaysIsTheReason(_ words: String) throws {
        try kubectl.directory.write(words + "\n", to: "refusal")
        let result = try tool.run("ping")
        #expect(result.exitStatus == 69, "\(result.standardError)")
        #expect(
            result.standardError.contains("E-TUNNEL") && result.standardError.contains(words), "\(result.standardError)"
        )
        #expect(result.standardError.contains("pod/shop-0 :"), "the command to try: \(result.standardError)")
    }

    @Test func aForwardThatDropsIsBegunAgain() throws {
        let watch = try tool.start("members", "-w", "-o", "jsonl")
        #expect(watch.waitForOutput(containing: node.name), "\(watch.standardError)")
        let before = kubectl.calls
        for call in before { kill(call.process, SIGKILL) }
        for forward in forwards { forward.dropConnections() }
        #expect(eventually { kubectl.calls.count >= 2 * before.count }, "\(kubectl.calls)")
        #expect(eventually { forwards.allSatisfy { $0.connectionCount >= 2 } })
        watch.signal(SIGKILL)
        _ = try watch.wait()
        #expect(eventually { kubectl.hasEnded })
    }

    /// Whoever asks next has the same forward, and it lives while it is used.
    @Test func doctorAsksThroughTheSameForward() throws {
        var tool = tool
        tool.options += ["--transport", "tcp"]
        let result = try tool.run("doctor", "-o", "json")
        #expect(result.standardOutput.contains("E-TCP-TO-TLS"), "\(result.standardOutput)")
        #expect(kubectl.calls.count == 2, "epmd, and the node: \(kubectl.calls)")
    }

    @Test func theDashboardIsThroughIt() throws {
        // The shell of a terminal may set a path of its own.
        let path = tool.variables["PATH"] ?? ""
        let screen = try TmuxScreen("PATH='\(path)' \(tool.shellCommand("ui"))", environment: tool.variables)
        defer { screen.stop() }
        let (seen, isLive) = try screen.wait { $0.contains("LIVE") && $0.contains("1 UP") }
        #expect(isLive, "\(seen)")
        #expect(kubectl.calls.count == 2 && kubectl.calls.allSatisfy { kill($0.process, 0) == 0 }, "\(kubectl.calls)")
        try screen.press("d")
        let (visit, isWhole) = try screen.wait { $0.contains("tunnel") && $0.contains("rpc") }
        #expect(isWhole, "\(visit)")
    }

    /// The first host that is asked for is the pod's.
    @Test func anotherHostIsNotBehindIt() throws {
        let result = try tool.run("ping", "-n", "one@192.0.2.8", "-n", "other@192.0.2.9")
        #expect(result.exitStatus == 2, "\(result.standardError)")
        #expect(result.standardError.contains("it leads to that pod alone, not to 192.0.2."), "\(result.standardError)")
        #expect(result.standardOutput.contains("pong"))
    }
}
