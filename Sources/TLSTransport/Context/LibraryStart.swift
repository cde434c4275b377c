internal import CLibraryLoader
internal import COpenSSL
internal import Glibc

/// Loads and starts OpenSSL once, for the first TLS connection; loading takes 0.8 ms.
enum LibraryStart {
    /// Nil, or why OpenSSL cannot be used.
    ///
    /// openssl.cnf is read only where OPENSSL_CONF names one. It costs 0.6 ms, and a connection's versions and
    /// ciphers are those of the node's own options file: OTP's ssl does not look for them in openssl.cnf either.
    /// Without an atexit handler the process ends 0.8 ms sooner; the kernel frees what it would free.
    private static let problem: TLSConfigurationError.Cause? = {
        let failure = library_load(cossl_library())
        if let problem = failure.problem, let remedy = failure.remedy {
            return .libraryMissing(String(cString: problem), remedy: String(cString: remedy))
        }
        var options = UInt64(OPENSSL_INIT_NO_ATEXIT)
        if getenv("OPENSSL_CONF") == nil { options |= UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) }
        return OPENSSL_init_ssl(options, nil) == 1 ? nil : .library(LibraryErrors.takeText())
    }()

    /// Comes before every other call of OpenSSL.
    /// - Throws: `.libraryMissing`; `.library` when OpenSSL does not start.
    static func ensure() throws(TLSConfigurationError) {
        if let problem { throw TLSConfigurationError(cause: problem) }
    }
}

/// The thread's queue of OpenSSL errors.
enum LibraryErrors {
    /// One entry: its library and reason codes, and its words.
    struct Entry {
        var library: Int32
        var reason: Int32
        var text: String
    }

    static func clear() { ERR_clear_error() }

    /// Empties the queue, oldest entry first.
    static func take() -> [Entry] {
        var entries: [Entry] = []
        while true {
            var data: UnsafePointer<CChar>?
            var flags: Int32 = 0
            let code = ERR_get_error_all(nil, nil, nil, &data, &flags)
            if code == 0 { return entries }
            var text = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
            if let data, flags & ERR_TXT_STRING != 0, data.pointee != 0 { text += " (\(String(cString: data)))" }
            entries.append(Entry(library: ERR_GET_LIB(code), reason: ERR_GET_REASON(code), text: text))
        }
    }

    static func takeText() -> String {
        let text = take().map(\.text).joined(separator: "; ")
        return text.isEmpty ? "unknown error" : text
    }
}
