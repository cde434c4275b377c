internal import Glibc

/// What a program has started.
enum ProcessFamily {
    /// More are not looked for: each of them costs a look into files.
    private static let limit = 256

    /// Its children, and theirs, as far as none between has ended. Where the system does not tell (`/proc`), there are
    /// none.
    static func descendants(of number: Int32) -> [Int32] {
        var found: [Int32] = []
        var next = [number]
        while let process = next.popLast(), found.count < limit {
            let children = children(of: process).filter { !found.contains($0) }
            found += children
            next += children
        }
        return found
    }

    /// Each thread has its own.
    private static func children(of process: Int32) -> [Int32] {
        let directory = "/proc/\(process)/task"
        guard let threads = opendir(directory) else { return [] }
        defer { closedir(threads) }
        var found: [Int32] = []
        while let entry = readdir(threads) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard Int32(name) != nil else { continue }
            found += text("\(directory)/\(name)/children").split(separator: " ").compactMap { Int32($0) }
        }
        return found
    }

    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = read(file, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
    }
}
