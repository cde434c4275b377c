internal import Glibc

/// One look-up of a host name, on a thread of its own because getaddrinfo blocks for as long as the name servers let
/// it.
final class NameResolution {
    private var call: BlockingCall<Result<[SocketAddress], ResolveFailure>>?
    private var isCancelled = false

    /// Starts the look-up; `completion` is called once, on the loop, unless cancelled before.
    /// The addresses are in the order they are tried in: IPv4 first, as Erlang's inet_tcp, then IPv6.
    init(
        host: String, port: UInt16, on loop: EventLoop,
        completion: @escaping (Result<[SocketAddress], ResolveFailure>) -> Void
    ) {
        do throws(StreamClosure) {
            call = try BlockingCall(on: loop, { Self.addresses(of: host, port) }, completion: completion)
        } catch {
            let code = if case .system(_, let code) = error { code } else { EIO }
            let failure = ResolveFailure(host: host, cause: .system, text: SystemError.text(code))
            loop.enqueue { [self] in if !isCancelled { completion(.failure(failure)) } }
        }
    }

    /// No completion will be called. Idempotent.
    func cancel() {
        isCancelled = true
        call?.cancel()
        call = nil
    }

    /// Blocks.
    private static func addresses(of host: String, _ port: UInt16) -> Result<[SocketAddress], ResolveFailure> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            return .failure(ResolveFailure(host: host, code: code, systemError: errno))
        }
        defer { freeaddrinfo(list) }
        return .success(addresses(list))
    }

    private static func addresses(_ list: UnsafeMutablePointer<addrinfo>?) -> [SocketAddress] {
        var found: [SocketAddress] = []
        var next = list
        while let entry = next {
            if let system = entry.pointee.ai_addr,
                let address = SocketAddress(system, length: entry.pointee.ai_addrlen), !found.contains(address)
            {
                found.append(address)
            }
            next = entry.pointee.ai_next
        }
        return found.filter(\.isIPv4) + found.filter { !$0.isIPv4 }
    }
}
