import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import Glibc
import HandshakeTrace

/// Those who trace the handshakes of this node (`trace_dist`), and what they are told. While nobody does, nothing is
/// recorded.
final class HandshakeTracer {
    private let own: NodeName
    private let creation: UInt32
    private let isSecure: Bool
    private var readers: [any HandshakeTraceReader] = []
    private var lastProcess: UInt32 = 0
    /// The link to this node is being ended on purpose.
    private var cutting: String?

    init(own: NodeName, creation: UInt32, isSecure: Bool) {
        self.own = own
        self.creation = creation
        self.isSecure = isSecure
    }

    // MARK: readers

    func add(_ reader: any HandshakeTraceReader) { readers.append(reader) }

    func remove(_ reader: any HandshakeTraceReader) { readers.removeAll { $0 === reader } }

    private func tell(_ body: (any HandshakeTraceReader) -> Void) {
        // One of them may end by what it is told.
        for reader in readers { body(reader) }
    }

    // MARK: what happens

    /// A peer has dialled this node.
    /// - Returns: nil while nobody traces.
    func accepts(from peer: Endpoint?, at address: Endpoint?) -> NodeTraceRecorder? {
        guard !readers.isEmpty else { return nil }
        return NodeTraceRecorder(
            accepting: peer, at: address, as: own.name, isSecure: isSecure, emit: emission())
    }

    /// This node dials.
    /// - Parameter isProbe: whether it wants a name from the peer.
    /// - Returns: nil while nobody traces.
    func dials(_ peer: NodeName, isProbe: Bool = false) -> NodeTraceRecorder? {
        guard !readers.isEmpty else { return nil }
        return NodeTraceRecorder(
            dialling: peer, as: isProbe ? own.host : own.name, isSecure: isSecure, emit: emission())
    }

    /// Each handshake has a process of its own, as on a node.
    private func emission() -> (Term) -> Void {
        let process = Term.pid(nextProcess())
        return { [weak self] in self?.emit(process, $0) }
    }

    private func nextProcess() -> PID {
        lastProcess = lastProcess % 0x0FFF_FFFF + 1
        // The serial number tells them from the processes that peers have here.
        return PID(node: Atom(own.name), id: lastProcess, serial: 1, creation: creation)
    }

    private func emit(_ process: Term, _ what: Term) {
        guard !readers.isEmpty else { return }
        let event = Term.tuple(.atom("event"), Self.now, process, what)
        tell { $0.take(event) }
    }

    func nodeUp(_ link: NodeConnection) {
        guard !readers.isEmpty else { return }
        let item = Term.tuple(.atom("node"), Self.now, .atom("up"), .atom(Atom(link.peer.name)), .atom("none"))
        tell {
            $0.takeNews(item)
            $0.linked(to: link)
        }
    }

    /// - Parameter failure: nil where another link takes its place.
    func nodeDown(_ name: String, _ failure: NodeFailure?) {
        let isCut = cutting == name
        if isCut { cutting = nil }
        guard !readers.isEmpty else { return }
        let reason: Atom = isCut ? "disconnect" : failure?.code == .tick ? "net_tick_timeout" : "connection_closed"
        let item = Term.tuple(.atom("node"), Self.now, .atom("down"), .atom(Atom(name)), .atom(reason))
        tell { $0.takeNews(item) }
    }

    /// `global` cuts the link to this node.
    func cuts(_ name: String) {
        cutting = name
        guard !readers.isEmpty else { return }
        emit(
            .pid(nextProcess()),
            .tuple(
                .atom("called"), .atom("async_disconnect"), .tuple(.atom("disconnect"), .atom(Atom(name)))))
    }

    /// `erlang:timestamp()`
    static var now: Term {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return .tuple(
            .integer(time.tv_sec / 1_000_000), .integer(time.tv_sec % 1_000_000), .integer(time.tv_nsec / 1_000))
    }
}

/// One who traces this node.
protocol HandshakeTraceReader: AnyObject {
    /// - Parameter event: of a handshake.
    func take(_ event: Term)
    /// - Parameter item: of a link, up or down.
    func takeNews(_ item: Term)
    func linked(to link: NodeConnection)
}
