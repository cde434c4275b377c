import Foundation
package import Glibc

/// A directory of its own, removed with everything in it when the last reference goes, or with the test run.
package final class TemporaryDirectory: Sendable {
    package let path: String

    /// - Parameter parent: where to make it; the system's directory for such things by default.
    package init(in parent: String? = nil) throws {
        let parent = parent ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/erlclu-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        guard let made else { throw FixtureFailure("mkdtemp in \(parent): \(String(cString: strerror(errno)))") }
        path = made
        Leftovers.shared.add(made)
    }

    deinit { Leftovers.shared.remove(path) }

    /// The path of `name` in it.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes `text`, readable by the owner only unless `mode` says otherwise.
    /// - Returns: the file's path.
    @discardableResult
    package func write(_ text: String, to name: String, mode: mode_t = 0o600) throws -> String {
        try write(Array(text.utf8), to: name, mode: mode)
    }

    @discardableResult
    package func write(_ bytes: [UInt8], to name: String, mode: mode_t = 0o600) throws -> String {
        let path = file(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        chmod(path, mode)
        return path
    }
}

/// The directories that are still there; static ones are never released.
private final class Leftovers: @unchecked Sendable {
    static let shared = Leftovers()
    private let lock = NSLock()
    private var paths: Set<String> = []

    private init() { atexit { Leftovers.shared.removeAll() } }

    func add(_ path: String) { lock.withLock { _ = paths.insert(path) } }

    func remove(_ path: String) {
        lock.withLock { _ = paths.remove(path) }
        try? FileManager.default.removeItem(atPath: path)
    }

    private func removeAll() { for path in lock.withLock({ paths }) { remove(path) } }
}
