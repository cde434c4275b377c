import ByteTransport
package import Diagnosis
import ErlangNode
import HandshakeTrace

extension ReachReport {
    /// The same as events, as a trace on that node would report it. What it cannot see by itself is missing.
    package var events: [TraceEvent] {
        var events = steps
        if isConnected { events.append(event(ended, .up, .up)) }
        if let failure { events.append(event(ended, failure.stage, .ended(.failed(failure)))) }
        return events
    }

    /// How far it came.
    var steps: [TraceEvent] {
        let host = target.split(separator: "@").last.map(String.init) ?? target
        var events = [event(began, .dns, .started(.distribution))]
        if let address, let ip = address.value {
            events.append(event(address.time, .dns, .note(ip == host ? "\(ip) is an address" : "\(host) is \(ip)")))
        }
        if let port, let number = port.value {
            let alive = target.split(separator: "@").first.map(String.init) ?? target
            let answer = EPMDFacts(.port, isAnswer: true, alive: alive, port: number)
            events.append(event(port.time, .epmd, .epmd(answer)))
        } else if let port, port.error == nil {
            events.append(event(port.time, .epmd, .note("not asked: \(from) finds its peers without it")))
        }
        if let tcp, tcp.error == nil { events.append(event(ended, .tcp, .connected)) }
        return events
    }

    /// What an attempt with these events comes to; nil where it does not fail.
    static func failure(of events: [TraceEvent]) -> NodeFailure? {
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        for event in events { ledger.add(event) }
        if case .failed(let failure)? = ledger.attempts.first?.result { return failure }
        return nil
    }

    func event(_ time: Int, _ stage: NodeFailure.Stage, _ what: EventKind) -> TraceEvent {
        let place = address?.value.map { Endpoint(host: $0, port: port?.value ?? 0) }
        return TraceEvent(
            time: time, vantage: .node(from), connection: 1, side: .initiator, initiator: Party(name: from),
            acceptor: Party(name: target, address: place), stage: stage, what: what)
    }
}
