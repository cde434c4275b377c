import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import Glibc
import HTTPTransport

/// A node of the cluster: it listens, keeps its name in epmd, and has links to those that dialled it.
final class Daemon {
    private let settings: DaemonSettings
    private let loop: EventLoop
    private let log: (LogEntry) -> Void
    private let creation: UInt32
    private let links: NodeLinks
    private let services: AnswerServices
    private let view: OwnView
    private var listener: TCPListener?
    private var registration: NameRegistration?
    private var http: [HTTPServer] = []
    private var peers: PeerWatch?
    private var files: FileWatch?
    private var isDraining = false
    private var metrics: DaemonMetrics
    /// Peers that are on their way in.
    private var arriving: [ObjectIdentifier: NodeAcceptor] = [:]

    /// So many peers may be on their way in. Each has `net_setuptime`, so the place of one that stalls is free again soon.
    private static let arrivalsLimit = DescriptorLimit.share(of: 2000)

    /// - Parameter stop: is called when a peer asks for the end (`init:stop/0`).
    init(
        _ settings: DaemonSettings, version: String, on loop: EventLoop, log: @escaping (LogEntry) -> Void,
        stop: @escaping () -> Void
    ) {
        self.settings = settings
        self.loop = loop
        self.log = log
        metrics = DaemonMetrics(version: version, startTime: time(nil))
        // 0 stands for any incarnation, and up to 3 were those of OTP 22 and older.
        creation = UInt32.random(in: 4 ... .max)
        let links = NodeLinks(own: settings.name)
        self.links = links
        let view = OwnView(settings, creation: creation, version: version, links: links)
        self.view = view
        services = AnswerServices(
            name: settings.name, creation: creation,
            registry: AnswerRegistry.standard(
                name: settings.name, version: version, links: links,
                stop: {
                    log(.askedToStop)
                    stop()
                }),
            programs: NativePrograms(view: view, own: settings.name.name, links: links, loop: loop))
        view.processes = { [weak services] in services?.processCount ?? 0 }
    }

    /// Begins to listen and to register.
    /// - Throws: when it cannot listen.
    func start() throws(DaemonFault) {
        let listener: TCPListener
        do throws(StreamClosure) {
            listener = try TCPListener(settings.listen, on: loop) { [weak self] in self?.accept($0) }
        } catch {
            throw DaemonFault(.unavailable, "cannot listen at \(settings.listen): \(error.words)")
        }
        self.listener = listener
        view.port = listener.address.port
        try serve()
        if let security = settings.security {
            metrics.ownExpiry = security.expiry
            log(.certificate(expiry: security.expiry, isExpired: security.expiry.map { $0 < time(nil) } ?? false))
            files = FileWatch({ security.watched }, on: loop) { [weak self] in self?.reload() }
        }
        if let source = settings.discover {
            peers = PeerWatch(source, settings, on: loop, report: log) { [weak self] in
                self?.metrics.keep($0)
            } onResult: { [weak self] in
                self?.metrics.add($0)
            } onMesh: { [weak self] in
                self?.metrics.mesh = $0
            }
        }
        log(.listening(settings.name.name, listener.address, isSecure: settings.security != nil))
        guard let epmd = settings.epmd else { return }
        let name = EPMDRegistration(
            port: listener.address.port, nodeType: EPMDRegistration.NodeType.hidden.rawValue,
            alive: settings.name.alive)
        registration = NameRegistration(name, at: epmd, on: loop) { [log] in log(.epmd(epmd, $0)) }
    }

    /// Reads the TLS files again. Links that are up stay.
    func reload() {
        guard let security = settings.security else { return }
        do throws(DaemonFault) {
            try security.reload(now: time(nil))
            metrics.ownExpiry = security.expiry
            log(.renewed(expiry: security.expiry))
        } catch {
            log(.notRenewed(error.words))
        }
    }

    /// Whoever asks whether it is ready is told that it is not; what is there goes on.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        view.isDraining = true
        log(.draining)
    }

    /// Leaves the cluster. Idempotent.
    func stop() {
        peers?.stop()
        files?.stop()
        for server in http { server.close() }
        http = []
        registration?.close()
        registration = nil
        listener?.close()
        listener = nil
        for acceptor in arriving.values { acceptor.cancel() }
        arriving = [:]
        links.closeAll()
    }

    private func serve() throws(DaemonFault) {
        for address in settings.http { try serve(at: address) }
    }

    private func serve(at address: SocketAddress) throws(DaemonFault) {
        let connections = DescriptorLimit.share(of: 2000) / settings.http.count
        do throws(HTTPServer.Failure) {
            http.append(
                try HTTPServer(address, connections: connections, on: loop) { [weak self] in
                    self?.answer(to: $0) ?? HTTPServer.Response(503, "it ends\n")
                })
        } catch {
            switch error {
            case .libraryMissing(let problem, let remedy):
                throw DaemonFault(.unavailable, "--http: \(problem): \(remedy)")
            case .cannotListen(let code):
                throw DaemonFault(.unavailable, "cannot listen at \(address): \(SystemError.text(code))")
            }
        }
        log(.serving(address.description))
    }

    private func answer(to path: String) -> HTTPServer.Response {
        switch path {
        case "/metrics":
            metrics.links = links.names.count
            return HTTPServer.Response(
                200, type: "text/plain; version=0.0.4; charset=utf-8", metrics.text(ProcessUsage()))
        case "/readyz" where isDraining: return HTTPServer.Response(503, "it ends\n")
        case "/livez", "/readyz": return HTTPServer.Response(200, "ok\n")
        default: return HTTPServer.Response(404, "there is /metrics, /livez and /readyz\n")
        }
    }

    private func accept(_ stream: TCPStream) {
        guard arriving.count < Self.arrivalsLimit else { return stream.close() }
        var acceptorSettings = AcceptorSettings(
            name: settings.name, creation: creation, cookie: settings.cookie, security: settings.security?.accepting)
        acceptorSettings.setupTime = .seconds(7)
        var given: NodeName?
        var key: ObjectIdentifier?
        let acceptor = NodeAcceptor(stream, settings: acceptorSettings, services: services, on: loop) { [links] peer in
            let decision = links.decision(on: peer)
            if case .assign(let name, _) = decision { given = name }
            return decision
        } completion: { [weak self] outcome in
            guard let self else { return }
            if let key { arriving[key] = nil }
            switch outcome {
            case .connected(let link, let leftover, let replacesLink):
                // One that dialled us again, as it knows nothing of the link that we have.
                links.add(link) { [log] in log(.down($0.peer.name)) }
                log(.up(link.peer.name, isHidden: !link.peer.flags.contains(.published), replacesLink: replacesLink))
                link.proceed(with: leftover)
            case .failed(let failure, let peer):
                if let given { links.giveBack(given) }
                metrics.addRefused(failure)
                log(.refused(failure, peer: peer))
            }
        }
        key = ObjectIdentifier(acceptor)
        arriving[ObjectIdentifier(acceptor)] = acceptor
    }
}
