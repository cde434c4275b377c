internal import CLinux
import Glibc

/// What a service manager is told (sd_notify(3)): one datagram to the socket in NOTIFY_SOCKET, where there is one.
struct ServiceManager {
    private let path: [UInt8]

    /// - Returns: nil where nobody wants to know.
    init?(environment: [String: String]) {
        guard let socket = environment["NOTIFY_SOCKET"], socket.utf8.count > 1,
            socket.hasPrefix("/") || socket.hasPrefix("@")
        else { return nil }
        // An abstract address begins with a zero byte.
        path = socket.hasPrefix("@") ? [0] + socket.utf8.dropFirst() : Array(socket.utf8)
    }

    /// It is not told again where it does not hear it.
    func notify(_ state: String) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let text = Array(state.utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(descriptor, text, text.count, LINUX_MSG_NOSIGNAL, $0, length)
            }
        }
    }
}
