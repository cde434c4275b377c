import ErlcluTestSupport
import Foundation
import Testing

/// `--via kube:`: ports are forwarded by kubectl. Here a script stands for it, as there is no cluster: it says what kubectl
/// says, and the forwards themselves are ports of the test.
@Suite(.waiting) struct PodTunnelTests {
    private static let script = """
        #!/bin/bash
        here=$(dirname "$0")
        echo "$$ $*" >>"$here/calls"
        port=${!#}
        port=${port#:}
        if [ -e "$here/refusal" ]; then cat "$here/refusal" >&2; exit 1; fi
        while [ -e "$here/late" ]; do sleep 0.02; done
        local=$(sed -n "s/^$port //p" "$here/ports")
        echo "Forwarding from 127.0.0.1:$local -> $port"
        exec sleep 1000
        """

    private let directory: TemporaryDirectory
    private let node: ErlangNodeFixture
    private let forwards: [PortForwarder]
    private let tool: NodeTool

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write(Self.script, to: "kubectl", mode: 0o700)
        node = try ErlangNodeFixture(transport: .mutualTLS())
        var tool = try NodeTool(node)
        let epmd = try #require(tool.environment["ERL_EPMD_PORT"].flatMap { $0 }.flatMap { UInt16($0) })
        forwards = [try PortForwarder(to: epmd), try PortForwarder(to: node.port)]
        try directory.write(
            "\(epmd) \(forwards[0].port)\n\(node.port) \(forwards[1].port)\n", to: "ports")
        tool.environment["PATH"] = "\(directory.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "/bin:/usr/bin")"
        tool.options += ["--via", "kube:arn:aws:eks:eu/prod/shop/shop-0:app"]
        self.tool = tool
    }

    /// What was called: its process and arguments.
    private var calls: [(process: pid_t, arguments: String)] {
        let text = (try? String(contentsOfFile: directory.file("calls"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            return parts.count == 2 ? pid_t(parts[0]).map { ($0, String(parts[1])) } : nil
        }
    }

    @Test func portsAreForwardedAndAllChecksStayOn() throws {
        try directory.write("", to: "late")
        let ping = try tool.start("ping")
        #expect(eventually { !calls.isEmpty })
        try FileManager.default.removeItem(atPath: directory.file("late"))
        let result = try ping.wait()
        #expect(result.standardOutput == "pong\n", "\(result.standardError)")
        #expect(forwards.map(\.connectionCount) == [1, 1])
        #expect(
            calls.allSatisfy {
                $0.arguments.hasPrefix(
                    "--context arn:aws:eks:eu/prod --namespace shop port-forward --address 127.0.0.1 pod/shop-0 :")
            }, "\(calls)")
        #expect(eventually { calls.allSatisfy { kill($0.process, 0) != 0 } })
    }

    @Test(arguments: [
        "Error from server (NotFound): pods \"shop-0\" not found",
        "error: unable to forward port because pod is not running. Current status=Pending",
    ])
    func whatKubectlSaysIsTheReason(_ words: String) throws {
        try directory.write(words + "\n", to: "refusal")
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
        let before = calls
        for call in before { kill(call.process, SIGKILL) }
        for forward in forwards { forward.dropConnections() }
        #expect(eventually { calls.count >= 2 * before.count }, "\(calls)")
        #expect(eventually { forwards.allSatisfy { $0.connectionCount >= 2 } })
        watch.signal(SIGKILL)
        _ = try watch.wait()
        #expect(eventually { calls.allSatisfy { kill($0.process, 0) != 0 } })
    }

    /// Whoever asks next has the same forward, and it lives while it is used.
    @Test func doctorAsksThroughTheSameForward() throws {
        var tool = tool
        tool.options += ["--transport", "tcp"]
        let result = try tool.run("doctor", "-o", "json")
        #expect(result.standardOutput.contains("E-TCP-TO-TLS"), "\(result.standardOutput)")
        #expect(calls.count == 2, "epmd, and the node: \(calls)")
    }

    @Test func theDashboardIsThroughIt() throws {
        // The shell of a terminal may set a path of its own.
        let path = tool.variables["PATH"] ?? ""
        let screen = try TmuxScreen("PATH='\(path)' \(tool.shellCommand("ui"))", environment: tool.variables)
        defer { screen.stop() }
        let (seen, isLive) = try screen.wait { $0.contains("LIVE") && $0.contains("1 UP") }
        #expect(isLive, "\(seen)")
        #expect(calls.count == 2 && calls.allSatisfy { kill($0.process, 0) == 0 }, "\(calls)")
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
