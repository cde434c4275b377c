internal import Glibc

/// One look-up of a host name, on a thread of its own because getaddrinfo blocks for as long as the name servers let
/// it; the loop hears of the end through a socket pair. Whoever gives up cancels and leaves the thread behind.
final class NameResolution {
    private let job: ResolverJob
    private let descriptor: Int32
    private var watch: DescriptorHandle?

    /// Starts the look-up; `completion` is called once, on the loop, unless cancelled before.
    /// The addresses are in the order they are tried in: IPv4 first, as Erlang's inet_tcp, then IPv6.
    init(
        host: String, port: UInt16, on loop: EventLoop,
        completion: @escaping (Result<[SocketAddress], ResolveFailure>) -> Void
    ) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            let text = SystemError.text(errno)
            job = ResolverJob(host: host, port: port, signal: -1)
            descriptor = -1
            loop.enqueue { completion(.failure(ResolveFailure(host: host, cause: .system, text: text))) }
            return
        }
        job = ResolverJob(host: host, port: port, signal: ends[1])
        descriptor = ends[0]
        watch = loop.watch(ends[0], for: .read) { [self] _ in
            // The thread has written, or is gone; either way its result is there to be read.
            cancel()
            completion(job.result)
        }
        job.start()
    }

    /// No completion will be called. Idempotent.
    func cancel() {
        guard let watch else { return }
        watch.cancel()
        self.watch = nil
        close(descriptor)
    }
}

/// What the thread and the loop share. The thread alone writes `result`, before it closes `signal`; the loop alone
/// reads it, after it has seen that end closed: the kernel orders the two.
private final class ResolverJob {
    let host: String
    let port: UInt16
    let signal: Int32
    private(set) var result: Result<[SocketAddress], ResolveFailure>

    init(host: String, port: UInt16, signal: Int32) {
        self.host = host
        self.port = port
        self.signal = signal
        result = .failure(ResolveFailure(host: host, cause: .system, text: "the resolver did not run"))
    }

    func start() {
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
            result = .failure(ResolveFailure(host: host, cause: .system, text: SystemError.text(code)))
            close(signal)
            return
        }
        pthread_detach(thread)
    }

    func run() {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        if code == 0 {
            result = .success(Self.addresses(list))
            freeaddrinfo(list)
        } else {
            result = .failure(ResolveFailure(host: host, code: code, systemError: errno))
        }
        close(signal)
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
