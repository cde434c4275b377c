import Glibc

/// Output to a terminal, a pipe, a socket or a file. Nobody waits for its reader: what the reader does not take is
/// queued, and the loop writes it when there is room.
///
/// The queue has no hard limit, but a bound for those who keep to it: while the stream is full, `EventLoop.outputPressure`
/// is high, and whoever produces without end waits with `awaitRoom` or `onRoom`.
package final class OutputStream {
    /// Above so many bytes the stream is full.
    package static let fullMark = 1 << 20
    /// It has room again at so many: half full, and the reader would run dry between two turns.
    private static let roomMark = 256 << 10
    /// How long a command that is to end waits for a reader that takes nothing.
    private static let lastPatience = Duration.milliseconds(300)

    private let descriptor: Int32
    private let loop: EventLoop
    private let endsWithReader: Bool
    private let mayReopen: Bool
    private lazy var way = OutputWay(to: descriptor, mayReopen: mayReopen)
    private var queue = OutputQueue()
    private var watch: DescriptorHandle?
    private var waiting: [() -> Void] = []
    /// Who waits until some of the queue has gone, or the stream has failed.
    private var onProgress: (() -> Void)?
    /// errno of what went wrong; 0 so far. Nothing is written after it.
    package private(set) var failure: Int32 = 0
    /// Whether `awaitEnd` gives up a reader that takes nothing for 300 ms. It may change at any time.
    package var isHurried = false {
        didSet { onProgress?() }
    }
    /// Called once, when `failure` is set.
    package var onFailure: ((_ errno: Int32) -> Void)?
    package private(set) var isFull = false

    /// - Parameters:
    ///   - descriptor: stays the caller's, and is open for as long as this object lives.
    ///   - endsWithReader: once something was written to a pipe, SIGPIPE comes as soon as its last reader has closed it,
    ///     and not only with the next write.
    package convenience init(_ descriptor: Int32, on loop: EventLoop, endsWithReader: Bool = false) {
        self.init(descriptor, on: loop, endsWithReader: endsWithReader, mayReopen: true)
    }

    /// - Parameter mayReopen: false as if the system refused to open the file again.
    init(_ descriptor: Int32, on loop: EventLoop, endsWithReader: Bool, mayReopen: Bool) {
        self.descriptor = descriptor
        self.loop = loop
        self.endsWithReader = endsWithReader
        self.mayReopen = mayReopen
    }

    deinit {
        watch?.cancel()
        if isFull { loop.outputPressure.streamHasRoom() }
        // Without a watch nothing was written, or the way is one that has nothing to close.
        if hasWritten { way.close() }
    }

    private var hasWritten = false

    /// Bytes that wait for the reader.
    package var pending: Int { queue.count }

    /// Writes what can be written at once, and queues the rest.
    /// - Returns: `failure`.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Int32 {
        guard failure == 0, !bytes.isEmpty else { return failure }
        hasWritten = true
        let wasIdle = queue.isEmpty
        queue.append(bytes)
        if wasIdle { send() }
        if failure == 0, !isFull, queue.count > Self.fullMark {
            isFull = true
            loop.outputPressure.streamIsFull()
        }
        return failure
    }

    /// Looks from now on for a reader that leaves, also while nothing has been written yet (see `endsWithReader`).
    package func watchReader() {
        guard failure == 0, !hasWritten else { return }
        hasWritten = true
        updateWatch()
    }

    /// Calls `action` once there is room, at once where there is, or when the stream has failed.
    package func onRoom(_ action: @escaping () -> Void) {
        if isFull { waiting.append(action) } else { action() }
    }

    /// Waits until there is room or the stream has failed, until `deadline`, or until the task is cancelled.
    /// - Returns: whether it is full no more.
    @LoopActor @discardableResult
    package func awaitRoom(until deadline: Instant? = nil) async -> Bool {
        guard isFull else { return true }
        let room = Promise<Void>()
        onRoom { room.fulfil(()) }
        _ = await room.value(until: deadline)
        return !isFull
    }

    /// As `drain`, in a task of the loop; a cancelled one does not wait. One task at a time.
    @LoopActor
    package func awaitEnd() async {
        while !queue.isEmpty {
            let progress = Promise<Void>()
            onProgress = { progress.fulfil(()) }
            defer { onProgress = nil }
            switch await progress.value(until: isHurried ? .now + Self.lastPatience : nil) {
            case .value: continue
            case .deadline: fail(SystemError.givenUp)
            case .cancelled: return
            }
        }
    }

    /// Runs the loop until all is written, for the end of a command. Tasks and handlers of the loop cannot wait so.
    /// - Parameters:
    ///   - deadline: when the command is to end; nil where nobody has said so.
    ///   - isHurried: asked again and again: whether the command is to end now. Then, and behind the deadline, a reader
    ///     that takes nothing for 300 ms is given up, with `SystemError.givenUp`.
    /// - Returns: `failure`.
    package func drain(until deadline: Instant? = nil, isHurried: () -> Bool) -> Int32 {
        guard !loop.isRunning else { return failure }
        while !queue.isEmpty {
            let before = queue.count
            let isLast = isHurried() || deadline.map { $0 <= .now } ?? false
            _ = loop.run(until: isLast ? .now + Self.lastPatience : deadline) {
                queue.count != before || !isLast && isHurried()
            }
            if isLast, queue.count == before { fail(SystemError.givenUp) }
        }
        return failure
    }

    // MARK: writing

    private func send() {
        let before = queue.count
        var (error, goesOn) = (Int32(0), true)
        let way = way
        while goesOn, !queue.isEmpty {
            goesOn = false
            queue.drain { bytes in
                let sent = way.write(bytes)
                goesOn = sent > 0 || sent < 0 && errno == EINTR
                if sent < 0, errno != EINTR, errno != EAGAIN { error = errno }
                return sent < 0 ? nil : sent
            }
        }
        if error != 0 { return fail(error) }
        if queue.count < before { onProgress?() }
        if isFull, queue.count <= Self.roomMark { makeRoom() }
        updateWatch()
    }

    private func makeRoom() {
        isFull = false
        loop.outputPressure.streamHasRoom()
        let actions = waiting
        waiting = []
        for action in actions { action() }
    }

    private func fail(_ error: Int32) {
        failure = error
        queue.removeAll()
        watch?.cancel()
        watch = nil
        if isFull { makeRoom() }
        onProgress?()
        onFailure?(error)
        onFailure = nil
    }

    private func updateWatch() {
        var interest: DescriptorInterest = []
        if !queue.isEmpty { interest = .write } else if endsWithReader, way.hasReader { interest = .failure }
        if let watch {
            watch.interest = interest
        } else if !interest.isEmpty {
            watch = loop.watch(way.descriptor, for: interest) { [weak self] _ in self?.isReady() }
        }
    }

    private func isReady() {
        if !queue.isEmpty { return send() }
        // As a write would end: by the signal, or, where that is ignored, with its errno.
        raise(SIGPIPE)
        fail(EPIPE)
    }
}
