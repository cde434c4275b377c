import Foundation
import Glibc

/// Ports below those that the kernel gives away, one after the other.
private final class UnusedPorts: @unchecked Sendable {
    static let shared = UnusedPorts()
    private let lock = NSLock()
    private let range: Range<UInt16>
    private var last: UInt16

    private init() {
        let given = try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let lowest = given?.split(whereSeparator: \.isWhitespace).first.flatMap { UInt16($0) } ?? 32768
        range = lowest > 15000 ? 10000..<lowest : 10000..<32768
        // Other test runs on this machine begin elsewhere.
        last = UInt16.random(in: range)
    }

    func next() -> UInt16 {
        lock.withLock {
            last = last + 1 < range.upperBound ? last + 1 : range.lowerBound
            return last
        }
    }
}

/// TCP on 127.0.0.1, blocking, as little as fixtures need.
package enum LocalSocket {
    /// A port that nobody listens on and that nobody is going to get: the kernel gives none of these to who asks for
    /// any, and we give none of them twice.
    package static func unusedPort() throws -> UInt16 {
        for _ in 0..<1000 {
            let port = UnusedPorts.shared.next()
            if let (descriptor, port) = try? listener(port: port) {
                close(descriptor)
                return port
            }
        }
        throw FixtureFailure("no port is unused")
    }

    /// A listening socket.
    /// - Parameter port: 0 for one of the kernel's choice.
    static func listener(port: UInt16 = 0) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = Self.address(port: port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withGeneric(&address) { bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0 }
        guard bound, withGeneric(&address, { getsockname(descriptor, $0, &length) }) == 0 else {
            defer { close(descriptor) }
            throw FixtureFailure("cannot listen: \(String(cString: strerror(errno)))")
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// A connected socket, or nil.
    package static func connect(port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = Self.address(port: port)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        if withGeneric(&address, { Glibc.connect(descriptor, $0, length) }) == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    static func accepts(port: UInt16) -> Bool {
        guard let descriptor = connect(port: port) else { return false }
        close(descriptor)
        return true
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func withGeneric<R>(
        _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> R
    ) -> R {
        withUnsafeMutableBytes(of: &address) { raw in
            raw.withMemoryRebound(to: sockaddr.self) { bound in
                // Not nil: a sockaddr_in is not empty.
                var none = sockaddr()
                guard let pointer = bound.baseAddress else { return body(&none) }
                return body(pointer)
            }
        }
    }
}
