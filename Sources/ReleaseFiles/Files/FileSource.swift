internal import Glibc

/// Files as the settings need them, so that tests need no disk.
package protocol FileSource {
    /// - Throws: `FileFailure` for what is missing, unreadable or beyond `FileLimit.bytes`.
    func read(_ path: String) throws(FileFailure) -> [UInt8]
    /// nil when nothing is there.
    func status(_ path: String) -> FileStatus?
    /// Names in a directory, sorted; empty when it is none.
    func entries(of directory: String) -> [String]
    /// A path without symbolic links, from the root on; nil when nothing is there.
    func realPath(_ path: String) -> String?
}

extension FileSource {
    package func realPath(_ path: String) -> String? { path }
}

package struct FileStatus: Hashable, Sendable {
    package var isRegular: Bool
    package var isDirectory: Bool
    /// The lower nine bits of `st_mode`.
    package var permissions: Int
    /// The user that it belongs to.
    package var owner: UInt32

    package init(isRegular: Bool, isDirectory: Bool, permissions: Int, owner: UInt32 = 0) {
        self.isRegular = isRegular
        self.isDirectory = isDirectory
        self.permissions = permissions
        self.owner = owner
    }

    /// Anybody but the owner may read, write or execute it.
    package var isOpenToOthers: Bool { permissions & 0o077 != 0 }
}

package struct FileFailure: Error, Hashable, Sendable {
    package var path: String
    /// As errno(3) has it: ENOENT, EACCES ...
    package var errno: Int32

    package init(path: String, errno: Int32) {
        self.path = path
        self.errno = errno
    }

    /// In the words of `strerror`.
    package var reason: String {
        errno == EFBIG ? "it is larger than 1 MiB" : String(cString: strerror(errno))
    }

    /// Whether there is no such file, rather than one that cannot be read.
    package var isMissing: Bool { errno == ENOENT || errno == ENOTDIR }
}

package enum FileLimit {
    /// No configuration file is as large; a device or a mistaken path may be. One of 14 MB took 20 s to read.
    package static let bytes = 1 << 20
}
