import ByteTransport
import Glibc

/// Looks at files again and again, and reports once they have changed and stay as they are for one look: a pair of files
/// is not replaced in one step. Links are followed, since a volume of Kubernetes is replaced by one.
final class FileWatch {
    private static let interval = Duration.seconds(2)

    private struct Stamp: Hashable {
        var device: UInt
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    private let loop: EventLoop
    private let paths: () -> [String]
    private let changed: () -> Void
    private var reported: [Stamp?]
    private var last: [Stamp?]
    private var timer: TimerHandle?

    /// - Parameter paths: is asked at each look.
    init(_ paths: @escaping () -> [String], on loop: EventLoop, changed: @escaping () -> Void) {
        self.loop = loop
        self.paths = paths
        self.changed = changed
        reported = Self.stamps(paths())
        last = reported
        lookLater()
    }

    func stop() { timer?.cancel() }

    private func lookLater() {
        timer = loop.schedule(at: .now + Self.interval) { [weak self] in self?.look() }
    }

    private func look() {
        lookLater()
        let now = Self.stamps(paths())
        defer { last = now }
        guard now == last, now != reported else { return }
        changed()
        // The list of files may be another one now.
        reported = Self.stamps(paths())
        last = reported
    }

    private static func stamps(_ paths: [String]) -> [Stamp?] {
        paths.map { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            return Stamp(
                device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
                seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
        }
    }
}
