internal import ByteTransport
internal import CLibSSH
internal import Diagnosis

/// One channel of an SSH connection.
final class SSHChannelStream: SSHShellStream {
    enum Purpose {
        case command(String)
        case shell(SSHTerminal)
        case forward(host: String, port: UInt16)
    }

    enum Progress {
        case idle
        /// There may be more to do now.
        case more
        /// The connection is over.
        case broken
        /// The host sends more than it may.
        case overrun
    }

    private enum State {
        /// For its turn in the connection.
        case waiting
        case opening(OpaquePointer)
        /// A terminal is asked for.
        case preparing(OpaquePointer)
        case requesting(OpaquePointer)
        case open(OpaquePointer)
        /// The host sends nothing any more; how its command has ended may follow.
        case ending(OpaquePointer)
        /// Over, but the receiver does not know yet.
        case ended(StreamClosure)
        case closed
    }

    /// How long the word how a command has ended may take.
    private static let patience = Duration.milliseconds(500)
    /// Other channels have their turn in between.
    private static let readsATurn = 64
    private static let chunk = 128 * 1024

    private var purpose: Purpose
    private weak var connection: SSHConnection?
    private let loop: EventLoop
    private var state = State.waiting {
        didSet { updateInput() }
    }
    private var input: SSHChannelInput?
    private var output = OutputQueue()
    private var isDrainedPending = false
    private var timer: TimerHandle?

    init(_ purpose: Purpose, of connection: SSHConnection) {
        self.purpose = purpose
        self.connection = connection
        loop = connection.loop
    }

    var receiver: (any ByteStreamReceiver)? {
        didSet {
            updateInput()
            if receiver != nil { wake() }
        }
    }

    var isReadingPaused = false {
        didSet {
            guard isReadingPaused != oldValue else { return }
            updateInput()
            wake()
        }
    }

    var pendingOutput: Int { output.count }

    var wordsOfCarrier: TunnelFailure? { connection?.wordsOfCarrier }

    func write(_ bytes: consuming [UInt8]) {
        switch state {
        case .waiting, .opening, .preparing, .requesting, .open:
            output.append(bytes)
            wake()
        case .ending, .ended, .closed: break
        }
    }

    func close() {
        if case .closed = state { return }
        flush()
        input?.drop()
        if let channel, connection?.handle != nil {
            ssh_channel_close(channel)
            ssh_channel_free(channel)
        }
        finish()
        connection?.closed(self)
    }

    func resize(columns: Int, rows: Int) {
        guard case .shell(let terminal) = purpose else { return }
        purpose = .shell(SSHTerminal(kind: terminal.kind, columns: columns, rows: rows))
        guard case .open(let channel) = state, connection?.handle != nil else { return }
        // No answer is waited for.
        ssh_channel_change_pty_size(channel, Int32(columns), Int32(rows))
        wake()
    }

    /// Hands on what is queued, as far as that needs no waiting.
    func flush() {
        if case .open(let channel) = state, let handle = connection?.handle { _ = flush(channel, handle) }
    }

    private func finish() {
        state = .closed
        timer?.cancel()
        timer = nil
        receiver = nil
        output.removeAll()
        _ = input?.takeRest()
    }

    /// From the loop: no event comes inside a call of the user.
    private func wake() {
        if case .ended = state { return loop.enqueue { [self] in report() } }
        connection?.planTurn()
    }

    private func updateInput() {
        var isOpen = false
        if case .open = state { isOpen = true }
        input?.isTaking = isOpen && receiver != nil && !isReadingPaused
    }

    private var channel: OpaquePointer? {
        switch state {
        case .opening(let channel), .preparing(let channel), .requesting(let channel), .open(let channel),
            .ending(let channel):
            channel
        case .waiting, .ended, .closed: nil
        }
    }

    // MARK: for the connection

    var isOpen: Bool {
        switch state {
        case .open, .ending: true
        case .waiting, .opening, .preparing, .requesting, .ended, .closed: false
        }
    }

    /// Whether it wants what the host sends.
    var isReading: Bool { !isOpen || !isReadingPaused && receiver != nil }

