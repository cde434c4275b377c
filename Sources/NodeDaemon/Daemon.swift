import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import Glibc
import HTTPTransport

/// A node of the cluster: it listens, makes its name known, and has links to its peers.
final class Daemon {
    private let settings: DaemonSettings
    private let loop: EventLoop
    private let log: (LogEntry) -> Void
    private let news: PeerNews
    private let membership: Membership
    private let view: OwnView
    private let tracer: HandshakeTracer
    private var listener: TCPListener?
    private var names: NameService?
    private var http: [HTTPServer] = []
    private var peers: PeerWatch?
    private var files: FileWatch?
    private var isDraining = false
    private var metrics: DaemonMetrics

    /// - Parameter stop: is called when a peer asks for the end (`init:stop/0`).
    init(
        _ settings: DaemonSettings, version: String, on loop: EventLoop, log: @escaping (LogEntry) -> Void,
        stop: @escaping () -> Void
    ) {
        self.settings = settings
        self.loop = loop
        self.log = log
        let news = PeerNews(log)
        self.news = news
        metrics = DaemonMetrics(version: version, startTime: time(nil))
        // 0 stands for any incarnation, and up to 3 were those of OTP 22 and older.
        let creation = UInt32.random(in: 4 ... .max)
        let links = NodeLinks(own: settings.name)
        let tracer = HandshakeTracer(own: settings.name, creation: creation, isSecure: settings.security != nil)
        self.tracer = tracer
        let view = OwnView(settings, creation: creation, version: version, links: links)
        self.view = view
        let services = AnswerServices(
            name: settings.name, creation: creation,
            registry: AnswerRegistry.standard(
                name: settings.name, version: version, links: links,
                stop: {
                    log(.askedToStop)
                    stop()
                }),
            programs: NativePrograms(view: view, own: settings.name.name, links: links, tracer: tracer, loop: loop))
        view.processes = { [weak services] in services?.processCount ?? 0 }
        membership = Membership(
            settings, creation: creation, links: links, services: services, tracer: tracer, on: loop,
            report: { news.report($0) })
        membership.onRefused = { [weak self] in self?.metrics.addRefused($0) }
        membership.onDisplaced = { [weak self] in self?.metrics.displaced += 1 }
    }

    /// Begins to listen and to register.
    /// - Throws: when it cannot listen.
    func start() throws(DaemonFault) {
        let listener: TCPListener
        do throws(StreamClosure) {
            listener = try TCPListener(settings.listen, on: loop) { [weak self] in self?.membership.accept($0) }
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
            peers = PeerWatch(source, settings, tracer: tracer, on: loop, report: { [news] in news.report($0) }) {
                [weak self] in
                let names = Set($0.map(\.name))
                self?.metrics.keep(names)
                self?.news.keep(names)
                self?.membership.keep($0)
            } onSource: { [weak self] in
                self?.metrics.discovery = (source.label, $0)
            } onResult: { [weak self] in
                self?.metrics.add($0)
            } onMesh: { [weak self] in
                self?.metrics.mesh = $0
            }
        }
        log(
            .listening(
                settings.name.name, listener.address, isSecure: settings.security != nil,
                cookieOrigin: "\(settings.cookieOrigin)"))
        try makeKnown(port: listener.address.port)
    }

    private func makeKnown(port: UInt16) throws(DaemonFault) {
        if let words = settings.warningOfPort { log(.portIsNowhere(words)) }
        if settings.names.isAny { metrics.isRegistered = false }
        let type: EPMDRegistration.NodeType = settings.isVisible ? .normal : .hidden
        let node = EPMDRegistration(port: port, nodeType: type.rawValue, alive: settings.name.alive)
        do throws(StreamClosure) {
            names = try NameService(settings.names, node, on: loop) { [weak self, log] event in
                switch event {
                case .serving(let address): log(.mapping(address))
                case .registration(let epmd, let event):
                    self?.metrics.isRegistered = event.isRegistered
                    log(.epmd(epmd, event))
                }
            }
        } catch {
            throw DaemonFault(.unavailable, "--epmd: cannot listen at port \(settings.names.port): \(error.words)")
        }
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
        names?.close()
        names = nil
        listener?.close()
        listener = nil
        membership.stop()
    }

    private func serve() throws(DaemonFault) {
        for address in settings.http { try serve(at: address) }
    }

    private func serve(at address: SocketAddress) throws(DaemonFault) {
        let connections = DescriptorLimit.share(of: 500) / settings.http.count
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
            metrics.links = membership.links.names.count
            return HTTPServer.Response(
                200, type: "text/plain; version=0.0.4; charset=utf-8", metrics.text(ProcessUsage()))
        // A name that no epmd has is no reason: in a pod the node beside this one would be taken out of service for it.
        case "/readyz" where isDraining: return HTTPServer.Response(503, "it ends\n")
        case "/livez", "/readyz": return HTTPServer.Response(200, "ok\n")
        default: return HTTPServer.Response(404, "there is /metrics, /livez and /readyz\n")
        }
    }
}
