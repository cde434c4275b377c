import Glibc

/// An errno in the system's words.
package enum SystemError {
    package static let brokenPipe = EPIPE
    /// A write was given up: the reader took nothing.
    package static let givenUp = ECANCELED

    package static func text(_ error: Int32) -> String {
        if error == givenUp { return "its reader takes nothing" }
        return strerror(error).map { String(cString: $0) } ?? "error \(error)"
    }
}
