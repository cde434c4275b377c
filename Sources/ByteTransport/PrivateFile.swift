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
        /// A named pipe without a reader: waiting for one has no end.
        case noReader

        package var description: String {
            switch self {
            case .system(let errno): SystemError.text(errno)
            case .link: "it is a symbolic link, which is not followed; name the file itself"
            case .noReader: "nobody reads this pipe; start its reader first"
            case .stranger: "it belongs to another user, who could read what is written; take another file"
            }
        }
    }

    /// Opens a file for writing, and makes it where there is none, for its owner only. One that others may read is made
    /// private first; what belongs to somebody else is refused, a named pipe as well. Devices are taken as they are.
    /// - Returns: a descriptor, which is the caller's; its writes wait.
    package static func open(_ path: String, _ start: Start) throws(Refusal) -> Int32 {
        // Links too, and of nobody's making: the process's own descriptors, and a shell's `>(...)`.
        let isOwn = ["/dev/fd/", "/dev/stdout", "/dev/stderr", "/proc/self/fd/"].contains { path.hasPrefix($0) }
        // Without O_NONBLOCK the opening of a named pipe waits for a reader.
        let flags =
            O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | (isOwn ? 0 : O_NOFOLLOW)
            | (start == .appended ? O_APPEND : 0)
        let descriptor = Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else { throw Refusal(ofOpening: errno) }
        do throws(Refusal) {
            if !isOwn { try claim(descriptor) }
            let status = fcntl(descriptor, F_GETFL)
            guard status >= 0, fcntl(descriptor, F_SETFL, status & ~O_NONBLOCK) == 0 else {
                throw .system(errno: errno)
            }
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
        let kind = facts.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFIFO else { return }
        guard facts.st_uid == geteuid() else { throw .stranger }
        if kind == S_IFREG, facts.st_mode & 0o077 != 0, fchmod(descriptor, 0o600) != 0 { throw .system(errno: errno) }
    }

    private static func isRegular(_ descriptor: Int32) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }
}

extension PrivateFile.Refusal {
    /// - Parameter errno: of open(2).
    fileprivate init(ofOpening errno: Int32) {
        switch errno {
        case ELOOP: self = .link
        case ENXIO: self = .noReader
        default: self = .system(errno: errno)
        }
    }
}

/// What the process holds in memory is nobody else's: no core dump is written, and no other process of the user may look
/// into it (prctl(2), PR_SET_DUMPABLE).
package enum ProcessSecrecy {
    package static func begin() { linux_set_dumpable(0) }
}
