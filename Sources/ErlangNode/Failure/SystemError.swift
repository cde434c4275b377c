import Glibc

/// The system's words for an errno.
enum SystemError {
    static func text(_ errno: Int32) -> String { String(cString: strerror(errno)) }
}
