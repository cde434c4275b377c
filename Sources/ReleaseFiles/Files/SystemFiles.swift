import Glibc

/// The machine's own files.
package struct SystemFiles: FileSource {
    package init() {}

    package func read(_ path: String) throws(FileFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw failure(path, EISDIR) }
        guard status.st_size <= FileLimit.bytes else { throw failure(path, EFBIG) }
        if status.st_mode & S_IFMT != S_IFREG {
            // Nothing hung in open(2); but what a shell's `<(...)` writes takes its time to come.
            let flags = fcntl(descriptor, F_GETFL)
            guard flags >= 0, fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) == 0 else { throw failure(path) }
        }
        var bytes: [UInt8] = []
        // A cookie is twenty bytes: a page for it, where 64 KiB of zeros would cost the start seventeen.
        let expected = Int(clamping: status.st_size) &+ 1
        var chunk = [UInt8](repeating: 0, count: max(512, min(expected, 64 << 10)))
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(path)
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= FileLimit.bytes else { throw failure(path, EFBIG) }
        }
    }

    package func status(_ path: String) -> FileStatus? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let kind = status.st_mode & S_IFMT
        return FileStatus(
            isRegular: kind == S_IFREG, isDirectory: kind == S_IFDIR, permissions: Int(status.st_mode & 0o777),
            owner: status.st_uid)
    }

    package func realPath(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    package func entries(of directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private func failure(_ path: String, _ code: Int32 = errno) -> FileFailure {
        FileFailure(path: path, errno: code)
    }
}
