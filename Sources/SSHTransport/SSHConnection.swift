package import ByteTransport
internal import CLibSSH
internal import CLinux
package import Diagnosis
internal import Glibc

/// A connection to an SSH host, which is let in by its key and lets us in by ours, and its channels. The loop drives
/// libssh over a socket that does not block.
///
/// Until it is over, the loop keeps it. It ends with its last channel, or when `close` is called. There is no deadline
/// here.
package final class SSHConnection {
    private enum State {
        /// What carries it is being opened.
        case connecting
        case exchanging
        case judging
        case authenticating(SSHAuthentication)
        case up
        case over
    }

    let loop: EventLoop
    private let settings: SSHClientSettings
    private let questions: SSHClientQuestions
    private var state = State.connecting
    private var carrier: (any ByteStream)?
    private var relay: SSHRelay?
    private(set) var handle: SSHHandle?
    /// Of the same socket as libssh's, which libssh may close at any time.
    private var descriptor: Int32 = -1
    private var watch: DescriptorHandle?
    private var channels: [SSHChannelStream] = []
    private var isTurnPlanned = false
    private let libraryFailure: SecureShellFailure?
    /// What came before the host's greeting, the first of it, and how much of that was looked at last.
    private var opening: (bytes: [UInt8], last: Int) = ([], 0)
    /// Is told of each step that is done, once.
    package var onStep: SecureShellProgress.Observer?
    private var progress = SecureShellProgress()

    /// Begins.
    /// - Parameter carrier: leads to the host, and is the connection's from now on.
    package init(
        _ settings: SSHClientSettings, over carrier: any ByteStream, asking questions: SSHClientQuestions,
        on loop: EventLoop
    ) {
        self.settings = settings
        self.questions = questions
        self.loop = loop
        self.carrier = carrier
        // While the host's answer is on its way.
        libraryFailure = SSHLibrary.load()
        carrier.receiver = self
        if let libraryFailure { loop.enqueue { [self] in end(.secureShell(libraryFailure)) } }
    }

    /// A command there: its standard input and output are the stream. It begins when the host has let us in.
    package func execute(_ command: String) -> any ByteStream { add(SSHChannelStream(.command(command), of: self)) }

    /// The shell that the host has for people, on a terminal.
    package func shell(on terminal: SSHTerminal) -> any SSHShellStream {
        add(SSHChannelStream(.shell(terminal), of: self))
    }

    /// A connection that the host makes from there.
    package func forward(to host: String, port: UInt16) -> any ByteStream {
        add(SSHChannelStream(.forward(host: host, port: port), of: self))
    }

    /// Ends it and its channels; no event follows. Idempotent.
    package func close() {
        let channels = channels
        self.channels = []
        for channel in channels { channel.close() }
        release()
    }

    private func add(_ channel: SSHChannelStream) -> SSHChannelStream {
        if case .over = state {
            channel.lost(.secureShell(.ended(.up, words: "it is over")))
        } else {
            channels.append(channel)
            planTurn()
        }
        return channel
    }

    // MARK: what channels use

    /// What a program on the way seems to have said in the place of the host, which has not greeted us.
    var wordsOfCarrier: TunnelFailure? {
        handle?.isGreeted == true ? nil : carrier?.wordsOfCarrier ?? relay?.wordsOfCarrier
    }

    /// Looks soon at what can be done, from the loop.
    func planTurn() {
        guard !isTurnPlanned else { return }
        isTurnPlanned = true
        loop.enqueue { [self] in
            isTurnPlanned = false
            turn()
        }
    }

    func closed(_ channel: SSHChannelStream) {
        guard !channels.isEmpty else { return }
        channels.removeAll { $0 === channel }
        if channels.isEmpty { release() } else { updateInterest() }
    }

    // MARK: driving libssh

    private func begin(_ descriptor: Int32) {
        self.descriptor = descriptor
        let lent = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard lent >= 0, let handle = SSHHandle(lent, settings) else {
            return end(.system(call: "dup", errno: errno))
        }
        self.handle = handle
        guard handle.refusedKinds.isEmpty else {
            let kinds = handle.refusedKinds.joined(separator: ", ")
            return end(.secureShell(.broken(.keyExchange, words: "libssh knows none of the algorithms: \(kinds)")))
        }
        state = .exchanging
        watch = loop.watch(descriptor, for: []) { [self] _ in turn() }
        turn()
    }

    private func passed(_ step: SecureShellProgress.Step, _ words: String = "") {
        guard progress.reached.map({ $0 < step }) ?? true else { return }
        progress.pass(step)
        onStep?(step, words)
    }

    private func turn() {
        switch state {
        case .connecting, .judging, .over: return
        case .exchanging: exchange()
        case .authenticating(let authentication): authenticate(authentication)
        case .up: advance()
        }
        updateInterest()
    }

    /// For a failure that may come at any of them.
    private var stage: SecureShellFailure.Stage {
        switch state {
        case .connecting: .greeting
        case .exchanging, .judging: .keyExchange
        case .authenticating: .authentication
        case .up, .over: channels.contains(where: \.isOpen) ? .up : .command
        }
    }

    private func exchange() {
        guard let handle else { return }
        if !handle.isGreeted { noteOpening() }
        let result = ssh_connect(handle.session)
        // libssh has its sockets block once they are connected.
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        if handle.isGreeted { passed(.banner, handle.banner) }
        switch result {
        case SSH_AGAIN: break
        case SSH_OK:
            passed(.keyExchange)
            judge()
        default: end(reason(at: handle.isGreeted ? .keyExchange : .greeting))
        }
    }

    /// libssh keeps nothing of what is no greeting.
    private func noteOpening() {
        guard opening.bytes.count < OpeningWords.limit else { return }
        var bytes = [UInt8](repeating: 0, count: OpeningWords.limit)
        let count = recv(descriptor, &bytes, bytes.count, LINUX_MSG_PEEK | LINUX_MSG_DONTWAIT)
        guard count > 0 else { return }
        // It may not have read them yet.
        let known = opening.bytes.suffix(opening.last)
        if bytes.prefix(count).starts(with: known) { opening.bytes.removeLast(known.count) }
        opening = (opening.bytes + bytes.prefix(count), count)
    }

    private func judge() {
        guard let key = handle?.hostKey else { return end(reason(at: .keyExchange)) }
        state = .judging
        questions.isTrusted(key) { [weak self] refusal in
            guard let self, case .judging = state else { return }
            guard refusal == nil, let handle else {
                return loop.enqueue { [self] in if let refusal { end(.secureShell(.hostKey(refusal))) } }
            }
            passed(.hostKey)
            state = .authenticating(
                SSHAuthentication(handle, settings, asking: questions, on: loop) { [weak self] in self?.turn() })
            planTurn()
        }
    }

    private func authenticate(_ authentication: SSHAuthentication) {
        switch authentication.proceed() {
        case .again: break
        case .waiting: break
        case .denied(let denial): end(.secureShell(.denied(denial)))
        case .broken: end(reason(at: .authentication))
        case .letIn:
            state = .up
            passed(.authentication, "as \(settings.user)" + (authentication.shown.map { " with \($0)" } ?? ""))
            advance()
        }
    }

    /// Smaller packets are of no use to anybody but who means harm.
    private static let leastPacket: UInt32 = 256

    private func advance() {
        for channel in channels {
            guard let handle, case .up = state else { return }
            let isOpening = channels.contains { !$0.isOpen }
            if isOpening { _ = clibssh_watch_packet_size(1) }
            let progress = channel.advance(handle)
            if isOpening, clibssh_watch_packet_size(0) < Self.leastPacket {
                return end(.secureShell(.broken(.command, words: "it takes packets of a few bytes only")))
            }
            switch progress {
            case .idle: break
            case .more: planTurn()
            case .broken: return end(reason(at: channel.isOpen ? .up : .command))
            case .overrun:
                let stage: SecureShellFailure.Stage = channel.isOpen ? .up : .command
                return end(.secureShell(.broken(stage, words: "it sends more than the channel's window")))
            }
        }
        // The socket says nothing of them any more.
        if channels.contains(where: \.hasArrivals) { planTurn() }
    }

    private func updateInterest() {
        guard let watch, let handle else { return }
        var interest: DescriptorInterest = []
        switch state {
        case .connecting, .judging, .over: return watch.interest = []
        case .authenticating(let authentication) where authentication.isWaiting: return watch.interest = []
        case .exchanging, .authenticating: interest = .read
        case .up: if channels.contains(where: \.isReading) { interest = .read }
        }
        if handle.isWritePending {
            guard !handle.isFlooded else {
                return end(.secureShell(.broken(stage, words: "it asks without end, and does not take the answers")))
            }
            interest.insert(.write)
        }
        watch.interest = interest
    }

    /// Why libssh goes no further.
    private func reason(at stage: SecureShellFailure.Stage) -> StreamClosure {
        // A reset is an end that came while we had more to say.
        if let reason = relay?.ending, reason != .endOfStream, reason != .reset { return ofCarrier(reason) }
        if let words = wordsOfCarrier { return ofCarrier(.tunnel(words)) }
        let words = handle?.problem ?? ""
        var byte: UInt8 = 0
        // The rest of what came is still there where libssh did not like what came first.
        let count = recv(descriptor, &byte, 1, LINUX_MSG_PEEK | LINUX_MSG_DONTWAIT)
        let isEnd = count == 0 || count < 0 && errno != EAGAIN
        // It has said that it ends the connection, and may take its time to do so.
        let isSaid = words.contains("SSH_MSG_DISCONNECT")
        // A host that finds nothing in common either may be quicker to leave.
        let isNothingInCommon = words.contains("no match for method")
        let hasEnded = (isEnd || isSaid) && !isNothingInCommon
        let said = stage == .greeting ? OpeningWords.of(opening.bytes).map { "it says '\($0)'" } : nil
        return .secureShell(hasEnded ? .ended(stage, words: said ?? words) : .broken(stage, words: said ?? words))
    }

    private func end(_ reason: StreamClosure) {
        if case .over = state { return }
        let channels = channels
        self.channels = []
        if handle != nil { for channel in channels { channel.settle() } }
        release()
        for channel in channels { channel.lost(reason) }
    }

    private func release() {
        if case .authenticating(let authentication) = state { authentication.cancel() }
        state = .over
        onStep = nil
        watch?.cancel()
        watch = nil
        // Before the descriptor: it says goodbye.
        handle = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        carrier?.close()
        carrier = nil
        relay?.close()
        relay = nil
    }
}

extension SSHConnection: ByteStreamReceiver {
    package func streamOpened(_ stream: any ByteStream) {
        guard case .connecting = state, libraryFailure == nil else { return }
        carrier = nil
        passed(.tcp, (stream as? TCPStream)?.peerAddress?.description ?? "")
        if let descriptor = (stream as? TCPStream)?.takeDescriptor() { return begin(descriptor) }
        do throws(StreamClosure) {
            let (relay, descriptor) = try SSHRelay.make(for: stream, on: loop)
            self.relay = relay
            begin(descriptor)
        } catch {
            stream.close()
            end(error)
        }
    }

    package func streamDrained(_ stream: any ByteStream) {}
    package func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {}
    package func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        carrier = nil
        end(ofCarrier(reason))
    }

    private func ofCarrier(_ reason: StreamClosure) -> StreamClosure {
        settings.jump.map { .jump($0, reason) } ?? reason
    }
}
