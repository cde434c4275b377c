internal import Diagnosis

/// One `kubectl port-forward` of one port.
final class PortForward {
    private enum State {
        case starting
        case listening(UInt16)
        case ended
    }

    private let tunnel: String
    private var state = State.starting
    private var kubectl: ChildProcess?
    private var output: PipeReader?
    /// Of its standard output, the line that has not ended.
    private var line: [UInt8] = []
    private var waiting: [ObjectIdentifier: (Result<UInt16, TunnelFailure>) -> Void] = [:]

    /// - Parameter command: prints `Forwarding from 127.0.0.1:LOCAL -> PORT` when it listens.
    init(_ command: [String], of tunnel: String, to port: UInt16, on loop: EventLoop) throws(ProgramFailure) {
        self.tunnel = tunnel
        // Weak: who made the forward ends it by letting go.
        (kubectl, output) = try ChildProcess.reporting(command, group: .own, on: loop) { [weak self] in
            self?.said($0, of: port)
        }
        kubectl?.whenEnded { [weak self] in self?.ended() }
    }

    /// Whether it listens, or may yet.
    var isOfUse: Bool { if case .ended = state { false } else { true } }

    /// What it has complained of since the last connection was begun.
    var complaint: String { kubectl?.complaints.lastWords ?? "" }

    func connectionBegins() { kubectl?.forgetComplaints() }

    /// Calls `completion` once with the port that it listens on, unless `forget` comes first.
    func whenListening(for user: AnyObject, _ completion: @escaping (Result<UInt16, TunnelFailure>) -> Void) {
        switch state {
        case .starting: waiting[ObjectIdentifier(user)] = completion
        case .listening(let port): completion(.success(port))
        case .ended: completion(.failure(failure))
        }
    }

    func forget(_ user: AnyObject) { waiting[ObjectIdentifier(user)] = nil }

    /// Why it carries nothing: it has ended, or what it says.
    var failure: TunnelFailure {
        let words =
            !isOfUse
            ? kubectl?.account ?? "it has ended"
            : complaint.isEmpty ? "nothing listens where kubectl forwards from" : "kubectl says: \(complaint)"
        return TunnelFailure(tunnel: tunnel, words: words, command: kubectl?.command ?? [])
    }

    func end() {
        output?.close()
        output = nil
        ended()
    }

    private func said(_ bytes: UnsafeRawBufferPointer, of port: UInt16) {
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                // More is no line of kubectl's.
                if line.count < 200 { line.append(byte) }
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            line = []
            guard case .starting = state, let local = Self.localPort(text, of: port) else { continue }
            state = .listening(local)
            settle(.success(local))
        }
    }

    /// Of a line `Forwarding from 127.0.0.1:41235 -> 4369`.
    static func localPort(_ line: String, of port: UInt16) -> UInt16? {
        let words = line.split(separator: " ")
        guard words.count == 5, words[0] == "Forwarding", words[1] == "from", words[3] == "->",
            UInt16(words[4]) == port,
            words[2].hasPrefix("127.0.0.1:")
        else { return nil }
        return UInt16(words[2].dropFirst("127.0.0.1:".count)).flatMap { $0 > 0 ? $0 : nil }
    }

    private func ended() {
        state = .ended
        // What it has left behind, where it ended by itself.
        kubectl?.end()
        settle(.failure(failure))
    }

    private func settle(_ result: Result<UInt16, TunnelFailure>) {
        let waiting = waiting
        self.waiting = [:]
        for completion in waiting.values { completion(result) }
    }
}

/// A stream through a forward, until it is connected; then what carries it.
final class ForwardedOpening: StreamOpening, StreamCarrier {
    private var stream: TCPStream?
    private let forward: PortForward
    private let loop: EventLoop
    private var connector: TCPConnector?
    private var timer: TimerHandle?

    init(_ stream: TCPStream, through forward: PortForward, on loop: EventLoop) {
        self.stream = stream
        self.forward = forward
        self.loop = loop
    }

    var isResolving: Bool { false }

    func start() {
        forward.whenListening(for: self) { [self] result in
            guard let stream else { return }
            self.stream = nil
            switch result {
            case .success(let port):
                forward.connectionBegins()
                stream.isCarried(by: self)
                let connector = TCPConnector(stream: stream, loop: loop)
                stream.start(connector)
                connector.start(host: "127.0.0.1", port: port)
            case .failure(let failure): stream.fail(.tunnel(failure))
            }
        }
    }

    func cancel() {
        stream = nil
        forward.forget(self)
    }

    /// kubectl accepts at once, and closes when the pod refuses; only its own words say why.
    func explain(_ reason: StreamClosure, hasReceived: Bool, _ completion: @escaping (StreamClosure) -> Void) {
        timer = loop.schedule(at: .now + .milliseconds(150)) { [forward] in
            if !forward.isOfUse || reason == .refused { return completion(.tunnel(forward.failure)) }
            completion(hasReceived || forward.complaint.isEmpty ? reason : .tunnel(forward.failure))
        }
    }

    func end() { timer?.cancel() }
}
