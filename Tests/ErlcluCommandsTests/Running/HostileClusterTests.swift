import ClusterAdmin
import Diagnosis
import ErlangNode
import Foundation
import HandshakeTrace
import Presentation
import Testing

@testable import ErlcluCommands

/// What a hostile cluster says is drawn by every verb, in every format, on both streams, and none of it acts on the
/// terminal.
@Suite struct HostileClusterTests {
    private static let node = HostileCluster.node

    /// How each verb is called. A verb that is missing here fails `everyVerbIsDrawn`.
    private static let calls: [String: [[String]]] = [
        "ping": [["-n", node], ["-n", node, "-n", "a@here", "-v"], ["-n", node, "--all"]],
        "doctor": [[node], ["-n", node, "--all"], ["-n", node, "--all", "--connect"], [node, "--from", "a@here"]],
        "trace dist": [
            ["-n", node], ["-n", node, "--failures"], ["--replay", "trace"], ["-n", node, "--all", "-q"],
        ],
        "capture decode": [[capture]],
        "eval": [["-n", node, "x"], ["-n", node, "-n", "a@here", "x"], ["-n", node, "--all", "x"]],
        "rpc": [["-n", node, "m", "f"], ["-n", node, "-n", "a@here", "m", "f"]],
        "remote_console": [["-n", node]],
        "members": [["-n", node]],
        "mesh": [["-n", node]], "partitions": [["-n", node]],
        "links": [["-n", node], ["-n", node, "--all"]],
        "cert list": [["-n", node]], "cert show": [[node], ["-n", node, "a@here"]], "cert check": [["-n", node]],
        "ssh trust": [["-n", node, "--known-hosts", "/dev/null/none"]],
        // Without a terminal it says so.
        "ui": [["-n", node]], "demo": [[]],
        "names": [[]],
        "status": [["-n", node], ["-n", node, "-n", "a@here"], ["-n", node, "--all"]],
        "pid": [["-n", node], ["-n", node, "-n", "a@here"]],
        "version": [["-n", node], ["-n", node, "-n", "a@here"], ["-n", node, "--all"]],
        "stop": [["-n", node]], "restart": [["-n", node]], "reboot": [["-n", node]],
        "config contexts": [[]], "config view": [["-n", node]],
        "explain": [["E-COOKIE"], [node]], "completion": [["bash"]], "help": [["eval"], [node]],
        "manual": [["erlclu-ctl.1"]], "complete": [["contexts"], ["nodes"]],
        "nodetool": [
            ["-sname", node, "-setcookie", "c", "eval", "x"], ["-sname", node, "-setcookie", "c", "rpc", "m", "f"],
            ["-sname", node, "-setcookie", "c", "getpid"], ["-sname", node, "-setcookie", "c", node],
        ],
        "erl_call": [
            ["-n", node, "-c", "c", "-a", "m f []", "-fetch_stdout"], ["-n", node, "-c", "c", "-e"], [node],
        ],
    ]

