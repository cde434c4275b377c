package import Glibc

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes in network order.
    package let bytes: [UInt8]
    package let port: UInt16
    /// The interface of an IPv6 link-local address; 0 for others.
    let scope: UInt32

    package var isIPv4: Bool { bytes.count == 4 }

    /// An address written as a number ("127.0.0.1", "::1", "fe80::1%eth0"); nil for names, which need a resolver.
    package init?(numeric text: String, port: UInt16) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(bytes: withUnsafeBytes(of: four) { [UInt8]($0) }, port: port, scope: 0)
            return
        }
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        var six = in6_addr()
        guard let address = parts.first, inet_pton(AF_INET6, String(address), &six) == 1 else { return nil }
        let zone = parts.count == 2 ? String(parts[1]) : ""
        let scope = UInt32(zone) ?? (zone.isEmpty ? 0 : if_nametoindex(zone))
        self.init(bytes: withUnsafeBytes(of: six) { [UInt8]($0) }, port: port, scope: scope)
    }

    init(bytes: [UInt8], port: UInt16, scope: UInt32) {
        self.bytes = bytes
        self.port = port
        self.scope = scope
    }

    /// From what the kernel or the resolver gives; nil for other families.
    init?(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET where Int(length) >= MemoryLayout<sockaddr_in>.size:
            let four = raw.loadUnaligned(as: sockaddr_in.self)
            let bytes = withUnsafeBytes(of: four.sin_addr) { [UInt8]($0) }
            self.init(bytes: bytes, port: UInt16(bigEndian: four.sin_port), scope: 0)
        case AF_INET6 where Int(length) >= MemoryLayout<sockaddr_in6>.size:
            let six = raw.loadUnaligned(as: sockaddr_in6.self)
            let bytes = withUnsafeBytes(of: six.sin6_addr) { [UInt8]($0) }
            self.init(bytes: bytes, port: UInt16(bigEndian: six.sin6_port), scope: six.sin6_scope_id)
        default:
            return nil
        }
    }

    /// The address alone, as a number.
    package var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(isIPv4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether it is one of this host alone: 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        isIPv4 ? bytes.first == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    package var description: String { isIPv4 ? "\(host):\(port)" : "[\(host)]:\(port)" }

    var family: Int32 { isIPv4 ? AF_INET : AF_INET6 }

    /// Calls `body` with the form that system calls take.
    package func withSystemForm<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if isIPv4 {
            var four = sockaddr_in()
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &four.sin_addr) { $0.copyBytes(from: bytes) }
            return Self.rebind(&four, body)
        }
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        six.sin6_scope_id = scope
        withUnsafeMutableBytes(of: &six.sin6_addr) { $0.copyBytes(from: bytes) }
        return Self.rebind(&six, body)
    }

    private static func rebind<Address, Result>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafeBytes(of: &address) { raw in
            raw.withMemoryRebound(to: sockaddr.self) { rebound in
                // The buffer of a value is never empty.
                guard let start = rebound.baseAddress else { preconditionFailure("an address without bytes") }
                return body(start, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// The local or the remote end of a socket, by getsockname or getpeername.
    static func of(
        _ descriptor: Int32, _ call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { rebound in
                guard call(descriptor, rebound, &length) == 0 else { return nil }
                return SocketAddress(rebound, length: length)
            }
        }
    }
}
