import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace

/// One fresh handshake with a peer, under a name that the peer gives: to the others a hidden node that comes and goes.
final class Probe {
    private let connector: NodeConnector
    private let observer: any ConnectionObserver
    private let recorder: NodeTraceRecorder?

    /// - Parameters:
    ///   - recorder: of this handshake, where it is traced.
    ///   - take: is offered the link when it is up; false: it is closed.
    ///   - completion: is called once, unless `cancel` comes first.
    init(
        _ settings: PeerSettings, tracedBy recorder: NodeTraceRecorder?, on loop: EventLoop,
        take: @escaping (ProbedLink) -> Bool, completion: @escaping (ProbeResult) -> Void
    ) {
        let watch = RungWatch()
        let observer: any ConnectionObserver = recorder.map { ObserverPair(watch, $0) } ?? watch
        self.observer = observer
        self.recorder = recorder
        connector = NodeConnector(target: settings, on: loop, observer: observer)
        let peer = settings.name.name
        connector.start { outcome in
            var result = ProbeResult(peer: peer, times: watch.times)
            switch outcome {
            case .connected(let connection):
                result.certificateExpiry = connection.servedCertificate?.notAfter
                recorder?.rose()
                let link = ProbedLink(connection, recorder)
                if !take(link) { link.close() }
            case .failed(let failure):
                recorder?.failed(failure)
                result.failure = failure
                result.certificateExpiry = watch.shownExpiry
            }
            completion(result)
        }
    }

    func cancel() {
        connector.cancel()
        recorder?.gaveUp()
    }
}

/// The link of a handshake that came up, which is to be closed again.
struct ProbedLink {
    let connection: NodeConnection
    private let recorder: NodeTraceRecorder?

    init(_ connection: NodeConnection, _ recorder: NodeTraceRecorder?) {
        self.connection = connection
        self.recorder = recorder
    }

    func close() {
        connection.close()
        recorder?.closed()
    }
}

/// Times the rungs of a connection as it comes up.
private final class RungWatch: ConnectionObserver {
    private(set) var times: [(rung: ProbeResult.Rung, time: Duration)] = []
    /// Until when the certificate is valid that the peer showed, though nothing came of it: seconds since 1970.
    private(set) var shownExpiry: Int?
    private var rung: ProbeResult.Rung?
    private var start = Instant.now

    private func climb(to next: ProbeResult.Rung?) {
        let now = Instant.now
        if let rung { times.append((rung, start.duration(to: now))) }
        (rung, start) = (next, now)
    }

    func connecting(to endpoint: Endpoint, for purpose: ConnectionPurpose) {
        climb(to: purpose == .epmd ? .epmd : .tcp)
    }

    func connected(to endpoint: Endpoint, address: String, from own: Endpoint?) { climb(to: .tls) }
    func secured() { climb(to: .handshake) }

    func handshake(_ event: HandshakeEvent) {
        // Without TLS the first message follows the connection at once.
        if rung == .tls { rung = .handshake }
    }

    func up() { climb(to: nil) }

    func failing(_ facts: AttemptFacts) { shownExpiry = facts.leaf(of: .acceptor)?.notAfter ?? shownExpiry }

    func resolved(_ host: String, to addresses: [String]) {}
    func registered(_ alive: String, at port: UInt16) {}
}
