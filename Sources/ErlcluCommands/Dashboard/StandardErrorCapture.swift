import ByteTransport
import Glibc

/// Takes what anybody in this process writes to standard error while a screen is up, where that is the same terminal:
/// a library would write over the screen.
@LoopActor
final class StandardErrorCapture {
    /// A longer line is cut.
    private static let lineLimit = 4096

    /// The terminal, to be put back.
    private let original: Int32
    private let reading: Int32
    private var watch: DescriptorHandle?
    private var partial: [UInt8] = []
    private let onLine: (String) -> Void

    /// - Returns: nil where standard error is no terminal, and stays as it is.
    init?(onLine: @escaping (String) -> Void) {
        self.onLine = onLine
        guard isatty(STDERR_FILENO) == 1 else { return nil }
        var ends: [Int32] = [-1, -1]
        // A writer must not wait for us: it is on this thread.
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        reading = ends[0]
        original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        guard original >= 0 else {
            for end in ends { close(end) }
            return nil
        }
        dup2(ends[1], STDERR_FILENO)
        close(ends[1])
        watch = LoopActor.loop.watch(reading, for: .read) { [weak self] _ in self?.take() }
    }

    /// Gives standard error back.
    func end() {
        guard let watch else { return }
        take()
        watch.cancel()
        self.watch = nil
        dup2(original, STDERR_FILENO)
        close(original)
        close(reading)
        if !partial.isEmpty { hand(over: partial) }
    }

    private func take() {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(reading, &chunk, chunk.count)
            guard count > 0 else { return }
            partial += chunk[..<count]
            while let end = partial.firstIndex(of: 0x0A) {
                hand(over: Array(partial[..<end]))
                partial.removeSubrange(...end)
            }
            if partial.count > Self.lineLimit {
                hand(over: partial)
                partial = []
            }
        }
    }

    private func hand(over line: [UInt8]) {
        onLine(String(decoding: line.prefix(Self.lineLimit), as: UTF8.self))
    }
}
