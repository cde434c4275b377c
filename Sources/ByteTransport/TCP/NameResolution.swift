internal import Glibc

/// One look-up of a host name, on a thread of its own because getaddrinfo blocks for as long as the name servers let
/// it. The thread posts the result to the loop's mailbox. `cancel` leaves the thread behind.
final class NameResolution {
    private let loop: EventLoop
    private var completion: ((Result<[SocketAddress], ResolveFailure>) -> Void)?

    /// Starts the look-up; `completion` is called once, on the loop, unless cancelled before.
    /// The addresses are in the order they are tried in: IPv4 first, as Erlang's inet_tcp, then IPv6.
    init(
        host: String, port: UInt16, on loop: EventLoop,
        completion: @escaping (Result<[SocketAddress], ResolveFailure>) -> Void
    ) {
        self.loop = loop
        self.completion = completion
        loop.expectPost(for: self)
        if let error = start(host, port) {
            let failure = ResolveFailure(host: host, cause: .system, text: SystemError.text(error))
            loop.enqueue { [self] in finish(.failure(failure)) }
        }
    }

    /// No completion will be called. Idempotent.
    func cancel() {
        guard completion != nil else { return }
        completion = nil
        loop.postArrived(for: self)
    }

    /// - Returns: an errno when it cannot be started.
    private func start(_ host: String, _ port: UInt16) -> Int32? {
        do throws(StreamClosure) {
            let mailbox = try loop.mailbox()
            let own = LoopReference(self)
            return ResolverJob(host: host, port: port) { result in mailbox.post { own.object?.finish(result) } }.start()
        } catch {
            guard case .system(_, let code) = error else { return EIO }
            return code
        }
    }

    private func finish(_ result: Result<[SocketAddress], ResolveFailure>) {
        guard let completion else { return }
        self.completion = nil
        loop.postArrived(for: self)
        completion(result)
    }
}

/// What the thread of a look-up does.
private final class ResolverJob: Sendable {
    let host: String
    let port: UInt16
    /// Called on that thread, once.
    let report: @Sendable (Result<[SocketAddress], ResolveFailure>) -> Void

    init(
        host: String, port: UInt16, report: @escaping @Sendable (Result<[SocketAddress], ResolveFailure>) -> Void
    ) {
        self.host = host
        self.port = port
        self.report = report
    }

    /// - Returns: an errno when there is no thread; then nothing is reported.
    func start() -> Int32? {
        var thread = pthread_t()
        // The new thread takes no signals: handlers and signalfd belong to the loop's thread.
        var all = sigset_t()
        var found = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &found)
        let retained = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, resolverThread, retained.toOpaque())
        pthread_sigmask(SIG_SETMASK, &found, nil)
        guard code == 0 else {
            retained.release()
            return code
        }
        pthread_detach(thread)
        return nil
    }

    func run() {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            return report(.failure(ResolveFailure(host: host, code: code, systemError: errno)))
        }
        let addresses = Self.addresses(list)
        freeaddrinfo(list)
        report(.success(addresses))
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

/// The C entry point; its argument is a retained `ResolverJob`, which it releases.
private let resolverThread: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    guard let argument else { return nil }
    Unmanaged<ResolverJob>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
