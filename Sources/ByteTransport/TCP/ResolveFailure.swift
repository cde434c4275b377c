internal import Glibc

/// Why a host name gave no address.
package struct ResolveFailure: Error, Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// The name does not exist, or has no address (EAI_NONAME, EAI_NODATA).
        case unknownName
        /// The resolver could not ask, or had no answer in its own time (EAI_AGAIN, EAI_FAIL).
        case noAnswer
        /// EAI_SYSTEM and the rest.
        case system
    }

    package var host: String
    package var cause: Cause
    /// The C library's words.
    package var text: String

    package init(host: String, cause: Cause, text: String) {
        self.host = host
        self.cause = cause
        self.text = text
    }

    /// - Parameter code: what getaddrinfo returned, with `systemError` where that is EAI_SYSTEM.
    init(host: String, code: Int32, systemError: Int32) {
        let noData: Int32 = -5  // EAI_NODATA, which glibc shows to GNU sources only
        let cause: Cause =
            switch code {
            case EAI_NONAME, noData: .unknownName
            case EAI_AGAIN, EAI_FAIL: .noAnswer
            default: .system
            }
        let words = code == EAI_SYSTEM ? strerror(systemError) : UnsafeMutablePointer(mutating: gai_strerror(code))
        self.init(host: host, cause: cause, text: words.map { String(cString: $0) } ?? "error \(code)")
    }
}
