import ByteTransport
import Diagnosis
import ErlangTerm
import ErlcluTestSupport
import Foundation
import SSHTransport
import Testing

/// A connection of ours to a port of 127.0.0.1, and what it asks and tells.
final class SSHTrial {
    let loop = EventLoop()
    var settings: SSHClientSettings
    /// What the question whether the host's key is trusted is answered with; nothing: not at all.
    var verdict: NodeFailure?? = .some(nil)
    var passphrase: String?
    private(set) var hostKeys: [SSHHostKey] = []
    private(set) var encryptedFiles: [String] = []
    private(set) var connection: SSHConnection?
    private let port: UInt16

    init(_ port: UInt16, keys: String..., agent: OpenSSHAgent? = nil) {
        self.port = port
        settings = SSHClientSettings(user: NSUserName(), host: "127.0.0.1")
        settings.identities = keys.map { SSHClientSettings.Identity(path: $0) }
        settings.agent = agent?.socket
    }

    /// Begins.
    @discardableResult
    func connect(over carrier: (any ByteStream)? = nil) -> SSHConnection {
        let stream = carrier ?? TCPDialer().dial(host: "127.0.0.1", port: port, on: loop)
        let questions = SSHClientQuestions { [unowned self] key, answer in
            hostKeys.append(key)
            if let verdict { answer(verdict) }
        } passphrase: { [unowned self] path, answer in
            encryptedFiles.append(path)
            // Later, as a person does.
            loop.enqueue { [self] in answer(passphrase.map { Secret($0) }) }
        }
        let connection = SSHConnection(settings, over: stream, asking: questions, on: loop)
        self.connection = connection
        return connection
    }

    /// A command, and all that comes of it.
    func start(_ command: String) -> (any ByteStream, StreamRecorder) {
        let stream = (connection ?? connect()).execute(command)
        let recorder = StreamRecorder()
        stream.receiver = recorder
        return (stream, recorder)
    }

    func run(until condition: () -> Bool) -> Bool {
        loop.run(until: .now + .seconds(Deadline.patience), or: condition)
    }

    /// Runs a command until its end.
    func outcome(_ command: String = "echo hello", _ input: [UInt8] = []) throws -> (output: String, StreamClosure) {
        let (stream, recorder) = start(command)
        if !input.isEmpty { stream.write(input) }
        guard run(until: { recorder.closure != nil }) else { throw FixtureFailure("it goes on: \(command)") }
        return (String(decoding: recorder.received, as: UTF8.self), try #require(recorder.closure))
    }

    /// Why the host is not reached.
    func failure() throws -> SecureShellFailure {
        guard case (_, .secureShell(let failure)) = try outcome() else { throw FixtureFailure("it let us in") }
        return failure
    }
}

/// Keeps all that a stream tells.
final class StreamRecorder: ByteStreamReceiver {
    var isOpen = false
    var drainedCount = 0
    var received: [UInt8] = []
    var closure: StreamClosure?
    var onBytes: () -> Void = {}

    func streamOpened(_ stream: any ByteStream) { isOpen = true }
    func streamDrained(_ stream: any ByteStream) { drainedCount += 1 }

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        received.append(contentsOf: bytes)
        onBytes()
    }

    func stream(_ stream: any ByteStream, closed reason: StreamClosure) { closure = reason }
}
