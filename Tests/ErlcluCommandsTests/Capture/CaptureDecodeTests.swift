import ErlcluTestSupport
import Foundation
import Testing

@testable import ErlcluCommands

/// `capture decode` of what tcpdump saw while real nodes met (dev/captures.sh made the files).
@Suite struct CaptureDecodeTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("HandshakeTraceTests/Capture/Scenarios")
    static let scenarios: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).filter { $0.pathExtension == "pcap" }.map { $0.deletingPathExtension().lastPathComponent }
            .sorted()
    }()

    let trial = CommandTrial()

    private func path(_ scenario: String) -> String { Self.folder.appendingPathComponent("\(scenario).pcap").path }

    private func words(_ scenario: String, _ more: [String] = []) -> [String] {
        let keys = Self.folder.appendingPathComponent("\(scenario).keys").path
        let keyLog = FileManager.default.fileExists(atPath: keys) ? ["--keylog", keys] : []
        return ["capture", "decode", path(scenario)] + keyLog + more
    }

    @Test(arguments: scenarios) func tellsTheStory(_ scenario: String) {
        #expect(trial.run(words: words(scenario)) == 0)
        expectSnapshot(trial.standardOutput + trial.standardError, named: "\(scenario).txt")
    }

    @Test(arguments: [
        ("tcp-wrong-cookie", "cookie", "E-COOKIE"), ("tls12-server-expired", "TLS certificate", "E-CERT-EXPIRED"),
        ("tls13-keylog", "up", "ok"),
    ])
    func climbsTheLadder(_ scenario: String, _ rung: String, _ result: String) {
        #expect(trial.run(words: words(scenario, ["-o", "ladder"])) == 0)
        let line = trial.standardOutput.split(separator: "\n").first { $0.hasPrefix(rung + " ") }
        #expect(line?.dropFirst(rung.count).split(separator: " ").first.map(String.init) == result)
    }

    /// A document a line, which `trace dist --replay` shows as the same story.
    @Test(arguments: scenarios) func writesWhatCanBeReplayed(_ scenario: String) throws {
        #expect(trial.run(words: words(scenario, ["-o", "jsonl"])) == 0)
        for line in trial.standardOutput.split(separator: "\n") {
            _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
        }
        let replay = CommandTrial()
        replay.files["t.jsonl"] = trial.output.bytes
        #expect(replay.run("trace", "dist", "--replay", "t.jsonl") == 0)
        let direct = CommandTrial()
        _ = direct.run(words: words(scenario))
        #expect(replay.standardOutput == direct.standardOutput)
    }

    /// Opening it for writing would have been the end of the capture.
    @Test func writesOverNoFileThatIsRead() throws {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).pcap")
        defer { try? FileManager.default.removeItem(at: copy) }
        try FileManager.default.copyItem(atPath: path("tcp-success"), toPath: copy.path)
        #expect(trial.run("capture", "decode", copy.path, "--write", copy.path) == 64)
        #expect(trial.run("capture", "decode", copy.path + ".none", "--write", copy.path) == 66)
        #expect(FileManager.default.contentsEqual(atPath: path("tcp-success"), andPath: copy.path))
    }

    @Test func saysThatAKeyLogHoldsNothing() throws {
        let none = path("tcp-success")
        #expect(trial.run("capture", "decode", path("tls12-success"), "--keylog", none) == 0)
        #expect(trial.standardError.contains("\(none): there are no TLS secrets in it"))
    }

    @Test func filtersByResultAndPeer() {
        #expect(trial.run(words: words("tcp-success", ["--failures"])) == 0)
        #expect(trial.standardOutput.isEmpty)
        #expect(trial.standardError == "1 attempt: 1 connected, 0 failed\n")
        let other = CommandTrial()
        #expect(other.run(words: words("tcp-wrong-cookie", ["--peer", "somebody@*"])) == 0)
        #expect(other.standardOutput.isEmpty)
        let fitting = CommandTrial()
        #expect(fitting.run(words: words("tcp-wrong-cookie", ["--peer", "pla?n@*", "--failures"])) == 0)
        #expect(fitting.standardOutput.contains("E-COOKIE"))
    }

    /// What is written is a capture of the same attempt, and opens itself.
    @Test(arguments: scenarios) func writesThePacketsOfAnAttempt(_ scenario: String) throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("kept.pcapng")
        #expect(trial.run(words: words(scenario, ["--write", file])) == 0)
        let again = CommandTrial()
        #expect(again.run("capture", "decode", file) == 0)
        let told = trial.standardOutput.split(separator: "\n").filter { $0.contains("  #1 ") }
        #expect(again.standardOutput.split(separator: "\n").filter { $0.contains("  #1 ") } == told)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func writesNothingOfAttemptsThatAreNotWanted() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("kept.pcapng")
        #expect(trial.run(words: words("tcp-success", ["--failures", "--write", file])) == 0)
        let again = CommandTrial()
        #expect(again.run("capture", "decode", file) == 0)
        #expect(again.standardError == "no attempt\n")
    }

    /// A handshake that has no end, to a port that nothing is known of.
    @Test(arguments: [[], ["-o", "jsonl"]]) func saysWhatWasTooLongToHoldBack(_ options: [String]) throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("long.pcap")
        func big(_ number: Int, _ bytes: Int) -> [UInt8] {
            (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        var capture: [UInt8] = big(0xA1B2_C3D4, 4) + big(0x0002_0004, 4) + big(0, 8) + big(262_144, 4) + big(101, 4)
        func add(fromInitiator: Bool, _ sequence: Int, _ flags: UInt8, _ payload: [UInt8]) {
            let (source, destination) = fromInitiator ? (1, 2) : (2, 1)
            let addresses: [UInt8] = [10, 0, 0, UInt8(source), 10, 0, 0, UInt8(destination)]
            let length = 40 + payload.count
            capture += big(1_700_000_000, 4) + big(0, 4) + big(length, 4) + big(length, 4)
            capture += [0x45, 0] + big(length, 2) + [0, 7, 0, 0, 64, 6, 0, 0] + addresses
            capture += big(9_000 + source, 2) + big(9_000 + destination, 2) + big(sequence, 4) + big(0, 4)
            capture += [0x50, flags, 4, 0, 0, 0, 0, 0] + payload
        }
        add(fromInitiator: true, 0, 2, [])
        add(fromInitiator: false, 0, 0x12, [])
        let hello = [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0, 2, 0xC0, 0x2F, 1, 0]
        add(fromInitiator: true, 1, 0x10, [22, 3, 1] + big(hello.count + 4, 2) + [1] + big(hello.count, 3) + hello)
        for number in 0..<20 {
            let record = [22, 3, 3] + big(4_000, 2) + [UInt8](repeating: 0, count: 4_000)
            add(fromInitiator: false, 1 + number * record.count, 0x10, record)
        }
        try Data(capture).write(to: URL(fileURLWithPath: file))
        #expect(trial.run(words: ["capture", "decode", file] + options) == 0)
        #expect(trial.standardOutput.isEmpty)
        #expect(
            trial.standardError == """
                erlclu-ctl: warning: 1 TLS connection is not known to be between nodes and is left out: to port 9002; \
                1 dropped in the handshake, which was too long to hold back, to port 9002. If nodes listen there, say \
                --port 9002
                no attempt

                """)
    }

    /// What has no end in the capture is told as such, to scripts too.
    @Test func attemptsWithoutAnEndAreTold() throws {
        let directory = try TemporaryDirectory()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path("tcp-wrong-cookie")))
        let file = directory.file("begun.pcap")
        try whole.prefix(2_400).write(to: URL(fileURLWithPath: file))
        #expect(trial.run("capture", "decode", file, "-o", "jsonl") == 0)
        #expect(trial.standardOutput.contains("\"result\":\"pending\""), "\(trial.standardOutput)")
        #expect(trial.standardError.contains("1 attempt: 0 connected, 0 failed, 1 without an end"))
        let ladder = CommandTrial()
        #expect(ladder.run("capture", "decode", file, "-o", "ladder") == 0)
        #expect(ladder.standardOutput.contains("not reached"))
        let failures = CommandTrial()
        #expect(failures.run("capture", "decode", file, "--failures") == 0)
        #expect(failures.standardOutput.isEmpty)
    }

    @Test(arguments: ["0", "65536", "9-8", "", "9100-", "x", "1-2-3"]) func portsAreChecked(_ port: String) {
        #expect(trial.run(words: words("tcp-success", ["--port", port])) == 64)
    }

    @Test func standardOutputIsNoCapture() {
        #expect(trial.run(words: words("tcp-success", ["--write", "-"])) == 64)
    }

    // MARK: what is wrong with a file

    @Test func filesThatAreNoCapturesAreInputErrors() throws {
        #expect(trial.run("capture", "decode", "/nonexistent") == 66)
        #expect(trial.standardError == "erlclu-ctl: /nonexistent: No such file or directory\n")
        let directory = try TemporaryDirectory()
        try Data("hello".utf8).write(to: URL(fileURLWithPath: directory.file("text")))
        let text = CommandTrial()
        #expect(text.run("capture", "decode", directory.file("text")) == 66)
        #expect(text.standardError.contains("it is neither pcap nor pcapng"))
        let none = CommandTrial()
        #expect(none.run("capture", "decode") == 64)
        #expect(none.run("capture", "decode", path("tcp-success"), "--keylog", "/nonexistent") == 66)
    }

    @Test func aCaptureThatIsCutShortIsToldAsFarAsItGoes() throws {
        let directory = try TemporaryDirectory()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path("tcp-wrong-cookie")))
        let file = directory.file("cut.pcap")
        try whole.dropLast(7).write(to: URL(fileURLWithPath: file))
        #expect(trial.run("capture", "decode", file) == 0)
        #expect(trial.standardOutput.contains("E-COOKIE"))
        #expect(trial.standardError.contains("warning: \(file): it is cut short"))
    }
}
