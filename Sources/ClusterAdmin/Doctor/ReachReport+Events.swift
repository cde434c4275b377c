import ErlangNode
package import HandshakeTrace

extension ReachReport {
    /// The same as events, as a trace on that node would tell it. What it cannot see by itself is missing.
    package var events: [TraceEvent] {
        let initiator = Party(name: from)
        var acceptor = Party(name: target)
        var events: [TraceEvent] = []
        func tell(_ time: Int, _ stage: NodeFailure.Stage, _ what: Occurrence) {
            events.append(
                TraceEvent(
                    time: time, vantage: .node(from), connection: 1, side: .initiator, initiator: initiator,
                    acceptor: acceptor, stage: stage, what: what))
        }
        let parts = target.split(separator: "@").map(String.init)
        let (alive, host) = (parts.first ?? target, parts.last ?? target)
        tell(began, .dns, .started(.distribution))
        if let address, let ip = address.value {
            acceptor.address = Endpoint(host: ip, port: 0)
            tell(address.time, .dns, .note(ip == host ? "\(ip) is an address" : "\(host) is \(ip)"))
        }
        if let port, let number = port.value {
            acceptor.address?.port = number
            tell(port.time, .epmd, .epmd(EPMDFacts(.port, isAnswer: true, alive: alive, port: number)))
        }
        if let tcp, tcp.error == nil { tell(ended, .tcp, .connected) }
        if isConnected { tell(ended, .up, .up) }
        if let failure { tell(ended, failure.stage, .ended(.failed(failure))) }
        return events
    }
}
