import Glibc

/// Whether a file is what root or the caller put there: nobody else can have changed it, or one of the folders above.
enum TrustedPath {
    struct Status {
        var owner: uid_t
        var mode: mode_t

        var isRegular: Bool { mode & S_IFMT == S_IFREG }
        var isLink: Bool { mode & S_IFMT == S_IFLNK }
    }

    /// As many as Linux follows.
    private static let linkLimit = 40

    /// Goes the way to a file as the system does, link by link.
    ///
    /// - Parameters:
    ///   - path: absolute.
    ///   - status: of what stands there, which may be a symbolic link.
    ///   - target: of a symbolic link.
    /// - Returns: what speaks against it; nil for nothing.
    static func fault(
        of path: String, caller: uid_t = geteuid(), status: (String) -> Status? = TrustedPath.status,
        target: (String) -> String? = TrustedPath.target
    ) -> String? {
        guard path.hasPrefix("/") else { return "\(path) is not there" }
        var folders: ArraySlice<String> = []
        var names = Array(path.split(separator: "/").map(String.init).reversed())
        var links = 0
        var place = "/"
        while true {
            guard let found = status(place) else { return "\(place) is not there" }
            if found.owner != 0, found.owner != caller { return "\(place) belongs to user \(found.owner)" }
            if found.isLink {
                links += 1
                guard links <= linkLimit, let way = target(place) else { return "\(place) leads nowhere" }
                folders = way.hasPrefix("/") ? [] : folders.dropLast()
                names += way.split(separator: "/").map(String.init).reversed()
            } else if found.mode & (S_IWGRP | S_IWOTH) != 0 {
                return "others can write \(place)"
            } else if names.isEmpty {
                return found.isRegular ? nil : "\(path) is no regular file"
            }
            // What is left to go begins in the folder that was reached.
            guard let name = names.popLast() else { return "\(path) is no regular file" }
            switch name {
            case ".": break
            case "..": folders = folders.dropLast()
            default: folders.append(name)
            }
            place = "/" + folders.joined(separator: "/")
        }
    }

    /// Of a symbolic link itself, not of what it leads to.
    static func status(_ path: String) -> Status? {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return nil }
        return Status(owner: facts.st_uid, mode: facts.st_mode)
    }

    static func target(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return nil }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The path without links; nil where nothing is there.
    static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
