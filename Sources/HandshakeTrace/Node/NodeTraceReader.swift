import ByteTransport
package import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm

/// Makes events of what the trace on one node reports (`trace_dist`).
///
/// The processes there are those of `dist_util` and its callers: on the initiator one process does everything; on the
/// acceptor one accepts and does TLS, another one the handshake. TLS itself is a further process.
package struct NodeTraceReader {
    /// Reads a certificate's DER form.
    package typealias CertificateReading = ([UInt8]) -> CertificateFacts?

    /// Connections that are followed at once; the oldest go first. A node has some hundred links.
    static let connectionLimit = 4_096

    package let node: String
    let readCertificate: CertificateReading
    private var nextID = 1
    var connections: [Int: TracedConnection] = [:]
    /// Which connection a process of the node works for.
    private var owners: [PID: Int] = [:]
    /// The connection that is up with a node.
    var links: [String: Int] = [:]
    /// The host that a process looks up on behalf of no connection yet: `net_kernel` does so before it dials.
    var lookups: [PID: String] = [:]

    /// Whether it is an erlclud that reports.
    private(set) var isOfErlclud = false

    package init(node: String, readCertificate: @escaping CertificateReading) {
        self.node = node
        self.readCertificate = readCertificate
    }

    /// - Returns: the events, none or several, in the order of time.
    package mutating func take(_ item: NodeTraceItem) -> [TraceEvent] {
        switch item {
        case .event(let time, let process, let call):
            var step = TraceStep(reader: self, time: time, process: process)
            // The step is the only one that has the tables now, and changes them in place.
            self = NodeTraceReader(node: node, readCertificate: readCertificate)
            step.take(call)
            self = step.reader
            return step.events
        case .node(let time, let name, let isUp, let reason):
            return isUp ? nodeUp(name, time) : nodeDown(name, reason ?? "", time)
        case .dropped(let count):
            return [note("\(count) events of a second were more than the trace passes on, and are missing", nil)]
        case .tracing(_, let facts):
            isOfErlclud = facts.way == .own
            // A trace that begins anew has missed how these went on.
            for (id, connection) in connections where !connection.isUp { connections[id]?.isOver = true }
            return []
        case .alive, .busy, .stopped, .member, .memberDown: return []
        }
    }

    /// The time of the event before: for what comes without one.
    private(set) var lastTime = 0

    private func note(_ text: String, _ stage: NodeFailure.Stage?) -> TraceEvent {
        TraceEvent(
            time: lastTime, vantage: .node(node), connection: nil, acceptor: Party(name: node), stage: stage ?? .up,
            what: .note(text))
    }

    // MARK: net_kernel

    private mutating func nodeUp(_ name: String, _ time: Int) -> [TraceEvent] {
        lastTime = time
        // The attempt of ours that lost against the one that is up now ends without a word.
        var events: [TraceEvent] = []
        for (id, connection) in connections
        where !connection.isOver && !connection.isUp && !connection.isBesideLink && connection.side == .initiator
            && connection.stage <= .status && connection.acceptor.name == name
        {
            connections[id]?.isOver = true
            events.append(event(of: connection, time, .ended(.refusedBy(.nok))))
        }
        let ready = connections.values.filter {
            $0.peerName == name && !$0.isOver && !$0.isUp && !$0.isBesideLink && $0.isReady
        }
        if ready.count == 1, let id = ready.first?.id { connections[id]?.nodeWasUp = time }
        return events
    }

    /// The link is there. The last messages are deduced from this, which is microseconds behind them.
    mutating func comeUp(_ connection: inout TracedConnection, _ time: Int) -> [TraceEvent] {
        func last(_ message: HandshakeMessageKind, from sender: Role, at stage: NodeFailure.Stage) -> TraceEvent {
            event(of: connection, time, stage: stage, from: sender, .handshake(HandshakeDetail(message)))
        }
        var events: [TraceEvent] = []
        if connection.side == .acceptor { events.append(last(.challengeReply, from: .initiator, at: .reply)) }
        events.append(last(.challengeAck, from: .acceptor, at: .ack))
        connection.stage = .up
        events.append(event(of: connection, time, .up))
        connection.isUp = true
        if let peer = connection.peerName, !connection.isBesideLink || links[peer] == nil {
            links[peer] = connection.id
        }
        return events
    }

    /// The connection is over, and `net_kernel` has not reported it.
    mutating func unlink(_ connection: TracedConnection) {
        if let peer = connection.peerName, links[peer] == connection.id { links[peer] = nil }
    }

    private mutating func nodeDown(_ name: String, _ reason: String, _ time: Int) -> [TraceEvent] {
        lastTime = time
        var events: [TraceEvent] = []
        if links[name] == nil, var connection = connections.values.first(where: { $0.peerName == name && $0.wasUp }) {
            events = comeUp(&connection, min(connection.nodeWasUp ?? time, time))
            connections[connection.id] = connection
        }
        for (id, connection) in connections where connection.peerName == name { connections[id]?.nodeWasUp = nil }
        if let id = links.removeValue(forKey: name), let connection = connections.removeValue(forKey: id) {
            return events + [event(of: connection, time, stage: .down, .down(reason: reason))]
        }
        return [
            TraceEvent(
                time: time, vantage: .node(node), connection: nil, initiator: Party(name: node),
                acceptor: Party(name: name), stage: .down, what: .down(reason: reason))
        ]
    }

    // MARK: connections

    mutating func open(
        _ process: PID, side: Role, initiator: Party, acceptor: Party, stage: NodeFailure.Stage
    ) -> Int {
        let id = nextID
        nextID += 1
        connections[id] = TracedConnection(
            id: id, side: side, initiator: initiator, acceptor: acceptor, stage: stage)
        owners[process] = id
        if connections.count > Self.connectionLimit { makeRoom() }
        return id
    }

    /// A quarter of them at once: the oldest.
    private mutating func makeRoom() {
        let oldest = connections.keys.sorted().prefix(Self.connectionLimit / 4)
        for id in oldest { connections[id] = nil }
        owners = owners.filter { connections[$0.value] != nil }
        links = links.filter { connections[$0.value] != nil }
    }

    func owner(_ process: PID) -> Int? { owners[process].flatMap { connections[$0] == nil ? nil : $0 } }

    mutating func own(_ process: PID, by id: Int) {
        owners[process] = id
        // Processes of connections that are over stay here until there are many.
        if owners.count > 8 * Self.connectionLimit { owners = owners.filter { connections[$0.value] != nil } }
    }

    mutating func saw(_ time: Int) { lastTime = time }

    func event(
        of connection: TracedConnection, _ time: Int, stage: NodeFailure.Stage? = nil, from sender: Role? = nil,
        _ what: EventKind
    ) -> TraceEvent {
        TraceEvent(
            time: time, vantage: .node(node), connection: connection.id, side: connection.side,
            initiator: connection.initiator, acceptor: connection.acceptor, stage: stage ?? connection.stage,
            sender: sender, what: what)
    }
}
