import ByteTransport
import Diagnosis
import ErlcluTestSupport
import Foundation
import SSHTransport
import Testing

/// Commands and connections through a real sshd.
@Suite(.waiting) struct SSHChannelTests {
    private let server: OpenSSHServer
    private let trial: SSHTrial

    init() throws {
        server = try OpenSSHServer()
        trial = SSHTrial(server.port, keys: try server.userKey())
    }

    @Test func endsAreTold() throws {
        let ends: [(String, StreamClosure)] = [
            ("true", .endOfStream), ("echo >&2", .endOfStream),
            ("exit 3", .secureShell(.exited(status: 3, words: ""))),
            ("echo no such thing >&2; exit 255", .secureShell(.exited(status: 255, words: "no such thing"))),
            // Nobody says a status.
            ("kill -9 $$", .endOfStream),
        ]
        for (command, expected) in ends {
            let trial = SSHTrial(server.port)
            trial.settings = self.trial.settings
            let (_, closure) = try trial.outcome(command)
            #expect(closure == expected, "\(command)")
        }
    }

    /// One connection, and none waits for another.
    @Test func severalChannelsAreUsedAtOnce() throws {
        let channels = (0..<3).map { _ in trial.start("cat") }
        #expect(trial.run { channels.allSatisfy { $0.1.isOpen } })
        for (index, (stream, _)) in channels.enumerated() { stream.write(Array("channel \(index)".utf8)) }
        #expect(trial.run { channels.allSatisfy { !$0.1.received.isEmpty } })
        #expect(channels.map { String(decoding: $0.1.received, as: UTF8.self) } == (0..<3).map { "channel \($0)" })
        #expect(server.log.components(separatedBy: "Accepted publickey").count == 2)
        channels[0].0.close()
        channels[1].0.write(Array("!".utf8))
        #expect(trial.run { channels[1].1.received.last == UInt8(ascii: "!") })
        channels[1].0.close()
        channels[2].0.close()
        #expect(channels.allSatisfy { $0.1.closure == nil })
        #expect(eventually { server.wasLeft })
    }

