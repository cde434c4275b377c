import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode

/// Where the name and the port of this node are made known.
enum NameServiceChoice: Hashable {
    /// An epmd that runs already, or will.
    case external(Endpoint)
    /// An epmd of this node's own, at this address.
    case embedded(SocketAddress)
    /// An epmd of its own, unless another one has that address; and once that one is gone.
    case auto(SocketAddress)
    /// Nowhere: peers know the port.
    case none(port: UInt16)

    /// Whether the name is made known at all.
    var isAny: Bool { if case .none = self { false } else { true } }

    /// The port at which the epmds of the peers' hosts are asked.
    var port: UInt16 {
        switch self {
        case .external(let endpoint): endpoint.port
        case .embedded(let address), .auto(let address): address.port
        case .none(let port): port
        }
    }
}

/// Keeps the name of this node known.
final class NameService {
    enum Event {
        /// Its own epmd serves there.
        case serving(SocketAddress)
        case registration(Endpoint, NameRegistration.Event)
    }

    private let node: EPMDRegistration
    private let loop: EventLoop
    private let report: (Event) -> Void
    /// What was reported of the registration last. It is tried again and again, and fails in the same way.
    private var last: NameRegistration.Event?
    private var registration: NameRegistration?
    private var server: EPMDServer?

    /// - Parameter report: is told what has changed, once.
    /// - Throws: when it is to have an epmd of its own, and cannot.
    init(
        _ choice: NameServiceChoice, _ node: EPMDRegistration, on loop: EventLoop, report: @escaping (Event) -> Void
    ) throws(StreamClosure) {
        self.node = node
        self.loop = loop
        self.report = report
        switch choice {
        case .external(let endpoint): register(at: endpoint, orServeAt: nil)
        case .embedded(let address): try serve(at: address)
        case .auto(let address):
            do throws(StreamClosure) { try serve(at: address) } catch {
                register(at: Self.loopback(port: address.port), orServeAt: address)
            }
        case .none: break
        }
    }

    /// The name is free again. Idempotent.
    func close() {
        registration?.close()
        registration = nil
        server?.close()
        server = nil
    }

    private static func loopback(port: UInt16) -> Endpoint { Endpoint(host: "127.0.0.1", port: port) }

    private func serve(at address: SocketAddress) throws(StreamClosure) {
        let server = try EPMDServer(address, on: loop)
        self.server = server
        report(.serving(server.address))
        let place = Self.loopback(port: server.address.port)
        guard let creation = server.register(node) else { return report(.refused(result: 1), by: place) }
        report(.registered(creation: creation), by: place)
    }

    private func report(_ event: NameRegistration.Event, by epmd: Endpoint) {
        guard event != last else { return }
        last = event
        report(.registration(epmd, event))
    }

    /// - Parameter address: where it serves itself once the epmd is gone; nil: nowhere.
    private func register(at epmd: Endpoint, orServeAt address: SocketAddress?) {
        registration = NameRegistration(node, at: epmd, on: loop) { [weak self] event in
            guard let self, registration != nil else { return }
            report(event, by: epmd)
            guard case .lost = event, let address, (try? serve(at: address)) != nil else { return }
            registration?.close()
            registration = nil
        }
    }
}