    /// Whether something has come, in the turn of another channel perhaps, that the receiver would take.
    var hasArrivals: Bool {
        guard case .open = state, let input else { return false }
        return input.isTaking && !input.isEmpty
    }

    /// The connection is about to be over, and libssh knows still what has come. A host may say in one breath that a command
    /// has ended and that it ends the connection, as `ssh:daemon` does where exec is switched off: then the command's end
    /// counts.
    func settle() {
        switch state {
        case .requesting(let channel), .open(let channel):
            if ssh_channel_is_eof(channel) != 0 { state = .ending(channel) }
        case .waiting, .opening, .preparing, .ending, .ended, .closed: break
        }
    }

    /// The connection is over.
    func lost(_ reason: StreamClosure) {
        switch state {
        case .ended, .closed: return
        case .ending: end(reason: ending(nil))
        case .waiting, .opening, .preparing, .requesting, .open: end(reason: reason)
        }
    }

    /// Goes as far as it can without waiting. The connection is up.
    func advance(_ handle: SSHHandle) -> Progress {
        let progress = proceed(handle)
        // Whatever it waits for: bytes may come before any answer.
        return channel != nil && input?.isOverrun == true ? .overrun : progress
    }

    private func proceed(_ handle: SSHHandle) -> Progress {
        while true {
            switch state {
            case .waiting:
                guard let channel = ssh_channel_new(handle.session) else { return .broken }
                input = SSHChannelInput(of: channel, handle)
                state = .opening(channel)
            case .opening(let channel):
                guard let progress = settled(openOnce(channel), handle) else { break }
                return progress
            case .preparing(let channel):
                guard case .shell(let terminal) = purpose else { return .broken }
                let (columns, rows) = (Int32(terminal.columns), Int32(terminal.rows))
                let result = ssh_channel_request_pty_size(channel, terminal.kind, columns, rows)
                guard let progress = settled(result, handle) else { break }
                return progress
            case .requesting(let channel):
                guard let progress = settled(requestOnce(channel), handle) else { break }
                return progress
            case .open(let channel): return transfer(channel, handle)
            case .ending(let channel): return awaitStatus(channel, handle)
            case .ended, .closed: return .idle
            }
        }
    }

    private func openOnce(_ channel: OpaquePointer) -> Int32 {
        switch purpose {
        case .command, .shell: ssh_channel_open_session(channel)
        case .forward(let host, let port): ssh_channel_open_forward(channel, host, Int32(port), "127.0.0.1", 0)
        }
    }

    private func requestOnce(_ channel: OpaquePointer) -> Int32 {
        switch purpose {
        case .command(let command): ssh_channel_request_exec(channel, command)
        case .shell: ssh_channel_request_shell(channel)
        case .forward: SSH_OK
        }
    }

    /// What follows a step that is done; nil: the channel is open.
    private var nextStep: State? {
        switch (state, purpose) {
        case (.opening(let channel), .command), (.preparing(let channel), _): .requesting(channel)
        case (.opening(let channel), .shell): .preparing(channel)
        default: nil
        }
    }

    /// - Returns: nil where the next step is to be made.
    private func settled(_ result: Int32, _ handle: SSHHandle) -> Progress? {
        switch result {
        case SSH_AGAIN: return .idle
        case SSH_OK:
            if let nextStep {
                state = nextStep
                return nil
            }
            guard let channel else { return .broken }
            state = .open(channel)
            receiver?.streamOpened(self)
            // What the connection thinks of the answer comes before bytes.
            return .more
        default:
            guard handle.isConnected else { return .broken }
            end(reason: .secureShell(refusal(handle.problem)))
            return .idle
        }
    }

    private func refusal(_ words: String) -> SecureShellFailure {
        switch purpose {
        case .command, .shell: return .commandRefused(words: words)
        case .forward(let host, let port):
            return .forwardRefused(to: host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)", words: words)
        }
    }

    // MARK: bytes

    private func transfer(_ channel: OpaquePointer, _ handle: SSHHandle) -> Progress {
        let progress = read(channel, handle)
        guard case .open = state else { return progress }
        if case .broken = progress { return progress }
        guard flush(channel, handle) else { return handle.isConnected ? .idle : .broken }
        if isDrainedPending, output.isEmpty {
            isDrainedPending = false
            receiver?.streamDrained(self)
        }
        return progress
    }

