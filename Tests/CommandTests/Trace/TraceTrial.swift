import ErlcluTestSupport
import Foundation
import Testing

/// `trace dist` on one node, from its start until it is interrupted.
final class TraceTrial {
    let node: ErlangNodeFixture
    private let tool: ChildProcess
    private let recording: String
    private let directory: TemporaryDirectory

    /// Starts it, and waits until the trace is there.
    /// - Parameter isFoundByEPMD: for nodes whose port changes; otherwise nothing that is tried on epmd is in the way.
    /// - Parameter silence: how long the node bears not to hear of it; a busy machine keeps it silent for longer than one
    ///   thinks.
    convenience init(
        _ node: ErlangNodeFixture, _ options: [String] = ["-o", "jsonl"], isFoundByEPMD: Bool = false,
        silence: String = "3s"
    ) throws {
        try self.init(
            node.name, way: Self.options(node, isFoundByEPMD: isFoundByEPMD), by: node, options, silence: silence)
    }

    /// The same of an erlclud.
    /// - Parameter node: whose cookie and whose transport it has.
    convenience init(_ daemon: DaemonFixture, by node: ErlangNodeFixture, _ options: [String] = ["-o", "jsonl"]) throws
    {
        var way = try Self.options(node, isFoundByEPMD: true)
        way[1] = daemon.name
        try self.init(daemon.name, way: way, by: node, options, silence: "3s")
    }

    private init(
        _ name: String, way: [String], by node: ErlangNodeFixture, _ options: [String], silence: String
    ) throws {
        self.node = node
        directory = try TemporaryDirectory()
        recording = directory.file("trace.jsonl")
        tool = try ChildProcess(
            BuiltProduct.tool,
            ["trace", "dist", "--silence", silence] + way + options + ["--record", recording],
            environment: NodeTool.scrubbed.merging(node.environment) { $1 })
        let tool = tool
        guard eventually({ tool.standardError.contains("tracing ") || !tool.isRunning }), tool.isRunning
        else { throw FixtureFailure("no trace of \(name): \(tool.standardError)\(tool.standardOutput)") }
    }

    /// The node and the way to it, whatever its certificate is worth.
    static func options(_ node: ErlangNodeFixture, isFoundByEPMD: Bool = false) throws -> [String] {
        var options = ["-n", node.name, "--cookie-file", try node.cookieFile()]
        if !isFoundByEPMD { options += ["--address", "127.0.0.1:\(node.port)"] }
        guard node.optionFile != nil else { return options }
        let own = try CertificateAuthority.issue()
        options += ["--transport", "tls", "--ca", own.authorityFile, "--cert", own.certificateFile]
        return options + ["--key", own.keyFile, "--insecure"]
    }

    var output: String { tool.standardOutput }
    var errors: String { tool.standardError }

    /// Waits for the end of an attempt.
    func waitForResult(within seconds: Double = Deadline.patience) -> Bool {
        eventually(within: seconds) { tool.standardOutput.contains("erlclu/attempt/1") }
    }

    /// Waits for what the node tells on its own time: the parameters of a TLS connection, the certificate that the peer
    /// refused.
    func waitForAsides() {
        // Where an alert is known by the words of the end alone, the node does not look.
        _ = eventually(within: 3) {
            let lines = recorded
            let isUp = lines.contains { $0.contains(#""event":"up""#) }
            if isUp, node.optionFile != nil, !lines.contains(where: { $0.contains(#""event":"secured""#) }) {
                return false
            }
            return lines.allSatisfy { line in
                guard
                    let match = line.firstMatch(
                        of: /"side":"([a-z]+)".*"from":"([a-z]+)","event":"alert".*"description":4/),
                    match.1 != match.2
                else { return true }
                return lines.contains { $0.contains(#""event":"certificates","shown_by":"\#(match.1)""#) }
            }
        }
    }

    func wait(for text: String, within seconds: Double = Deadline.patience) -> Bool {
        eventually(within: seconds) { tool.standardOutput.contains(text) }
    }

    /// Waits for what it says on standard error.
    func waitForErrors(_ text: String) -> Bool { eventually { tool.standardError.contains(text) } }

    func signal(_ number: Int32) { tool.signal(number) }

    /// Waits until it ends by itself.
    func waitForEnd() throws -> CommandResult { try tool.wait() }

    /// Interrupts it.
    func finish() throws -> CommandResult {
        tool.signal(SIGINT)
        return try tool.wait()
    }

    /// The codes of the attempts that failed.
    var codes: [String] {
        tool.standardOutput.split(separator: "\n").filter { $0.contains("erlclu/attempt/1") }
            .compactMap { $0.firstMatch(of: /"code":"([A-Z-]+)"/).map { String($0.1) } }
    }

    /// How the attempts ended, in any order but sorted: codes, and "up".
    var results: [String] {
        tool.standardOutput.split(separator: "\n").filter { $0.contains("erlclu/attempt/1") }
            .map { $0.firstMatch(of: /"code":"([A-Z-]+)"/).map { String($0.1) } ?? "up" }.sorted()
    }

    /// What was recorded, a line an event.
    var recorded: [String] {
        ((try? String(contentsOfFile: recording, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// The recordings of one or several vantages as the tool shows them afterwards.
    static func replay(_ lines: [String], _ options: [String] = []) throws -> CommandResult {
        // Helpers on the node tell some things late; the time is that of the event.
        let sorted = lines.enumerated().sorted { (time($0.element), $0.offset) < (time($1.element), $1.offset) }
        let text = sorted.map { $0.element + "\n" }.joined()
        return try CommandResult.of(
            BuiltProduct.tool, ["trace", "dist", "--replay", "-"] + options, input: Array(text.utf8),
            environment: NodeTool.scrubbed)
    }

    private static func time(_ line: String) -> Int {
        line.firstMatch(of: /"time":(\d+)/).flatMap { Int($0.1) } ?? 0
    }
}
