import ByteTransport
package import Diagnosis
import DistributionProtocol
package import ErlangTerm

extension NodeConnection: NodeSession {
    package var nodeName: String { peer.name }
    package var endpoint: Endpoint { attempt.endpoint }
    package var servedCertificate: CertificateFacts? { stream.peerCertificate }

    @discardableResult
    package func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term],
        completion: @escaping (Result<CallOutcome, NodeFailure>) -> Void
    ) -> RequestID {
        let id = requests.makeID()
        if let failure {
            completion(.failure(failure))
            return id
        }
        requests.insert(PendingRequest(kind: .call(completion)), as: id)
        let reference = RequestTable.reference(of: id, node: ownPID)
        spawn(
            reference, FunctionName(module: "erpc", function: "execute_call", arity: 4)
        ) { encoder in
            encoder.write(.list([.reference(reference), .atom(module), .atom(function), .list(arguments)]))
        }
        return id
    }

    @discardableResult
    package func run(
        _ program: NodeProgram, bindings: [ProgramBinding], receive: @escaping (ProgramEvent) -> Void
    ) -> RequestID {
        let id = requests.makeID()
        if let failure {
            receive(.ended(.lost(failure)))
            return id
        }
        requests.insert(PendingRequest(kind: .program(receive)), as: id)
        let reference = RequestTable.reference(of: id, node: ownPID)
        let carrier = [ProgramBinding("Client", .pid(ownPID)), ProgramBinding("Tag", .reference(reference))]
        spawn(reference, FunctionName(module: "erl_eval", function: "exprs", arity: 3)) { encoder in
            // A list of three: the forms, which are encoded already, the bindings, and no handler of local functions
            // (with two arguments `erl_eval` would run the linter over the forms each time).
            encoder.writeBytes([108, 0, 0, 0, 3])
            program.write(after: .preamble, to: &encoder)
            encoder.write(self.bindings(carrier + bindings))
            encoder.write(.atom("none"))
            encoder.writeByte(106)
        }
        return id
    }

    /// The process on the node that a request has; nil before it is known, and once the request is over.
    package func process(of request: RequestID) -> PID? { requests[request]?.pid }

    package func cancel(_ request: RequestID) {
        guard let pending = requests.remove(request), let pid = pending.pid else { return }
        stop(pid)
    }

    package func close() {
        _ = requests.removeAll()
        leaders.removeAll()
        lossObservers.removeAll()
        shutDown(closedByUs)
    }

    @discardableResult
    package func observeLoss(_ action: @escaping (NodeFailure) -> Void) -> LossObservation { lossObservers.add(action) }

    /// `erl_eval:binding_struct()`: from OTP 25 on a map, with which a program runs several times faster; else an orddict.
    private func bindings(_ bindings: [ProgramBinding]) -> Term {
        guard !peer.flags.contains(.mandatory25Digest) else {
            return .map(bindings.map { MapPair(.atom($0.name), $0.value) })
        }
        return .list(bindings.sorted { $0.name.name < $1.name.name }.map { .tuple([.atom($0.name), $0.value]) })
    }

    /// A process linked to us: it dies when the link does. Unless another one is named its group leader is our pid,
    /// which answers nobody; programs that write have one of their own.
    func spawn(
        _ reference: Reference, _ function: FunctionName, from owner: PID? = nil, leader: PID? = nil,
        writingArguments: (inout TermEncoder) -> Void
    ) {
        send(
            DistributionMessage.frame(
                .spawnRequest(
                    id: reference, from: owner ?? ownPID, groupLeader: leader ?? ownPID, function: function,
                    options: [.atom("link")]),
                writingPayload: writingArguments))
    }
}
