import Glibc

/// errno in words.
enum SystemError {
    static let brokenPipe = EPIPE

    static func text(_ error: Int32) -> String { strerror(error).map { String(cString: $0) } ?? "error \(error)" }
}
