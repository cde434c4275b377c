import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlcluCommands
import HandshakeTrace
import Presentation
import ReleaseFiles

/// Promises of showing a recording again: what is an event is read back as it is written, whatever comes is shown or
/// refused, and nothing of it reaches a terminal that it could act on.
enum RecordingFuzzing {
    /// Below `variant`: the form that it is shown in.
    private static let forms = [
        [], ["-o", "ladder"], ["-o", "jsonl"], ["--failures"], ["--peer", "a*"], ["-o", "term"],
    ]

    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        guard let first = input.first else { return }
        let recording = Array(input.dropFirst())
        for line in recording.split(separator: 0x0A) {
            guard let event = try? TraceEvent(line: line) else { continue }
            try FuzzFinding.check((try? TraceEvent(json: event.json)) == event, "\(event) is read back as another one")
        }
        let (output, errors) = (MemorySink(), MemorySink())
        let context = CommandContext(
            arguments: ["erlclu-ctl", "trace", "dist", "--replay", "-"] + forms[Int(first) % forms.count],
            environment: [:], standardOutput: output, standardError: errors, hostName: "here",
            now: { Instant(nanoseconds: 0) }, readFile: { (_, _) async throws(FileFault) in recording },
            targets: NoTargets(), loop: EventLoop())
        let status = CommandLineTool(context).run()
        try FuzzFinding.check([0, 66].contains(status), "exit status \(status)")
        for byte in output.bytes + errors.bytes {
            try FuzzFinding.check(byte == 0x0A || byte >= 0x20 && byte != 0x7F, "byte \(byte) is written raw")
        }
    }

    private final class MemorySink: ByteSink {
        var bytes: [UInt8] = []

        func write(_ bytes: [UInt8]) -> Int32 {
            self.bytes += bytes
            return 0
        }
    }

    /// A recording needs no node.
    private final class NoTargets: NodeAccess {
        func settings(_ flags: SettingsFlags) throws(SettingsError) -> NodeSettings {
            throw SettingsError(.usage, "")
        }
        func contexts() throws(SettingsError) -> (names: [String], usual: String?) { ([], nil) }
        @LoopActor
        func open(_ target: DialPlan) throws(CommandFailure) -> any Administration { throw .input("no node") }
        @LoopActor
        func speaksTLS(at endpoint: Endpoint, via tunnel: TunnelChoice?, deadline: Instant?) async -> Bool { false }
        @LoopActor
        func names(
            host: String, port: Int, via tunnel: TunnelChoice?, deadline: Instant?
        ) async throws(NodeFailure) -> [RegisteredNode] { [] }
    }
}
