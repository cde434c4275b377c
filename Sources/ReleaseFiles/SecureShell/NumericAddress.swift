internal import Glibc

/// Addresses as numbers.
enum NumericAddress {
    /// In the form in which it is printed, as `::1` for `0::1`; nil for a name. No name server is asked.
    static func canonical(_ text: String) -> String? {
        guard text.utf8.count < 256, !text.utf8.contains(0) else { return nil }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(text, nil, &hints, &list) == 0, let found = list else { return nil }
        defer { freeaddrinfo(found) }
        guard found.pointee.ai_next == nil else { return nil }
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(
                found.pointee.ai_addr, found.pointee.ai_addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
                == 0
        else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What OpenSSH takes for an address without looking further (`is_addr_fast`).
    static func looksLikeOne(_ text: String) -> Bool {
        text.contains("%") || text.contains(":")
            || text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }
}
