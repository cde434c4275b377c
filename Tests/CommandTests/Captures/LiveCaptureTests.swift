import ErlcluTestSupport
import Foundation
import Testing

/// `capture decode -`, fed as tcpdump feeds it: bit by bit, through a pipe that stays open.
@Suite struct LiveCaptureTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("HandshakeTraceTests/Capture/Scenarios")

    private let directory: TemporaryDirectory
    private var kept: String { directory.file("kept.pcapng") }

    init() throws { directory = try TemporaryDirectory() }

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(name)))
    }

    private func start(_ arguments: String...) throws -> ChildProcess {
        try ChildProcess(BuiltProduct.tool, ["capture", "decode", "-"] + arguments)
    }

    /// While the pipe is open, everything is told that has come; Ctrl-C ends it in order, with what it was to write.
    @Test func tellsAtOnceAndEndsInOrder() throws {
        let tool = try start("--write", kept)
        let capture = try bytes("tcp-wrong-cookie.pcap")
        tool.send(Array(capture[..<1_000]))
        tool.send(Array(capture[1_000...]))
        #expect(tool.waitForOutput(containing: "E-COOKIE"), "\(tool.standardOutput)")
        tool.signal(SIGINT)
        let result = try tool.wait()
        #expect(result.exitStatus == 130, "\(result.status)")
        #expect(result.standardError.contains("1 attempt: 0 connected, 1 failed (E-COOKIE 1)"))
        // What epmd was asked for the connection is written with it.
        let again = try CommandResult.ofSuccessful(BuiltProduct.tool, ["capture", "decode", kept])
        #expect(again.standardOutput.contains("asks epmd for"))
        #expect(again.standardOutput.contains("E-COOKIE"))
    }

    @Test func whatIsOnItsWayIsReadBeforeTheEnd() throws {
        let tool = try start()
        let capture = try bytes("tcp-success.pcap")
        tool.send(Array(capture[..<(capture.count / 2)]))
        #expect(tool.waitForOutput(containing: "EPMD"), "\(tool.standardOutput)")
        // Both are there when it goes on.
        tool.signal(SIGSTOP)
        tool.send(Array(capture[(capture.count / 2)...]))
        tool.closeInput()
        tool.signal(SIGTERM)
        tool.signal(SIGCONT)
        let result = try tool.wait()
        #expect(result.standardOutput.contains("are connected"), "\(result.standardOutput)")
        #expect([143, 0].contains(result.exitStatus))
    }

    /// The program that is captured writes its secrets while we read.
    @Test(arguments: ["tls12-keylog", "tls13-keylog"]) func theKeyLogMayGrow(_ scenario: String) throws {
        let keys = directory.file("keys")
        try Data("# nothing yet\n".utf8).write(to: URL(fileURLWithPath: keys))
        let tool = try start("--keylog", keys, "--write", kept)
        let capture = try bytes("\(scenario).pcap")
        // Without the end: the hellos are in clear, and the rest waits.
        tool.send(Array(capture.dropLast(500)))
        #expect(tool.waitForOutput(containing: "ServerHello"), "\(tool.standardError)")
        let log = try bytes("\(scenario).keys")
        let file = try #require(FileHandle(forWritingAtPath: keys))
        try file.seekToEnd()
        try file.write(contentsOf: Data(log[..<60]))
        try file.write(contentsOf: Data(log[60...]))
        #expect(tool.waitForOutput(containing: "are connected"), "\(tool.standardOutput)\(tool.standardError)")
        tool.send(Array(capture.suffix(500)))
        tool.closeInput()
        let result = try tool.wait()
        #expect(result.exitStatus == 0)
        #expect(!result.standardOutput.contains("as it seems"))
        #expect(result.standardOutput.contains("challenge of secure"))
        // The secrets are in the file: it opens itself.
        let again = try CommandResult.ofSuccessful(BuiltProduct.tool, ["capture", "decode", kept])
        #expect(again.standardOutput.contains("challenge of secure"), "\(again.standardOutput)")
    }

    /// The deadline of the command is none of the capture: it is told what came, and that it was not all.
    @Test(arguments: [[], ["--for", "60s"], ["-o", "jsonl"]]) func endsAtItsDeadline(_ options: [String]) throws {
        let tool = try ChildProcess(
            BuiltProduct.tool, ["capture", "decode", "-", "-t", "5s", "--write", kept] + options)
        tool.send(try bytes("tcp-wrong-cookie.pcap"))
        let result = try tool.wait(within: 30)
        #expect(result.exitStatus == 75, "\(result.status)")
        #expect(result.standardOutput.contains("E-COOKIE"))
        let told = options.contains("jsonl") ? result.standardOutput : result.standardError
        #expect(
            told.contains("-: the deadline passed before its end"), "\(result.standardOutput)\(result.standardError)")
        let again = try CommandResult.ofSuccessful(BuiltProduct.tool, ["capture", "decode", kept])
        #expect(again.standardOutput.contains("E-COOKIE"))
    }

    /// What is live may be asked for a time, and that is no failure.
    @Test func theTimeThatIsAskedForComesBeforeTheDeadline() throws {
        let tool = try start("--for", "300ms", "-t", "60s")
        let result = try tool.wait(within: 30)
        #expect(result.exitStatus == 0, "\(result.status)")
        #expect(result.standardError == "no attempt\n")
    }

    @Test func endsAfterTheTimeThatIsGiven() throws {
        // The pipe is full before it begins, and is never closed.
        let script = #"exec 3<>"$1"; cat "$2" >&3; exec "$3" capture decode - --for 300ms <&3"#
        let (pipe, capture) = (directory.file("pipe"), Self.folder.appendingPathComponent("tcp-wrong-cookie.pcap").path)
        try CommandResult.ofSuccessful("mkfifo", [pipe])
        let result = try CommandResult.of("bash", ["-c", script, "bash", pipe, capture, BuiltProduct.tool])
        #expect(result.exitStatus == 0, "\(result.status)")
        #expect(result.standardOutput.contains("E-COOKIE"))
    }
}
