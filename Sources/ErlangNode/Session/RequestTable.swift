import Diagnosis
import ErlangTerm

/// The requests of one connection that wait for an answer, found by their reference and by the pid that the node
/// spawned for them.
///
/// An array, ordered by number: there are few of them, and the first use of each type of dictionary costs the start
/// of the program more than any search here.
struct RequestTable {
    private var nextNumber: UInt64 = 0
    private var pending: [(number: UInt64, request: PendingRequest)] = []

    /// Draws a number for a new request.
    mutating func makeID() -> RequestID {
        nextNumber += 1
        return RequestID(number: nextNumber)
    }

    /// Requests go in in the order of their numbers.
    mutating func insert(_ request: PendingRequest, as id: RequestID) { pending.append((id.number, request)) }

    private func index(of number: UInt64) -> Int? {
        var (low, high) = (0, pending.count)
        while low < high {
            let middle = (low + high) / 2
            if pending[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < pending.count && pending[low].number == number ? low : nil
    }

    /// The reference that stands for a request on the wire. Its first word holds 18 bits (`erl_ext_dist`,
    /// NEWER_REFERENCE_EXT).
    static func reference(of id: RequestID, node: PID) -> Reference {
        Reference(
            node: node.node, creation: node.creation,
            words: [
                UInt32(id.number & 0x3ffff), UInt32(truncatingIfNeeded: id.number >> 18),
                UInt32(truncatingIfNeeded: id.number >> 50),
            ])
    }

    private static func number(of reference: Reference) -> UInt64? {
        guard reference.words.count == 3 else { return nil }
        return UInt64(reference.words[0]) | UInt64(reference.words[1]) << 18 | UInt64(reference.words[2]) << 50
    }

    subscript(reference: Reference) -> PendingRequest? {
        Self.number(of: reference).flatMap { index(of: $0) }.map { pending[$0].request }
    }

    subscript(id: RequestID) -> PendingRequest? { index(of: id.number).map { pending[$0].request } }

    /// - Returns: false when nobody waits for this process: the request was given up, or has a process already.
    mutating func spawned(_ reference: Reference, _ pid: PID) -> Bool {
        guard let number = Self.number(of: reference), let index = index(of: number) else { return false }
        let known = pending[index].request.pid
        guard known == nil || known == pid else { return false }
        pending[index].request.pid = pid
        return true
    }

    mutating func remove(_ reference: Reference) -> PendingRequest? {
        guard let number = Self.number(of: reference) else { return nil }
        return remove(RequestID(number: number))
    }

    mutating func remove(_ pid: PID) -> PendingRequest? {
        guard let index = pending.firstIndex(where: { $0.request.pid == pid }) else { return nil }
        return pending.remove(at: index).request
    }

    mutating func remove(_ id: RequestID) -> PendingRequest? {
        index(of: id.number).map { pending.remove(at: $0).request }
    }

    mutating func removeAll() -> [PendingRequest] {
        defer { pending = [] }
        return pending.map(\.request)
    }
}

/// One request that waits.
struct PendingRequest {
    enum Kind {
        case call((Result<CallOutcome, NodeFailure>) -> Void)
        case program((ProgramEvent) -> Void)
        /// A process that is to be linked to this group leader.
        case process(PID, (Result<PID, NodeFailure>) -> Void)
    }

    let kind: Kind
    /// The process on the node, once it is known.
    var pid: PID?

    func item(_ item: TermView) {
        if case .program(let receive) = kind { receive(.item(item)) }
    }

    func lost(_ failure: NodeFailure) {
        switch kind {
        case .call(let completion): completion(.failure(failure))
        case .program(let receive): receive(.ended(.lost(failure)))
        case .process(_, let completion): completion(.failure(failure))
        }
    }

    /// The process ended. That of a call ends with what `erpc:execute_call/4` makes of the result.
    /// - Parameter callFailed: puts another end of a call into words.
    func exited(_ reason: TermView, callFailed: (TermView) -> NodeFailure) {
        switch kind {
        case .process: break
        case .program(let receive):
            receive(.ended(reason.isAtom("normal") ? .finished : .exited(reason)))
        case .call(let completion):
            completion(CallOutcome(exitReason: reason).map { .success($0) } ?? .failure(callFailed(reason)))
        }
    }
}

extension CallOutcome {
    /// `{Ref, return, Value}`, `{Ref, throw | exit, Reason}` or `{Ref, error, Reason, Stack}` (`erpc.erl`).
    init?(exitReason: TermView) {
        guard let parts = exitReason.elements, let kind = parts[1]?.atom, let value = parts[2] else { return nil }
        switch (kind.name, parts.count) {
        case ("return", 3): self = .returned(value)
        case ("throw", 3), ("exit", 3): self = .raised(class: kind, reason: value, stack: nil)
        case ("error", 4): self = .raised(class: kind, reason: value, stack: parts[3])
        default: return nil
        }
    }
}
