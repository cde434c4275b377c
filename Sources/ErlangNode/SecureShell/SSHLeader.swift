import Diagnosis
import ErlangTerm

/// One group leader of ours on the node: the program `lead` there, which hands on what its group asks for.
final class SSHLeader {
    private enum Waiting {
        case call((Result<CallOutcome, NodeFailure>) -> Void)
        case process((Result<PID, NodeFailure>) -> Void)
    }

    private let receive: (LeaderEvent) -> Void
    /// Puts the end of a call into words that was none of its own.
    private let callFailed: (TermView?) -> NodeFailure
    private var waiting: [Int: Waiting] = [:]
    private var nextID = 1
    /// That of the program.
    var request = RequestID(number: 0)

    init(_ receive: @escaping (LeaderEvent) -> Void, callFailed: @escaping (TermView?) -> NodeFailure) {
        self.receive = receive
        self.callFailed = callFailed
    }

    /// - Returns: what has the program call a function, as a term in external term format.
    func call(
        _ module: Atom, _ function: Atom, encoded arguments: [UInt8],
        completion: @escaping (Result<CallOutcome, NodeFailure>) -> Void
    ) -> [UInt8] {
        order("call", module, function, arguments, .call(completion))
    }

    /// - Returns: what has the program start a process.
    func spawn(
        _ module: Atom, _ function: Atom, _ arguments: [Term],
        completion: @escaping (Result<PID, NodeFailure>) -> Void
    ) -> [UInt8] {
        var encoder = TermEncoder()
        encoder.write(.list(arguments))
        return order("spawn", module, function, encoder.bytes, .process(completion))
    }

    private func order(
        _ word: Atom, _ module: Atom, _ function: Atom, _ arguments: [UInt8], _ completion: Waiting
    ) -> [UInt8] {
        let id = nextID
        nextID += 1
        waiting[id] = completion
        var encoder = TermEncoder()
        encoder.writeBytes([104, 6])
        for part in [Term.atom("erlclu"), .atom(word), .integer(id), .atom(module), .atom(function)] {
            encoder.write(part)
        }
        encoder.writeBytes(arguments)
        return encoder.bytes
    }

    func take(_ event: ProgramEvent) {
        switch event {
        case .item(let item): take(item)
        case .ended(.lost(let failure)): fail(failure)
        case .ended(.finished): over(nil)
        case .ended(.exited(let reason)): over(reason)
        }
    }

    /// What is none of the program's items is passed over: a node may say what it likes.
    private func take(_ item: TermView) {
        if let request = item.elements(tagged: "message", 2)?[1] {
            receive(.message(request))
        } else if let parts = item.elements(tagged: "called", 3), let id = parts[1]?.integer, let reason = parts[2] {
            guard case .call(let completion)? = waiting[id] else { return }
            waiting[id] = nil
            completion(CallOutcome(exitReason: reason).map { .success($0) } ?? .failure(callFailed(reason)))
        } else if let parts = item.elements(tagged: "spawned", 3), let id = parts[1]?.integer, let pid = parts[2]?.pid {
            guard case .process(let completion)? = waiting[id] else { return }
            waiting[id] = nil
            completion(.success(pid))
        } else if let parts = item.elements(tagged: "exited", 3), let pid = parts[1]?.pid, let reason = parts[2] {
            receive(.exited(pid, reason: reason))
        }
    }

    /// Somebody has ended the program on the node, and with it what it led.
    private func over(_ reason: TermView?) {
        fail(callFailed(reason))
        receive(.over(reason: reason))
    }

    private func fail(_ failure: NodeFailure) {
        let waiting = waiting
        self.waiting = [:]
        for one in waiting.values {
            switch one {
            case .call(let completion): completion(.failure(failure))
            case .process(let completion): completion(.failure(failure))
            }
        }
    }
}
