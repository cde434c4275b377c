package import Diagnosis
package import ErlangTerm

/// Over distribution we are the group leader ourselves. Here the program `lead` is one on the node, and the identifier
/// that we have of it means nothing there: it says which one of ours.
///
/// What the node logs of a process of such a group goes to the node's own log: its leader is no process elsewhere.
extension SSHSession: LeadingSession {
    package func lead(_ receive: @escaping (LeaderEvent) -> Void) -> PID {
        let leader = SSHLeader(receive) { [place, nodeName] reason in
            reason.map { place.callFailed(nodeName, $0) }
                ?? place.violation(nodeName, "what leads for us there ended in order, and nobody asked for that")
        }
        leader.request = run(.lead, bindings: []) { leader.take($0) }
        let pid = PID(
            node: Atom(""), id: UInt32(truncatingIfNeeded: leader.request.number),
            serial: UInt32(truncatingIfNeeded: leader.request.number >> 32), creation: 0)
        leaders[pid] = leader
        return pid
    }

    package func dismiss(_ leader: PID) {
        if let known = leaders.removeValue(forKey: leader) { cancel(known.request) }
    }

    package func call(
        _ module: Atom, _ function: Atom, encoded arguments: [UInt8], leader: PID?,
        completion: @escaping (Result<CallOutcome, NodeFailure>) -> Void
    ) {
        guard let leader else {
            call(module, function, encoded: arguments, completion: completion)
            return
        }
        guard let known = led(by: leader, failed: { completion(.failure($0)) }) else { return }
        order(known.call(module, function, encoded: arguments, completion: completion), of: known)
    }

    package func spawn(
        _ module: Atom, _ function: Atom, _ arguments: [Term], leader: PID,
        completion: @escaping (Result<PID, NodeFailure>) -> Void
    ) {
        guard let known = led(by: leader, failed: { completion(.failure($0)) }) else { return }
        order(known.spawn(module, function, arguments, completion: completion), of: known)
    }

    package func link(_ leader: PID, to process: PID) {
        order(.tuple([.atom("erlclu"), .atom("link"), .pid(process)]), of: leader)
    }

    package func send(encoded message: [UInt8], to process: PID) {
        answer(BridgeWriter.send(message, to: .pid(process)))
    }

    package func signal(_ reason: Atom, to process: PID, from leader: PID) {
        order(.tuple([.atom("erlclu"), .atom("signal"), .pid(process), .atom(reason)]), of: leader)
    }

    private func led(by leader: PID, failed: (NodeFailure) -> Void) -> SSHLeader? {
        if isUp, let known = leaders[leader] { return known }
        failed(place.closedByUs(nodeName))
        return nil
    }

    private func order(_ order: Term, of leader: PID) {
        guard let known = leaders[leader] else { return }
        var encoder = TermEncoder()
        encoder.write(order)
        self.order(encoder.bytes, of: known)
    }

    /// The program has it after all that it was sent before.
    private func order(_ order: [UInt8], of leader: SSHLeader) {
        send(BridgeWriter.send(order, to: .integer(Int(leader.request.number))))
    }
}
