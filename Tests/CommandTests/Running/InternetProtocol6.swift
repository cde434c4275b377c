import Glibc

/// Whether this machine can listen on ::1.
enum InternetProtocol6 {
    static let isThere: Bool = {
        let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        return withUnsafeMutableBytes(of: &address) { raw in
            raw.withMemoryRebound(to: sockaddr.self) { bound in
                bound.baseAddress.map { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0 } ?? false
            }
        }
    }()
}
