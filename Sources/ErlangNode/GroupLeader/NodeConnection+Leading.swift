package import Diagnosis
import DistributionProtocol
package import ErlangTerm

extension NodeConnection: LeadingSession {
    package func lead(_ receive: @escaping (LeaderEvent) -> Void) -> PID { leaders.add(ownPID, receive) }

    package func dismiss(_ leader: PID) {
        guard let linked = leaders.remove(leader) else { return }
        for process in linked {
            send(DistributionMessage.frame(.payloadExit(from: leader, to: process), payload: .atom("shutdown")))
        }
    }

    package func call(
        _ module: Atom, _ function: Atom, encoded arguments: [UInt8], leader: PID?,
        completion: @escaping (Result<CallOutcome, NodeFailure>) -> Void
    ) {
        if let failure { return completion(.failure(failure)) }
        let id = requests.makeID()
        requests.insert(PendingRequest(kind: .call(completion)), as: id)
        let reference = RequestTable.reference(of: id, node: ownPID)
        let call = FunctionName(module: "erpc", function: "execute_call", arity: 4)
        spawn(reference, call, leader: leader ?? ownPID) { encoder in
            encoder.writeBytes([108, 0, 0, 0, 4])
            encoder.write(.reference(reference))
            encoder.write(.atom(module))
            encoder.write(.atom(function))
            encoder.writeBytes(arguments)
            encoder.writeByte(106)
        }
    }

    package func spawn(
        _ module: Atom, _ function: Atom, _ arguments: [Term], leader: PID,
        completion: @escaping (Result<PID, NodeFailure>) -> Void
    ) {
        if let failure { return completion(.failure(failure)) }
        let id = requests.makeID()
        requests.insert(PendingRequest(kind: .process(leader, completion)), as: id)
        let name = FunctionName(module: module, function: function, arity: arguments.count)
        spawn(RequestTable.reference(of: id, node: ownPID), name, from: leader, leader: leader) { encoder in
            encoder.write(.list(arguments))
        }
    }

    package func link(_ leader: PID, to process: PID) {
        leaders.link(leader, process)
        send(DistributionMessage.frame(.link(from: leader, to: process)))
    }

    package func send(encoded message: [UInt8], to process: PID) {
        answer(DistributionMessage.frame(.send(to: process)) { $0.writeBytes(message) })
    }

    package func signal(_ reason: Atom, to process: PID, from leader: PID) {
        guard failure == nil else { return }
        send(DistributionMessage.frame(.payloadExit2(from: leader, to: process), payload: .atom(reason)))
    }
}
