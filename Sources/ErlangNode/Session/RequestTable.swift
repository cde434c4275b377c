import ErlangTerm

/// The requests of one connection that wait for an answer, found by their reference and by the pid that the node
/// spawned for them.
struct RequestTable {
    private var nextNumber: UInt64 = 0
    private var pending: [UInt64: PendingRequest] = [:]
    private var numbers: [PID: UInt64] = [:]

    /// Draws a number for a new request.
    mutating func makeID() -> RequestID {
        nextNumber += 1
        return RequestID(number: nextNumber)
    }

    mutating func insert(_ request: PendingRequest, as id: RequestID) { pending[id.number] = request }

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
        Self.number(of: reference).flatMap { pending[$0] }
    }

    /// - Returns: false when nobody waits for this process any more.
    mutating func spawned(_ reference: Reference, _ pid: PID) -> Bool {
        guard let number = Self.number(of: reference), pending[number] != nil else { return false }
        pending[number]?.pid = pid
        numbers[pid] = number
        return true
    }

    mutating func remove(_ reference: Reference) -> PendingRequest? {
        guard let number = Self.number(of: reference) else { return nil }
        return remove(RequestID(number: number))
    }

    mutating func remove(_ pid: PID) -> PendingRequest? {
        guard let number = numbers[pid] else { return nil }
        return remove(RequestID(number: number))
    }

    mutating func remove(_ id: RequestID) -> PendingRequest? {
        guard let request = pending.removeValue(forKey: id.number) else { return nil }
        if let pid = request.pid { numbers[pid] = nil }
        return request
    }

    mutating func removeAll() -> [PendingRequest] {
        defer { (pending, numbers) = ([:], [:]) }
        return Array(pending.values)
    }
}

/// One request that waits.
struct PendingRequest {
    enum Kind {
        case call((Result<CallOutcome, NodeFailure>) -> Void)
        case program((ProgramEvent) -> Void)
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
        }
    }

    /// The process ended. That of a call ends with what `erpc:execute_call/4` makes of the result.
    func exited(_ reason: TermView, explainer: AttemptExplainer) {
        switch kind {
        case .program(let receive):
            receive(.ended(reason.isAtom("normal") ? .finished : .exited(reason)))
        case .call(let completion):
            completion(CallOutcome(exitReason: reason).map { .success($0) } ?? .failure(explainer.callFailed(reason)))
        }
    }
}

extension CallOutcome {
    /// `{Ref, return, Value}`, `{Ref, throw | exit, Reason}` or `{Ref, error, Reason, Stack}` (`erpc.erl`).
    fileprivate init?(exitReason: TermView) {
        guard let parts = exitReason.elements, let kind = parts[1]?.atom, let value = parts[2] else { return nil }
        switch (kind.name, parts.count) {
        case ("return", 3): self = .returned(value)
        case ("throw", 3), ("exit", 3): self = .raised(class: kind, reason: value, stack: nil)
        case ("error", 4): self = .raised(class: kind, reason: value, stack: parts[3])
        default: return nil
        }
    }
}
