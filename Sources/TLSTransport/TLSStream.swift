package import ByteTransport
package import Diagnosis

/// TLS over any stream. `streamOpened` comes when the handshake is done; what the peer objects to later (under TLS
/// 1.3 a refused client certificate) comes as a closure with the alert.
package final class TLSStream: ByteStream {
    private enum State {
        case handshaking
        case open
        case ended(StreamClosure)
        case closed
    }

    /// Enough ciphertext to keep the kernel busy; what is behind it stays in the arrays that were written.
    private static let ciphertextLimit = 256 * 1024

    private let engine: TLSEngine
    private let lower: any ByteStream
    private let loop: EventLoop
    private var state = State.handshaking
    private var output = OutputQueue()
    /// Records that came and were not read, because reading was paused.
    private var held: [UInt8] = []
    private var plaintext: UnsafeMutableRawBufferPointer?
    private var isOpenedPending = false
    private var isDrainedPending = false
    private var isResumeQueued = false

    package var receiver: (any ByteStreamReceiver)? {
        didSet { if receiver != nil { resume() } }
    }

    package var isReadingPaused = false {
        didSet { if isReadingPaused { updateLower() } else if oldValue { resume() } }
    }

    package var pendingOutput: Int { output.count + lower.pendingOutput }

    /// Takes over `lower`, whose loop is `loop`; the handshake starts when that is open.
    /// - Parameters:
    ///   - peerName: the host that the peer's certificate must be for, as a name or an address; nil checks none.
    ///   - serverName: for the ClientHello; nil, and any address, sends none.
    ///   - observe: receives every handshake message and alert, with its bytes.
    /// - Throws: when the library has no memory for it.
    package init(
        over lower: any ByteStream, context: TLSContext, loop: EventLoop, peerName: String? = nil,
        serverName: String? = nil, observe: ((TLSMessage) -> Void)? = nil
    ) throws(TLSConfigurationError) {
        let isAddress = serverName.map { SocketAddress(numeric: $0, port: 0) != nil } ?? false
        engine = try TLSEngine(
            context: context, identity: peerName, serverName: isAddress ? nil : serverName, traffic: loop.traffic,
            observe: observe)
        self.lower = lower
        self.loop = loop
        lower.receiver = self
    }

    deinit { plaintext?.deallocate() }

    /// What was agreed on; nil before the handshake is done.
    package var summary: TLSSummary? {
        switch state {
        case .handshaking: nil
        case .open, .ended, .closed: engine.summary
        }
    }

    /// What the peer has shown so far, in DER, the leaf first.
    package var shownChain: [[UInt8]] { engine.verification.chain.compactMap(\.encoded) }

    package var peerCertificate: CertificateFacts? { summary?.peerChain.first }
    package var traffic: StreamTraffic? { lower.traffic }
    package var agreement: StreamAgreement? {
        summary.map { StreamAgreement(version: $0.version, cipher: engine.registeredCipher) }
    }

    package func write(_ bytes: consuming [UInt8]) {
        switch state {
        case .handshaking:
            output.append(bytes)
        case .open:
            output.append(bytes)
            encrypt()
        case .ended, .closed:
            break
        }
    }

    package func close() {
        switch state {
        case .closed: return
        case .open:
            encrypt()
            engine.shutdown()
            flush()
        case .handshaking, .ended: break
        }
        state = .closed
        output.removeAll()
        held = []
        receiver = nil
        lower.close()
    }

    // MARK: From the peer

    /// Reads all that is there and may be read.
    private func read(_ bytes: UnsafeRawBufferPointer) {
        if held.isEmpty {
            process(bytes)
        } else {
            let all = held + bytes
            held = []
            all.withUnsafeBytes { process($0) }
        }
    }

    private func process(_ bytes: UnsafeRawBufferPointer) {
        engine.offer(bytes)
        if case .handshaking = state { handshake() }
        deliverPending()
        while case .open = state, let receiver, !isReadingPaused, decrypt(for: receiver) {}
        let rest = engine.channel.inbound
        engine.channel.inbound = UnsafeRawBufferPointer(start: nil, count: 0)
        if case .open = state, !rest.isEmpty { held = Array(rest) }
        flush()
        updateLower()
    }

    private func handshake() {
        switch engine.handshake() {
        case .done:
            state = .open
            isOpenedPending = true
            encrypt()
        case .needsInput:
            break
        case .peerClosed:
            end(.tls(engine.failure(.closedInHandshake)))
        case .failed:
            end(.tls(engine.failure(.failedInHandshake)))
        }
        flush()
    }

    /// Hands over as many records as fit the buffer.
    /// - Returns: whether there may be more.
    private func decrypt(for receiver: any ByteStreamReceiver) -> Bool {
        let buffer = plaintextBuffer
        var count = 0
        var progress = TLSEngine.Progress.done
        // A record has at most 16 KiB; with less room than that it would be split, to no use.
        while progress == .done, buffer.count - count >= 16 * 1024 {
            let (more, next) = engine.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            count += more
            progress = next
        }
        if count > 0 { receiver.stream(self, received: UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        guard case .open = state else { return false }
        switch progress {
        case .done: return true
        case .needsInput: return false
        case .peerClosed: end(.endOfStream)
        case .failed: end(.tls(engine.failure(.failedWhenOpen)))
        }
        return false
    }

    private var plaintextBuffer: UnsafeMutableRawBufferPointer {
        if let plaintext { return plaintext }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
        plaintext = buffer
        return buffer
    }

    // MARK: To the peer

    /// Turns queued bytes into records as long as the stream below takes them.
    private func encrypt() {
        let engine = engine
        let lower = lower
        var isBroken = false
        while !output.isEmpty, !isBroken, lower.pendingOutput < Self.ciphertextLimit {
            output.drain { bytes in
                var taken = 0
                while taken < bytes.count, engine.channel.outbound.count < Self.ciphertextLimit {
                    guard let more = engine.write(UnsafeRawBufferPointer(rebasing: bytes[taken...])), more > 0 else {
                        isBroken = true
                        break
                    }
                    taken += more
                }
                return taken
            }
            flush()
        }
        if isBroken { return end(.tls(engine.failure(.failedWhenOpen))) }
        if pendingOutput > 0 { isDrainedPending = true }
    }

    private func flush() {
        guard !engine.channel.outbound.isEmpty else { return }
        lower.write(engine.channel.outbound)
        engine.channel.outbound = []
    }

    // MARK: Telling

    private func end(_ reason: StreamClosure) {
        switch state {
        case .ended, .closed: return
        case .handshaking, .open: break
        }
        // Our alert, if there is one, still goes out.
        flush()
        lower.close()
        output.removeAll()
        state = .ended(reason)
        loop.enqueue { [self] in deliverPending() }
    }

    private func deliverPending() {
        if isOpenedPending, let receiver {
            isOpenedPending = false
            receiver.streamOpened(self)
        }
        if isDrainedPending, case .open = state, pendingOutput == 0, let receiver {
            isDrainedPending = false
            receiver.streamDrained(self)
        }
        if case .ended(let reason) = state, let receiver {
            state = .closed
            self.receiver = nil
            receiver.stream(self, closed: reason)
        }
    }

    /// Goes on from the loop, never inside the assignment that allows it.
    private func resume() {
        updateLower()
        guard !isResumeQueued else { return }
        isResumeQueued = true
        loop.enqueue { [self] in
            isResumeQueued = false
            deliverPending()
            if case .open = state { read(UnsafeRawBufferPointer(start: nil, count: 0)) }
        }
    }

    /// A handshake goes on while nobody listens; bytes for nobody stay with the peer.
    private func updateLower() {
        switch state {
        case .handshaking: lower.isReadingPaused = false
        case .open: lower.isReadingPaused = isReadingPaused || receiver == nil
        case .ended, .closed: break
        }
    }
}

extension TLSStream: SecureStream {
    package func account(of cause: TLSFailure.Cause) -> TLSFailure { engine.account(of: cause) }
}

extension TLSStream: ByteStreamReceiver {
    package func streamOpened(_ stream: any ByteStream) { process(UnsafeRawBufferPointer(start: nil, count: 0)) }

    package func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) { read(bytes) }

    package func streamDrained(_ stream: any ByteStream) {
        guard case .open = state else { return }
        encrypt()
        deliverPending()
    }

    package func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        switch (state, reason) {
        case (.handshaking, .endOfStream), (.handshaking, .reset):
            end(.tls(engine.failure(.closedInHandshake)))
        default:
            end(reason)
        }
    }
}
