import Diagnosis
import DistributionProtocol
import PacketCapture

/// Where nodes listen, mostly from epmd's answers; and the answers that a connection is expected to follow.
struct EPMDRegistrations {
    static let limit = 1_000
    /// How long after the answer a node connects, in microseconds; what comes later is another attempt's.
    static let patience = 10_000_000

    /// An answer that no connection has followed yet.
    struct Lookup {
        /// Of the conversation with epmd.
        var connection: Int
        var time: Int
        var asker: IPAddress
        var node: TCPEnd
        var events: [TraceEvent]
    }

    /// Ports at which nodes listen, as the operator says.
    private let ports: [ClosedRange<UInt16>]
    private var names: [TCPEnd: String] = [:]
    /// By port, of those at an address of the machine that captures: it has others, and they listen at all of them.
    private var localNames: [UInt16: String] = [:]
    private(set) var machine = OwnMachine()
    /// Ends that turned out to be nodes.
    private var nodes: Set<TCPEnd> = []
    /// In the order of time.
    private var lookups: [Lookup] = []

    init(ports: [ClosedRange<UInt16>]) { self.ports = ports }

    /// The alive name of the node that listens there. Another machine's node may well have the same port.
    func name(of end: TCPEnd) -> String? {
        if names.isEmpty { return nil }
        return names[end] ?? (machine.has(end.address) ? localNames[end.port] : nil)
    }

    /// Whether it is known that a node listens there.
    func isNode(_ end: TCPEnd) -> Bool {
        name(of: end) != nil || nodes.contains(end) || ports.contains { $0.contains(end.port) }
    }

    /// - Returns: whether that was not known.
    mutating func register(_ alive: String, at end: TCPEnd) -> Bool {
        guard names.count < Self.limit || names[end] != nil else { return false }
        if machine.has(end.address) { localNames[end.port] = alive }
        return names.updateValue(alive, forKey: end) == nil
    }

    /// A connection was accepted.
    /// - Returns: whether an address of the machine that captures was learnt from it.
    mutating func connected(_ initiator: IPAddress, _ acceptor: IPAddress) -> Bool {
        guard machine.learn(from: initiator, acceptor) else { return false }
        for (end, alive) in names.sorted(by: { $0.key < $1.key })
        where machine.has(end.address) && localNames[end.port] == nil {
            localNames[end.port] = alive
        }
        return true
    }

    /// Whether a node at `end` is one that can be reached at `other` as well: both are of the machine that captures.
    func isOne(_ end: TCPEnd, _ other: TCPEnd) -> Bool {
        end == other || end.port == other.port && machine.has(end.address) && machine.has(other.address)
    }

    /// - Returns: whether that was not known.
    mutating func recognise(_ end: TCPEnd) -> Bool {
        guard nodes.count < Self.limit, !isNode(end) else { return false }
        return nodes.insert(end).inserted
    }

    mutating func add(_ lookup: Lookup) { lookups.append(lookup) }

    /// Whether a connection may still follow what this conversation with epmd has answered.
    func awaits(_ connection: Int) -> Bool { lookups.contains { $0.connection == connection } }

    /// The answer that made `asker` connect to `node`.
    mutating func claim(by asker: IPAddress, for node: TCPEnd, at time: Int) -> Lookup? {
        let place = lookups.firstIndex {
            $0.asker == asker && $0.node == node && $0.time <= time && time - $0.time <= Self.patience
        }
        return place.map { lookups.remove(at: $0) }
    }

    /// An answer that nobody connects by any more.
    /// - Parameter now: nil at the end, when all are over.
    mutating func expired(at now: Int?) -> Lookup? {
        guard let first = lookups.first else { return nil }
        let isOver = now.map { $0 - first.time > Self.patience } ?? true
        return isOver || lookups.count > Self.limit ? lookups.removeFirst() : nil
    }
}
