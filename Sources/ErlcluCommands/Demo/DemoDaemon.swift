import ByteTransport
import CLinux
import Glibc

/// An erlclud of a demo, and what it logs. It is ended with this process, however that ends.
@LoopActor
final class DemoDaemon {
    let name: String
    /// What it has said so far, up to a limit.
    private(set) var lines: [String] = []
    private(set) var hasEnded = false
    private let number: Int32
    private let errors: Int32
    private let onLine: (String) -> Void
    private var rest: [UInt8] = []
    private var watch: DescriptorHandle?
    private var news: Promise<Void>?
    private var isReaped = false

    /// What it says at its start is what is waited for; much later nobody looks.
    private static let linesLimit = 1000

    /// - Parameters:
    ///   - command: the program and its arguments.
    ///   - variables: all of its environment.
    init(
        _ name: String, _ command: [String], variables: [String: String], onLine: @escaping (String) -> Void
    ) throws(CommandFailure) {
        self.name = name
        self.onLine = onLine
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { throw DemoCluster.failure("pipe", errno) }
        errors = ends[0]
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer {
            close(ends[1])
            close(nothing)
        }
        do throws(CommandFailure) {
            number = try DemoCluster.start(
                ["env", "-i"] + variables.map { "\($0.key)=\($0.value)" } + command, [nothing, nothing, ends[1]],
                group: LINUX_GROUP_OWN, death: SIGKILL)
        } catch {
            close(ends[0])
            throw error
        }
        _ = fcntl(errors, F_SETFL, O_NONBLOCK)
        watch = LoopActor.loop.watch(errors, for: .read) { [weak self] _ in self?.read() }
    }

    /// Waits until it has said a line that is meant.
    /// - Returns: the line; nil where it has ended, or the time is over.
    func line(until deadline: Instant?, _ isMeant: (String) -> Bool) async -> String? {
        var seen = 0
        while true {
            if let line = lines[seen...].first(where: isMeant) { return line }
            seen = lines.count
            guard !hasEnded else { return nil }
            let news = Promise<Void>()
            self.news = news
            guard case .value = await news.value(until: deadline) else { return nil }
        }
    }

    /// Ends it at once: it has nothing to tidy up. Idempotent.
    func end() {
        guard !isReaped else { return }
        isReaped = true
        kill(number, SIGKILL)
        while waitpid(number, nil, 0) < 0, errno == EINTR {}
        closeErrors()
    }

    private func closeErrors() {
        guard let watch else { return }
        watch.cancel()
        self.watch = nil
        close(errors)
        hasEnded = true
        news?.fulfil(())
    }

    private func read() {
        let buffer = LoopActor.loop.readBuffer
        let count = Glibc.read(errors, buffer.baseAddress, buffer.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return closeErrors() }
        rest += buffer[..<count]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest.removeSubrange(...end)
            if lines.count < Self.linesLimit { lines.append(line) }
            onLine(line)
        }
        news?.fulfil(())
    }
}
