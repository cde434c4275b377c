import Glibc

/// Whether a file is what root or the caller put there: nobody else can have changed it, or one of the folders above.
enum TrustedPath {
    struct Status {
        var owner: uid_t
        var mode: mode_t

        var isRegular: Bool { mode & S_IFMT == S_IFREG }
    }

    /// - Parameters:
    ///   - path: absolute.
    ///   - status: follows symbolic links, as whoever opens the file does.
    /// - Returns: what speaks against it; nil for nothing.
    static func fault(
        of path: String, caller: uid_t = geteuid(), status: (String) -> Status? = TrustedPath.status,
        resolve: (String) -> String? = TrustedPath.resolved
    ) -> String? {
        guard path.hasPrefix("/"), let real = resolve(path) else { return "\(path) is not there" }
        guard let file = status(real), file.isRegular else { return "\(path) is no regular file" }
        // A link may be put in the place of what a path goes through, and of what it ends at.
        for path in Set(ways(to: path) + ways(to: real)).sorted() {
            guard let found = status(path) else { return "\(path) is not there" }
            if found.owner != 0, found.owner != caller { return "\(path) belongs to user \(found.owner)" }
            if found.mode & (S_IWGRP | S_IWOTH) != 0 { return "others can write \(path)" }
        }
        return nil
    }

    /// A path and every folder above it.
    private static func ways(to path: String) -> [String] {
        var ways = ["/"]
        var way = ""
        for name in path.split(separator: "/") {
            way += "/" + name
            ways.append(way)
        }
        return ways
    }

    static func status(_ path: String) -> Status? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return Status(owner: facts.st_uid, mode: facts.st_mode)
    }

    static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
