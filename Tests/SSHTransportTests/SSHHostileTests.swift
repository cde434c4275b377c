import ByteTransport
import Diagnosis
import ErlcluTestSupport
import Foundation
import SSHTransport
import Testing

/// Hosts that mean no good, or are none.
@Suite(.waiting) struct SSHHostileTests {
    private static let greeting = Array("SSH-2.0-Hostile_1.0\r\n".utf8)

    private static func failure(_ steps: ScriptedPeer.Step...) throws -> SecureShellFailure {
        let peer = try ScriptedPeer(steps)
        defer { peer.stop() }
        return try SSHTrial(peer.port).failure()
    }

    @Test func whatIsNoGreetingIsRefused() throws {
        for steps: [ScriptedPeer.Step] in [
            [.send([UInt8](repeating: 0x41, count: 5_000)), .stall], [.garbage(20_000), .stall],
        ] {
            let peer = try ScriptedPeer(steps)
            guard case .broken(.greeting, _) = try SSHTrial(peer.port).failure() else {
                return #expect(Bool(false), "\(steps)")
            }
        }
    }

    /// Another service says which one it is.
    @Test func textOfAStrangerIsQuoted() throws {
        let text = Array("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n".utf8)
        guard case .ended(.greeting, let words) = try Self.failure(.send(text)) else { return #expect(Bool(false)) }
        #expect(words == "it says 'HTTP/1.1 400 Bad Request Server: x'")
        let long = try Self.failure(
            .send(Array("no\u{1B}[2J way ".utf8) + [UInt8](repeating: 0x41, count: 5_000)), .stall)
        guard case .broken(.greeting, let quoted) = long else { return #expect(Bool(false), "\(long)") }
        #expect(quoted.hasPrefix("it says 'no\u{1B}[2J way A") && quoted.count < 200)
        guard case .ended(.greeting, let none) = try Self.failure(.send([0, 1, 2, 3])) else {
            return #expect(Bool(false))
        }
        #expect(!none.contains("it says"))
    }

    @Test func whoClosesIsTold() throws {
        guard case .ended(.greeting, _) = try Self.failure() else { return #expect(Bool(false)) }
        guard case .ended(.greeting, _) = try Self.failure(.receive(1), .reset) else { return #expect(Bool(false)) }
        guard case .ended(.keyExchange, _) = try Self.failure(.send(Self.greeting), .receive(200)) else {
            return #expect(Bool(false))
        }
    }

    @Test func wrongPacketsAreRefused() throws {
        let bodies: [[UInt8]] = [
            // Lengths: 4 GiB, none, one that is no multiple of the block.
            [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [0, 0, 0, 9],
        ]
        for body in bodies {
            let failure = try Self.failure(
                .send(Self.greeting), .send(body + [UInt8](repeating: 0, count: 100_000)), .stall)
            guard case .broken(.keyExchange, _) = failure else { return #expect(Bool(false), "\(body): \(failure)") }
        }
        guard case .broken(.keyExchange, _) = try Self.failure(.send(Self.greeting), .garbage(100_000), .stall) else {
            return #expect(Bool(false))
        }
        guard case .broken = try Self.failure(.send(Array("SSH-1.5-Old\r\n".utf8)), .stall) else {
            return #expect(Bool(false))
        }
    }

    /// It is for whoever asks to end it then.
    @Test func silenceIsLeftToTheDeadline() throws {
        for steps: [ScriptedPeer.Step] in [
            [.stall], [.drip(Self.greeting, bytesPerSecond: 20), .stall], [.send(Self.greeting), .stall],
        ] {
            let peer = try ScriptedPeer(steps)
            let trial = SSHTrial(peer.port)
            let (stream, recorder) = trial.start("echo")
            _ = trial.loop.run(until: .now + .milliseconds(300)) { recorder.closure != nil }
            #expect(recorder.closure == nil, "\(steps)")
            stream.close()
        }
    }

    /// Lines before the greeting are allowed, and are not kept. A program of its own reads them: of this process's
    /// memory others use as much.
    @Test func aGreetingThatNeverComesIsNotKept() throws {
        let lines = (0..<1 << 20).map { $0 % 128 == 127 ? UInt8(0x0A) : UInt8(0x61) }
        let peer = try ScriptedPeer([ScriptedPeer.Step](repeating: .send(lines), count: 192))
        defer { peer.stop() }
        let directory = try TemporaryDirectory()
        let child = try ChildProcess(
            BuiltProduct.tool,
            [
                "ping", "--ssh", "127.0.0.1:\(peer.port)", "--timeout", "60s", "--known-hosts",
                directory.file("known_hosts"),
            ], environment: ["HOME": directory.path, "ERLCLU_SSH_CONFIG": "none", "SSH_AUTH_SOCK": nil])
        let memory = PeakMemory(of: child)
        let result = try child.wait()
        // It has read them to the end.
        #expect(result.standardError.contains("before it has said that it speaks SSH"), "\(result.standardError)")
        #expect(memory.bytes > 0 && memory.bytes < 128 << 20, "\(memory.bytes >> 20) MiB")
    }

    /// It does not hold up the loop either.
    @Test func linesBeforeTheGreetingHoldUpNothing() throws {
        let lines = [UInt8](repeating: 0x0A, count: 1 << 20)
        let peer = try ScriptedPeer([ScriptedPeer.Step](repeating: .send(lines), count: 60))
        defer { peer.stop() }
        let trial = SSHTrial(peer.port)
        let (_, recorder) = trial.start("echo")
        var ticks = 0
        func tick() {
            ticks += 1
            if ticks < 20 { trial.loop.schedule(at: .now + .milliseconds(5), tick) }
        }
        tick()
        #expect(trial.run { ticks == 20 } && recorder.closure == nil)
        trial.connection?.close()
    }

    /// At each byte that a real host sends.
    @Test func aHostThatEndsAnywhereIsTold() throws {
        let server = try OpenSSHServer()
        let key = try server.userKey()
        for limit in [1, 21, 30, 200, 1_000, 1_500, 2_000, 2_200, 2_400, 2_600, 2_800, 3_000, 3_200, 3_400] {
            let forwarder = try PortForwarder(to: server.port, endingAfter: limit)
            let trial = SSHTrial(forwarder.port, keys: key)
            // It writes as long as it is there.
            let (_, recorder) = trial.start("yes")
            #expect(trial.run { recorder.closure != nil }, "\(limit)")
            guard case .secureShell(.ended)? = recorder.closure else {
                return #expect(Bool(false), "\(limit): \(String(describing: recorder.closure))")
            }
            forwarder.stop()
        }
    }
}