    /// A capture in which the nodes' names begin with control sequences.
    private static let capture = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).pcap").path

    private static var verbs: [(words: [String], verb: VerbSpec)] {
        Verbs.all.flatMap { verb in
            verb.subverbs.isEmpty
                ? [(words: [verb.name], verb: verb)]
                : verb.subverbs.map { (words: [verb.name, $0.name], verb: $0) }
        }
    }

    private static let recording = HostileCluster.events.flatMap { $0.json.line }
    private static let evaluate: Set<String> = ["eval", "rpc", "nodetool", "erl_call"]
    private static let failures: [FailureCode] = [.name, .certificateName, .notAllowed]

    @Test(arguments: verbs.map { $0.words.joined(separator: " ") }) func everyVerbIsDrawn(_ verb: String) throws {
        let calls = try #require(Self.calls[verb], "this test does not know how '\(verb)' is called")
        if verb == "capture decode" { try Self.writeCapture() }
        defer { if verb == "capture decode" { try? FileManager.default.removeItem(atPath: Self.capture) } }
        var drawn = 0
        for call in calls {
            let words = verb.split(separator: " ").map(String.init) + call
            for format in OutputFormat.allCases.map(\.rawValue) + ["ladder"] {
                let outcomes = HostileCluster.outcomes.prefix(Self.evaluate.contains(verb) ? .max : 1)
                for outcome in outcomes { drawn += draw(words, format, outcome, nil) }
                for code in Self.failures {
                    drawn += draw(words, format, outcomes[0], HostileCluster.failure(code))
                }
            }
        }
        #expect(drawn > 0)
    }

    /// - Returns: how many bytes the terminal got.
    private func draw(
        _ words: [String], _ format: String, _ outcome: EvaluationOutcome, _ failure: NodeFailure?
    ) -> Int {
        let trial = CommandTrial()
        (trial.outputIsTerminal, trial.errorIsTerminal) = (true, true)
        trial.environment = ["TERM": "xterm", "ERLCLU_OUTPUT": format == "ladder" ? "table" : format]
        trial.input = Array(HostileCluster.text.utf8)
        if words.contains("trace") { trial.files["trace"] = Self.recording }
        trial.targets.nodes[Self.node] = HostileCluster.node(outcome, failure: failure)
        trial.targets.nodes["a@here"]?.failure = failure
        trial.targets.registered = [RegisteredNode(name: HostileCluster.field, port: 1)]
        trial.targets.warnings = [HostileCluster.field]
        _ = trial.run(words: words + (format == "ladder" ? ["-o", "ladder"] : []))
        for (stream, bytes) in [("output", trial.output.bytes), ("error", trial.errors.bytes)] {
            let fault = TerminalFault(in: bytes)
            #expect(fault == nil, "\(words) \(format), \(failure?.code.rawValue ?? "no failure"), standard \(stream)")
        }
        #expect(
            !(trial.standardOutput + trial.standardError).contains(FakeNode.noAnswer),
            "\(words): FakeNode does not answer its question")
        return trial.output.bytes.count + trial.errors.bytes.count
    }

    private static func writeCapture() throws {
        let source = CaptureDecodeTests.folder.appendingPathComponent("tcp-wrong-cookie.pcap")
        var bytes = Array(try Data(contentsOf: source))
        // The names there are of letters, and checksums are not looked at.
        for name in ["plain", "dialler"] {
            for index in bytes.indices.dropLast(3) where bytes[index...].starts(with: Array(name.utf8)) {
                bytes.replaceSubrange(index..<(index + 3), with: [0x1B, 0x5D, 0x0A])
            }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: capture))
    }

    /// The only ways to the standard streams: whoever adds another one goes past the gate.
    @Test func streamsAreOpenedInOnePlace() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
        let known: Set<String> = [
            "BufferedWriter.swift", "CommandContext.swift", "CommandLineTool.swift", "ProcessContext.swift",
            "DaemonProcess.swift", "ProgressLine.swift", "RawTerminal.swift", "StandardDescriptors.swift",
            "StandardErrorCapture.swift",
            // Of a child, and of /dev/null.
            "ShellProcess.swift", "DemoCommand.swift",
        ]
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        for case let file as URL in files where file.pathExtension == "swift" {
            guard !known.contains(file.lastPathComponent) else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for way in ["STDOUT_FILENO", "STDERR_FILENO", ".standardOutput", ".standardError", "fputs(", " print(\""] {
                #expect(!text.contains(way), "\(file.lastPathComponent) uses \(way)")
            }
        }
    }
}

/// What a terminal would act on, besides line ends and our own attributes; nil where there is nothing.
private struct TerminalFault: CustomStringConvertible {
    let description: String

    init?(in bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            description = "it is no UTF-8"
            return
        }
        // Ours: an attribute and its end, and the erasure of the line that waits.
        var rest = text
        for own in ["\u{1B}[0m", "\u{1B}[1m", "\u{1B}[32m", "\u{1B}[33m", "\u{1B}[1;31m", "\r\u{1B}[K"]
        where rest.contains("\u{1B}") {
            rest = rest.replacingOccurrences(of: own, with: "", options: .literal)
        }
        for scalar in rest.unicodeScalars where scalar != "\n" && scalar != "\t" {
            let properties = scalar.properties
            let isHidden =
                [.control, .format, .surrogate, .lineSeparator, .paragraphSeparator]
                .contains(properties.generalCategory) || properties.isDefaultIgnorableCodePoint
            if isHidden {
                description = "U+\(String(scalar.value, radix: 16)) in \(rest.debugDescription.prefix(2000))"
                return
            }
        }
        guard let line = rest.split(separator: "\n").first(where: { $0.hasPrefix(HostileCluster.forgery) }) else {
            return nil
        }
        description = "a name begins the line \(line.debugDescription) in \(rest.debugDescription.prefix(2000))"
    }
}
