internal import CLinux
import Glibc

/// A file that gets secrets, or what was seen: nobody but us may read it, and nobody has laid it out for us.
package enum PrivateFile {
    /// What becomes of what is in it already.
    package enum Start: Sendable {
        case anew
        case appended
    }

    /// Why it is not written.
    package enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        case system(errno: Int32)
        /// A symbolic link: whoever made it chose the file.
        case link
        /// Somebody else owns it, and reads it.
        case stranger

        package var description: String {
            switch self {
            case .system(let errno): SystemError.text(errno)
            case .link: "it is a symbolic link, which is not followed; name the file itself"
            case .stranger: "it belongs to another user, who could read what is written; take another file"
            }
        }
    }

    /// Opens a file for writing, and makes it where there is none, for its owner only. One that others may read is made
    /// private first. Pipes and devices are taken as they are.
    /// - Returns: a descriptor, which is the caller's.
    package static func open(_ path: String, _ start: Start) throws(Refusal) -> Int32 {
        // Links too, and of nobody's making: the process's own descriptors, and a shell's `>(...)`.
        let isOwn = ["/dev/fd/", "/dev/stdout", "/dev/stderr", "/proc/self/fd/"].contains { path.hasPrefix($0) }
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (isOwn ? 0 : O_NOFOLLOW) | (start == .appended ? O_APPEND : 0)
        let descriptor = Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else { throw errno == ELOOP ? .link : .system(errno: errno) }
        do throws(Refusal) {
            try claim(descriptor)
            if start == .anew, !isOwn, isRegular(descriptor), ftruncate(descriptor, 0) != 0 {
                throw .system(errno: errno)
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func claim(_ descriptor: Int32) throws(Refusal) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .system(errno: errno) }
        guard facts.st_mode & S_IFMT == S_IFREG else { return }
        guard facts.st_uid == geteuid() else { throw .stranger }
        if facts.st_mode & 0o077 != 0, fchmod(descriptor, 0o600) != 0 { throw .system(errno: errno) }
    }

    private static func isRegular(_ descriptor: Int32) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }
}

/// What the process holds in memory is nobody else's: no core dump is written, and no other process of the user may look
/// into it (prctl(2), PR_SET_DUMPABLE).
package enum ProcessSecrecy {
    package static func begin() { linux_set_dumpable(0) }
}