    private func read(_ channel: OpaquePointer, _ handle: SSHHandle) -> Progress {
        let buffer = loop.readBuffer
        for _ in 0..<Self.readsATurn {
            let arrivals = input?.arrivals
            // Each of these takes what the socket has, for all channels; what comes goes to the inputs.
            let complaint = ssh_channel_read_nonblocking(channel, buffer.baseAddress, UInt32(buffer.count), 1)
            if complaint == SSH_ERROR, !handle.isConnected { return .broken }
            guard handOver() else { return .idle }
            // What libssh has kept while nothing was taken.
            let count = ssh_channel_read_nonblocking(channel, buffer.baseAddress, UInt32(buffer.count), 0)
            if count > 0 {
                input?.wereRead(Int(count))
                receiver?.stream(self, received: UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]))
            }
            // What came before a goodbye is handed over when the end is told.
            if count == SSH_ERROR, !handle.isConnected { return .broken }
            guard handOver() else { return .idle }
            switch count {
            case 1...: break
            case 0, SSH_AGAIN:
                if input?.arrivals == arrivals { return .idle }
            case SSH_EOF: return begunToEnd(channel)
            default:
                return handle.isConnected && ssh_channel_is_closed(channel) != 0 ? begunToEnd(channel) : .broken
            }
        }
        return .more
    }

    /// Gives the receiver what has been taken.
    /// - Returns: whether it takes more.
    private func handOver() -> Bool {
        guard case .open = state, let receiver, !isReadingPaused else { return false }
        guard let bytes = input?.takeAll(), !bytes.isEmpty else { return true }
        bytes.withUnsafeBytes { receiver.stream(self, received: $0) }
        guard case .open = state else { return false }
        return self.receiver != nil && !isReadingPaused
    }

    /// - Returns: false where the channel takes nothing.
    private func flush(_ channel: OpaquePointer, _ handle: SSHHandle) -> Bool {
        var isTaken = true
        output.drain { bytes in
            let room = min(bytes.count, Int(ssh_channel_window_size(channel)), Self.chunk)
            guard room > 0, !handle.isWritePending else { return nil }
            let count = ssh_channel_write(channel, bytes.baseAddress, UInt32(room))
            guard count >= 0 else {
                isTaken = false
                return nil
            }
            isDrainedPending = true
            return Int(count)
        }
        return isTaken
    }

    // MARK: ends

    private func begunToEnd(_ channel: OpaquePointer) -> Progress {
        state = .ending(channel)
        timer = loop.schedule(at: .now + Self.patience) { [self] in end(reason: ending(nil)) }
        return .more
    }

    private func awaitStatus(_ channel: OpaquePointer, _ handle: SSHHandle) -> Progress {
        let status = ssh_channel_get_exit_status(channel)
        if status >= 0 || ssh_channel_is_closed(channel) != 0 {
            end(reason: ending(status >= 0 ? status : nil))
        } else if !handle.isConnected {
            return .broken
        }
        return .idle
    }

    private func ending(_ status: Int32?) -> StreamClosure {
        let words = input?.lastWords ?? ""
        return status ?? 0 == 0 && words.isEmpty
            ? .endOfStream : .secureShell(.exited(status: status, words: words))
    }

    private func end(reason: StreamClosure) {
        input?.drop()
        if let channel, connection?.handle != nil { ssh_channel_free(channel) }
        timer?.cancel()
        timer = nil
        output.removeAll()
        state = .ended(reason)
        connection?.closed(self)
        loop.enqueue { [self] in report() }
    }

    private func report() {
        guard case .ended(let reason) = state, let receiver else { return }
        // What came before the end is told before it, when the receiver takes it.
        if let input, input.hasRest {
            if isReadingPaused { return }
            input.takeRest().withUnsafeBytes { receiver.stream(self, received: $0) }
            // It may have closed the stream.
            guard case .ended = state else { return }
        }
        finish()
        receiver.stream(self, closed: reason)
    }
}
