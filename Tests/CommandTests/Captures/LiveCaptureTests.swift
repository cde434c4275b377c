import ErlcluTestSupport
import Foundation
import Testing

/// `capture decode -`, fed as tcpdump feeds it: bit by bit, through a pipe that stays open.
@Suite(.waiting) struct LiveCaptureTests {
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

    /// A capture again and again, each time between two other hosts.
    private func repeated(_ name: String, _ count: Int) throws -> [UInt8] {
        let capture = try bytes(name)
        // The headers of pcap, of its records, and of Ethernet.
        let (fileHeader, recordHeader, linkHeader) = (24, 16, 14)
        var all = Array(capture[..<fileHeader])
        for number in 1...count {
            var packets = Array(capture[fileHeader...])
            var start = 0
            while start < packets.count {
                let size = (8..<12).reversed().reduce(0) { $0 << 8 | Int(packets[start + $1]) }
                let address = start + recordHeader + linkHeader + 12
                // The last two bytes of 127.0.0.1, in the source and in the destination.
                for end in [address + 2, address + 6] {
                    (packets[end], packets[end + 1]) = (UInt8(number >> 8), UInt8(number & 0xFF))
                }
                start += recordHeader + size
            }
            all += packets
        }
        return all
    }

    /// As into a pager that is stopped: what is read waits for it, and nothing is lost.
    @Test func aReaderThatStandsStillGetsEverythingLater() throws {
        let path = directory.file("many.pcap")
        try Data(repeated("tcp-wrong-cookie.pcap", 1000)).write(to: URL(fileURLWithPath: path))
        let arguments = ["capture", "decode", "-o", "jsonl", path]
        let whole = try CommandResult.of(BuiltProduct.tool, arguments, within: 60)
        #expect(whole.standardOutputBytes.count > 4 << 20, "\(whole.standardOutputBytes.count)")
        let reader = try NarrowPipe()
        let end = try reader.writingEnd()
        defer { close(end) }
        let tool = try ChildProcess(BuiltProduct.tool, arguments, descriptors: [(end, STDOUT_FILENO)])
        #expect(eventually { reader.isFull })
        // It waits, and does not read on: that would fill its memory.
        var last = ""
        #expect(
            try eventually(within: 30) {
                let now = try ProcessFigures.processorTicks(of: tool.processIdentifier)
                defer { last = now }
                return now == last
            })
        #expect(tool.isRunning)
        #expect(try ProcessFigures.peakMemory(of: tool.processIdentifier) < 64 << 20)
        let taken = reader.take(within: 20) { $0.count >= whole.standardOutputBytes.count }
        #expect(taken == whole.standardOutputBytes)
        #expect(try tool.wait().exitStatus == whole.exitStatus)
    }

    /// The pipe is full for a moment, and then no packet comes: the rest is written all the same.
    @Test func theQueueIsWrittenWhileNothingComes() throws {
        let reader = try NarrowPipe()
        let end = try reader.writingEnd()
        defer { close(end) }
        let tool = try ChildProcess(
            BuiltProduct.tool, ["capture", "decode", "-", "-o", "jsonl"], descriptors: [(end, STDOUT_FILENO)])
        tool.send(try repeated("tcp-wrong-cookie.pcap", 50))
        #expect(eventually { reader.isFull })
        func attempts(_ bytes: [UInt8]) -> Int {
            String(decoding: bytes, as: UTF8.self).split(separator: "\n").count { $0.contains("erlclu/attempt/1") }
        }
        #expect(attempts(reader.take(within: 10) { attempts($0) == 50 }) == 50)
        tool.closeInput()
        #expect(try tool.wait().exitStatus == 0)
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
