package import ByteTransport
package import Diagnosis
package import ErlangTerm

/// Questions to a node over one channel of its SSH daemon, which runs the bridge (`NodePrograms/bridge.erl.expr`). What
/// carries the channel is a stream, and nothing is known of it here.
package final class SSHSession {
    package let nodeName: String
    package let endpoint: Endpoint

    private let stream: any ByteStream
    private let loop: EventLoop
    let place: SSHPlace
    private var reader: BridgeReader
    private var requests = RequestTable()
    var leaders: [PID: SSHLeader] = [:]
    private var lossObservers = LossObservers()
    /// Bytes of answers that the node asked for and has not taken.
    private var untakenAnswers = 0
    /// Set when it is over; every further request fails with it.
    private var failure: NodeFailure?
    private var pressure: OutputPressure.Handle?
    private var beatTimer: TimerHandle?
    /// When something came last, or was not read by our own doing.
    private var heard = Instant.now

    /// - Parameter reader: has seen the bridge's greeting.
    init(
        _ stream: any ByteStream, reader: BridgeReader, node: String, place: SSHPlace, on loop: EventLoop
    ) {
        self.stream = stream
        self.reader = reader
        self.place = place
        self.loop = loop
        nodeName = node
        endpoint = place.endpoint
    }

    /// Takes over the stream.
    func begin() {
        stream.receiver = self
        pressure = loop.outputPressure.observe { [weak self] in self?.updateReading() }
        updateReading()
        beatLater()
    }

    /// An ssh:daemon notices nothing of a network that is cut, and neither do we.
    private func beatLater() {
        let due = Instant.now + place.silence / 4
        beatTimer = loop.schedule(at: due) { [weak self] in
            guard let self, failure == nil else { return }
            // This process stood still, or nothing was read: nobody else was silent.
            if stream.isReadingPaused || .now > due + place.silence / 4 { heard = .now }
            guard heard + place.silence > .now else { return lose(place.silent(nodeName)) }
            send(BridgeWriter.beat)
            beatLater()
        }
    }

    /// Takes what came behind the greeting.
    func proceed(with leftover: [UInt8]) {
        guard failure == nil, !leftover.isEmpty else { return }
        leftover.withUnsafeBytes { receive($0) }
    }

    /// What the node sends becomes output here: while that is not taken, whoever emits there waits.
    private func updateReading() {
        guard failure == nil else { return }
        stream.isReadingPaused = loop.outputPressure.isHigh
    }

    private func shutDown(_ reason: NodeFailure) {
        guard failure == nil else { return }
        failure = reason
        pressure?.cancel()
        beatTimer?.cancel()
        stream.close()
    }

    private func lose(_ reason: NodeFailure) {
        guard failure == nil else { return }
        shutDown(reason)
        leaders.removeAll()
        LossObservers.takeAll(&requests, &lossObservers)(reason)
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) {
        heard = .now
        var chunk = bytes
        do throws(BridgeFault) {
            while failure == nil, let answer = try reader.next(from: &chunk) { try handle(answer) }
        } catch {
            lose(error.isOurLimit ? place.tooLarge(nodeName, "\(error)") : place.violation(nodeName, "\(error)"))
        }
    }

    private func handle(_ answer: [UInt8]) throws(BridgeFault) {
        let term: DecodedTerm
        do throws(TermError) { term = try DecodedTerm(packet: answer) } catch {
            guard error.isBeyondLimits else { throw .term("a term that is none: \(error)") }
            return lose(place.tooLarge(nodeName, "\(error)"))
        }
        guard let parts = term.root.elements(3), let number = parts[0]?.integer, let kind = parts[1]?.atom,
            let content = parts[2], number > 0 || number == 0 && kind == "beat"
        else { throw .term("an answer that is none of the bridge's") }
        let id = RequestID(number: UInt64(number))
        switch kind.name {
        case "beat": break
        case "item": requests[id]?.item(content)
        case "exit":
            requests.remove(id)?.exited(content) { [place, nodeName] in place.callFailed(nodeName, $0) }
        default: throw .term("an answer that is none of the bridge's")
        }
    }

    func send(_ lines: [UInt8]) {
        if failure == nil { stream.write(lines) }
    }

    /// Sends what the node asked for: it decides how often, so it has to take it, as over distribution
    /// (`NodeConnection.answer`).
    func answer(_ lines: [UInt8]) {
        send(lines)
        guard failure == nil, stream.pendingOutput > 0 else {
            untakenAnswers = 0
            return
        }
        untakenAnswers += lines.count
        guard untakenAnswers > Self.untakenAnswersLimit else { return }
        lose(place.violation(nodeName, "it asks for answers without end and takes none"))
    }

    /// In base64, some ten thousand.
    private static let untakenAnswersLimit = 4 << 20

    /// - Returns: its number, and whether it can be asked: else `failed` was called.
    private func begin(_ kind: PendingRequest.Kind, failed: (NodeFailure) -> Void) -> (RequestID, isAsked: Bool) {
        let id = requests.makeID()
        if let failure {
            failed(failure)
            return (id, false)
        }
        requests.insert(PendingRequest(kind: kind), as: id)
        return (id, true)
    }
}

extension SSHSession: NodeSession {
    package var servedCertificate: CertificateFacts? { nil }
    package var isUp: Bool { failure == nil }

    @discardableResult
    package func observeLoss(_ action: @escaping (NodeFailure) -> Void) -> LossObservation { lossObservers.add(action) }

    @discardableResult
    package func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term],
        completion: @escaping (Result<CallOutcome, NodeFailure>) -> Void
    ) -> RequestID {
        var encoder = TermEncoder()
        encoder.write(.list(arguments))
        return call(module, function, encoded: encoder.bytes, completion: completion)
    }

    @discardableResult
    func call(
        _ module: Atom, _ function: Atom, encoded arguments: [UInt8],
        completion: @escaping (Result<CallOutcome, NodeFailure>) -> Void
    ) -> RequestID {
        let (id, isAsked) = begin(.call(completion)) { completion(.failure($0)) }
        if isAsked { send(BridgeWriter.call(Int(id.number), module, function, encoded: arguments)) }
        return id
    }

    @discardableResult
    package func run(
        _ program: NodeProgram, bindings: [ProgramBinding], receive: @escaping (ProgramEvent) -> Void
    ) -> RequestID {
        let (id, isAsked) = begin(.program(receive)) { receive(.ended(.lost($0))) }
        if isAsked { send(BridgeWriter.run(Int(id.number), program, bindings)) }
        return id
    }

    package func cancel(_ request: RequestID) {
        guard requests.remove(request) != nil, failure == nil else { return }
        send(BridgeWriter.stop(Int(request.number)))
    }

    /// The channel ends with its stream, and the bridge with the channel.
    package func close() {
        _ = requests.removeAll()
        leaders.removeAll()
        lossObservers.removeAll()
        shutDown(place.closedByUs(nodeName))
    }
}

extension SSHSession: ByteStreamReceiver {
    package func streamOpened(_ stream: any ByteStream) {}
    package func streamDrained(_ stream: any ByteStream) { untakenAnswers = 0 }
    package func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) { receive(bytes) }
    package func stream(_ stream: any ByteStream, closed reason: StreamClosure) { lose(place.lost(nodeName, reason)) }
}
