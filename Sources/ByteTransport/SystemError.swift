import Glibc

/// An errno in the system's words.
package enum SystemError {
    package static let brokenPipe = EPIPE

    package static func text(_ error: Int32) -> String {
        strerror(error).map { String(cString: $0) } ?? "error \(error)"
    }
}
