import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm

/// One message of the trace on its way into events.
struct TraceStep {
    var reader: NodeTraceReader
    let time: Int
    let process: PID
    var events: [TraceEvent] = []

    init(reader: NodeTraceReader, time: Int, process: PID) {
        self.reader = reader
        self.time = time
        self.process = process
        self.reader.saw(time)
    }

    mutating func take(_ call: TracedCall) {
        if call.isReturn { returned(call.function, call.value) } else { called(call.function, call.value) }
    }

    /// Does `body` with the connection that the process works for, if it is known and not over.
    mutating func with(_ id: Int? = nil, _ body: (inout TraceStep, inout TracedConnection) -> Void) {
        guard let id = id ?? reader.owner(process), var connection = reader.connections[id], !connection.isOver else {
            return
        }
        body(&self, &connection)
        reader.connections[id] = connection
    }

    mutating func emit(
        _ connection: TracedConnection, _ what: EventKind, from sender: Role? = nil, at stage: NodeFailure.Stage? = nil
    ) {
        events.append(reader.event(of: connection, time, stage: stage, from: sender, what))
    }

    /// The attempt is over; only the first reason is reported.
    mutating func end(_ connection: inout TracedConnection, _ reason: EndReason) {
        guard !connection.isOver, !connection.isUp else { return }
        // Under TLS 1.3 the peer's alert comes with the first thing that is read.
        if case .tls(let words) = reason, !connection.hasAlert,
            let (sender, alert) = AlertFacts.parsed(words, connection)
        {
            emit(connection, .alert(alert), from: sender, at: .tls)
            connection.hasAlert = true
        }
        // Or it would pass for one without TLS.
        if connection.isSecure, connection.stage > .tls, connection.verdict == nil, !connection.secured,
            !connection.hasAlert
        {
            emit(connection, .note("TLS came up without a look at certificates: a session was resumed"), at: .tls)
        }
        emit(connection, .ended(reason))
        connection.isOver = true
    }

    // MARK: calls

    private mutating func called(_ function: String, _ value: TermView) {
        let parts = value.elements
        switch (function, parts?[0]?.atom?.name) {
        case ("do_setup", "setup"?): dialled(parts?[1]?.atom?.name, own: parts?[2]?.atom?.name)
        case ("do_accept", "accept"?): accepted(parts?[1]?.pid, peer: parts?[2]?.endpoint, own: parts?[3]?.endpoint)
        case ("check_ip", "socket"?): cameIn(peer: parts?[1]?.endpoint, own: parts?[2]?.endpoint)
        case ("address_please", "address"?):
            if let alive = parts?[1]?.text, let host = parts?[2]?.text { reader.lookups[process] = "\(alive)@\(host)" }
        case ("gen_select", "select"?): if let node = parts?[1]?.atom { reader.lookups[process] = node.name }
        case ("port_please", "port"?): asked(parts?[1]?.text, at: parts?[2]?.text)
        case ("connect", "connect"?): dialling(parts?[1]?.text, parts?[2]?.integer)
        case ("handshake", "tls"?):
            tlsBegins(parts?[1]?.pid, own: parts?[2]?.endpoint, peer: parts?[3]?.endpoint)
        case ("handle_own_alert", "own_alert"?): alert(parts, reason: parts?[3], isOurs: true)
        case ("handle_alert", "peer_alert"?): alert(parts, reason: nil, isOurs: false)
        case ("own_certificate", "own"?): ownCertificate(parts)
        case ("pkix_path_validation", "chain"?): verifying(parts?[1])
        case ("trace", "told"?): distributionTrace(parts)
        case ("send_name", "hs"?), ("send_challenge", "hs"?): handshake(function, parts)
        case ("send_status", "status"?): sentStatus(parts)
        case ("send_challenge_reply", _): sentReply()
        case ("wait_pending", _):
            with { step, connection in
                step.emit(connection, .note("waits for the end of the old connection"))
            }
        case ("shutdown", "shutdown"?): shutDown(parts?[1], parts?[2])
        case ("do_handle_exit", "exit"?): died(parts?[1]?.pid, parts?[2])
        case ("do_handle_exit", "late"?):
            if let owner = parts?[1]?.pid { acceptedUnseen(by: owner) }
            died(parts?[1]?.pid, parts?[2])
        case ("closed", "closed"?): closed(parts?[1])
        case ("async_disconnect", "disconnect"?): cut(parts?[1]?.atom?.name)
        default: break
        }
    }

    // MARK: results

    private mutating func returned(_ function: String, _ value: TermView) {
        let parts = value.elements
        switch function {
        case "address_please": resolved(value)
        case "gen_select": selected(value)
        case "port_please": answered(value)
        case "connect": connected(value)
        case "check_ip":
            if parts?[0]?.isAtom("false") == true { with { $0.end(&$1, .notAllowed) } }
        case "handshake": tlsEnded(value)
        case "secured": secured(parts)
        case "pkix_path_validation": verified(value)
        case "recv_status": statusCame(parts)
        case "recv_status_reply": statusReplyCame(value.bool == true)
        case "is_pending": wasAlive()
        case "recv_challenge": challengeCame(parts)
        case "mark_nodeup": up()
        case "send_tick": ticked(parts)
        default: break
        }
    }
}

extension TermView {
    /// `{Ip, Port}` as the program writes addresses.
    var endpoint: Endpoint? {
        guard let pair = elements(2), let host = pair[0]?.text, let number = pair[1]?.integer,
            let port = UInt16(exactly: number)
        else { return nil }
        return Endpoint(host: host, port: port)
    }

    /// Flags of the distribution, as the integer that they are on the wire.
    var flags: DistributionFlags? { integer.map { DistributionFlags(rawValue: UInt64(truncatingIfNeeded: $0)) } }

    /// A name that is an atom, or text for one that is not an atom there yet.
    var name: String? { atom?.name ?? text }
}
