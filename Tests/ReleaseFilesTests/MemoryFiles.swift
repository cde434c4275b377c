import ErlcluTestSupport

@testable import ReleaseFiles

/// Files in a dictionary; directories exist by what is in them.
struct MemoryFiles: FileSource {
    var contents: [String: [UInt8]] = [:]
    var permissions: [String: Int] = [:]
    /// Files that are there and cannot be read.
    var unreadable: Set<String> = []
    /// Of all of them.
    var owner: UInt32 = 0

    init(_ texts: [String: String] = [:]) {
        for (path, text) in texts { contents[path] = Array(text.utf8) }
    }

    func read(_ path: String) throws(FileFailure) -> [UInt8] {
        if unreadable.contains(path) { throw FileFailure(path: path, errno: 13) }
        guard let bytes = contents[path] else {
            throw FileFailure(path: path, errno: 2)
        }
        return bytes
    }

    func status(_ path: String) -> FileStatus? {
        if contents[path] != nil {
            return FileStatus(
                isRegular: true, isDirectory: false, permissions: permissions[path] ?? 0o600, owner: owner)
        }
        guard contents.keys.contains(where: { $0.hasPrefix(path + "/") }) else { return nil }
        return FileStatus(isRegular: false, isDirectory: true, permissions: 0o755)
    }

    func entries(of directory: String) -> [String] {
        let inside = contents.keys.filter { $0.hasPrefix(directory + "/") }
        return Set(inside.map { String($0.dropFirst(directory.count + 1).prefix { $0 != "/" }) }).sorted()
    }
}

extension SeededGenerator {
    /// Some bytes of a text replaced, and its end cut off.
    mutating func mutated(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1..<5, using: &self) {
            bytes[Int.random(in: 0..<bytes.count, using: &self)] = UInt8.random(in: 0...255, using: &self)
        }
        if Bool.random(using: &self) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &self)) }
        return bytes
    }
}