    @Test func muchGoesBothWays() throws {
        let bytes = (0..<8 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let (stream, recorder) = trial.start("cat")
        stream.write(bytes)
        #expect(trial.run { recorder.received.count >= bytes.count })
        let isSame = recorder.received == bytes
        #expect(isSame && recorder.drainedCount >= 1 && stream.pendingOutput == 0)
        stream.close()
    }

    /// Who does not take it stops the command at its other end, which counts there what it could write, in MB.
    @Test func aPauseHoldsTheHostBack() throws {
        let count = server.directory.file("written")
        func written() -> Int { (try? Data(contentsOf: URL(fileURLWithPath: count)))?.count ?? 0 }
        let (stream, recorder) = trial.start(
            "i=0; while [ $i -lt 100 ]; do head -c 1000000 /dev/zero; printf x >>'\(count)'; i=$((i+1)); done; "
                + "echo end >&2")
        #expect(trial.run { !recorder.received.isEmpty })
        stream.isReadingPaused = true
        let taken = recorder.received.count
        // Until it stands still, or is done.
        var last = (count: -1, until: Instant.now)
        repeat {
            let now = written()
            if now != last.count { last = (now, .now + .milliseconds(500)) }
            _ = trial.loop.run(until: .now + .milliseconds(20)) { false }
        } while Instant.now < last.until
        // A window, and what the sockets and the pipes between hold.
        #expect(written() <= taken / 1_000_000 + 40, "\(written()) MB with \(taken) bytes taken")
        #expect(recorder.received.count == taken && recorder.closure == nil)
        stream.isReadingPaused = false
        #expect(trial.run { recorder.closure != nil })
        #expect(recorder.received.count == 100_000_000)
        #expect(recorder.closure == .secureShell(.exited(status: 0, words: "end")))
    }

    /// The connection ends while one channel is paused: what had come is its receiver's all the same.
    @Test func whatCameBeforeTheEndIsTold() throws {
        let directory = try TemporaryDirectory()
        let written = directory.file("written")
        let (paused, recorder) = trial.start("head -c 30000 /dev/zero; echo $$; touch \(written); exec sleep 10000")
        paused.isReadingPaused = true
        let (other, echo) = trial.start("until [ -e \(written) ]; do sleep 0.02; done; exec cat")
        // The host has all that was written, and has sent it before these.
        for count in 1...3 {
            other.write(Array("x".utf8))
            #expect(trial.run { echo.received.count == count || echo.closure != nil })
        }
        #expect(recorder.received.isEmpty && recorder.closure == nil)
        let (_, third) = trial.start("kill -9 $PPID")
        #expect(trial.run { third.closure != nil && echo.closure != nil })
        #expect(recorder.received.isEmpty && recorder.closure == nil)
        paused.isReadingPaused = false
        #expect(trial.run { recorder.closure != nil })
        #expect(recorder.received.count > 30_000, "\(recorder.received.count)")
        guard case .secureShell(.ended(.up, _))? = recorder.closure else {
            return #expect(Bool(false), "\(String(describing: recorder.closure))")
        }
    }

    @Test func errorsWithoutEndAreNotKept() throws {
        let (output, closure) = try trial.outcome("yes error | head -n 8000000 >&2; echo out; exit 1")
        #expect(output == "out\n")
        #expect(closure == .secureShell(.exited(status: 1, words: "error; error")))
    }

    @Test func aForwardCarriesAnotherConnection() throws {
        let inner = try OpenSSHServer()
        let second = SSHTrial(inner.port, keys: try inner.userKey())
        let jump = SSHTrial(server.port)
        jump.settings = trial.settings
        let way = jump.connect().forward(to: "127.0.0.1", port: inner.port)
        // On the loop of the first.
        let questions = SSHClientQuestions { _, answer in
            answer(nil)
        } passphrase: { _, answer in
            answer(nil)
        }
        let connection = SSHConnection(second.settings, over: way, asking: questions, on: jump.loop)
        let stream = connection.execute("cat")
        let recorder = StreamRecorder()
        stream.receiver = recorder
        let bytes = [UInt8](repeating: 7, count: 3_000_000)
        stream.write(bytes)
        #expect(jump.run { recorder.received.count == bytes.count || recorder.closure != nil }, "\(inner.log)")
        #expect(recorder.closure == nil)
        stream.close()
        #expect(eventually { server.wasLeft })
    }

    @Test func aForwardThatIsRefusedIsTold() throws {
        let way = trial.connect().forward(to: "127.0.0.1", port: try DeadPort.make())
        let recorder = StreamRecorder()
        way.receiver = recorder
        #expect(trial.run { recorder.closure != nil })
        guard case .secureShell(.forwardRefused(let target, _))? = recorder.closure else {
            return #expect(Bool(false), "\(String(describing: recorder.closure))")
        }
        #expect(target.hasPrefix("127.0.0.1:"))
    }

    @Test func aConnectionThatIsCutIsTold() throws {
        let forwarder = try PortForwarder(to: server.port)
        let trial = SSHTrial(forwarder.port)
        trial.settings = self.trial.settings
        let channels = (0..<2).map { _ in trial.start("cat") }
        #expect(trial.run { channels.allSatisfy { $0.1.isOpen } })
        forwarder.dropConnections()
        #expect(trial.run { channels.allSatisfy { $0.1.closure != nil } })
        for (_, recorder) in channels {
            guard case .secureShell(.ended(.up, _))? = recorder.closure else {
                return #expect(Bool(false), "\(String(describing: recorder.closure))")
            }
        }
    }

    /// ProxyJump: both keys are judged, and each host sees its own user only.
    @Test func aRouteLeadsThroughOtherHosts() throws {
        let inner = try OpenSSHServer()
        let last = SSHTrial(inner.port, keys: try inner.userKey())
        var judged: [SSHHostKey] = []
        let questions = SSHClientQuestions { key, answer in
            judged.append(key)
            answer(nil)
        } passphrase: { _, answer in
            answer(nil)
        }
        let hops = [(trial.settings, server.port), (last.settings, inner.port)].map {
            SSHRoute.Hop(settings: $0, questions: questions, host: "127.0.0.1", port: $1)
        }
        let stream = SSHRoute(hops[0], then: [hops[1]]).connect(on: trial.loop).execute("cat")
        let recorder = StreamRecorder()
        stream.receiver = recorder
        stream.write(Array("hello".utf8))
        #expect(trial.run { recorder.received.count == 5 || recorder.closure != nil })
        #expect(recorder.closure == nil && judged.count == 2)
        stream.close()
        #expect(eventually { server.wasLeft && inner.wasLeft })
    }

    /// Which of them fails is said.
    @Test func aHopThatFailsIsNamed() throws {
        let inner = try OpenSSHServer()
        let last = SSHTrial(inner.port)
        let questions = SSHClientQuestions { _, answer in
            answer(nil)
        } passphrase: { _, answer in
            answer(nil)
        }
        func closure(_ first: SSHClientSettings, at port: UInt16, _ second: UInt16) throws -> StreamClosure {
            let hops = [(first, port), (last.settings, second)].map {
                SSHRoute.Hop(settings: $0, questions: questions, host: "127.0.0.1", port: $1)
            }
            let stream = SSHRoute(hops[0], then: [hops[1]]).connect(on: trial.loop).execute("cat")
            let recorder = StreamRecorder()
            stream.receiver = recorder
            _ = trial.run { recorder.closure != nil }
            return try #require(recorder.closure)
        }
        var jump = trial.settings
        jump.host = "jump"
        #expect(try closure(jump, at: try DeadPort.make(), inner.port) == .jump("jump", .refused))
        guard
            case .jump("jump", .secureShell(.forwardRefused)) = try closure(jump, at: server.port, try DeadPort.make())
        else { return #expect(Bool(false)) }
        guard case .secureShell(.denied) = try closure(jump, at: server.port, inner.port) else {
            return #expect(Bool(false))
        }
        jump.identities = []
        guard case .jump("jump", .secureShell(.denied)) = try closure(jump, at: server.port, inner.port) else {
            return #expect(Bool(false))
        }
    }

    @Test func aProgramCarriesTheConnection() throws {
        let questions = SSHClientQuestions { _, answer in
            answer(nil)
        } passphrase: { _, answer in
            answer(nil)
        }
        let hop = SSHRoute.Hop(settings: trial.settings, questions: questions, host: "127.0.0.1", port: server.port)
        func closure(_ command: String, _ remote: String) throws -> StreamClosure {
            let stream = SSHRoute(hop, command: command).connect(on: trial.loop).execute(remote)
            let recorder = StreamRecorder()
            stream.receiver = recorder
            _ = trial.run { recorder.closure != nil }
            return try #require(recorder.closure)
        }
        let relay = "bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(server.port); cat <&3 & exec cat >&3'"
        #expect(try closure(relay, "exit 3") == .secureShell(.exited(status: 3, words: "")))
        guard case .tunnel(let failure) = try closure("sh -c 'echo 100% gone >&2; exit 1'", "true") else {
            return #expect(Bool(false))
        }
        #expect(failure.words.contains("100% gone"), "\(failure.words)")
    }
}
