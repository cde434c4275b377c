package import ErlangTerm

extension ControlMessage {
    /// The control tuple.
    package var term: Term { .tuple([.integer(operation.rawValue)] + fields) }

    /// What stands behind the code.
    private var fields: [Term] {
        switch self {
        case .nodeLink:
            []
        case .link(let from, let to), .unlink(let from, let to), .groupLeader(let from, let to):
            [.pid(from), .pid(to)]
        case .unlinkID(let id, let from, let to), .unlinkIDAck(let id, let from, let to):
            [Self.integer(id), .pid(from), .pid(to)]
        case .send(let to, let token):
            [Self.unused, .pid(to)] + Self.optional(token)
        case .sendSender(let from, let to, let token), .payloadExit(let from, let to, let token),
            .payloadExit2(let from, let to, let token):
            [.pid(from), .pid(to)] + Self.optional(token)
        case .regSend(let from, let to, let token):
            [.pid(from), Self.unused, .atom(to)] + Self.optional(token)
        case .aliasSend(let from, let alias, let token):
            [.pid(from), .reference(alias)] + Self.optional(token)
        case .altactSigSend(let flags, let from, let to, let token):
            // The flag follows the token, as the receiver goes by the flag.
            [.integer((token == nil ? flags.subtracting(.token) : flags.union(.token)).rawValue)]
                + [.pid(from), to.term] + Self.optional(token)
        case .exit(let from, let to, let reason, let token), .exit2(let from, let to, let reason, let token):
            [.pid(from), .pid(to)] + Self.optional(token) + [reason]
        case .monitorP(let from, let to, let reference), .demonitorP(let from, let to, let reference):
            [.pid(from), to.term, .reference(reference)]
        case .monitorPExit(let from, let to, let reference, let reason):
            [from.term, .pid(to), .reference(reference), reason]
        case .payloadMonitorPExit(let from, let to, let reference):
            [from.term, .pid(to), .reference(reference)]
        case .spawnRequest(let id, let from, let groupLeader, let function, let options, let token):
            [.reference(id), .pid(from), .pid(groupLeader), function.term, .list(options)] + Self.optional(token)
        case .spawnReply(let id, let to, let flags, let result, let token):
            [.reference(id), .pid(to), .integer(flags.rawValue), result.term] + Self.optional(token)
        }
    }

    /// "Unused is kept for backward compatibility": once the cookie, now the empty atom.
    private static let unused = Term.atom("")

    private static func optional(_ token: Term?) -> [Term] { token.map { [$0] } ?? [] }

    private static func integer(_ value: UInt64) -> Term {
        if let small = Int(exactly: value) { return .integer(small) }
        let bytes = (UInt64(0)..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        return .bigInteger(BigInteger(isNegative: false, magnitude: bytes))
    }
}

extension FunctionName {
    fileprivate var term: Term { .tuple([.atom(module), .atom(function), .integer(arity)]) }
}

extension SpawnResult {
    fileprivate var term: Term {
        switch self {
        case .spawned(let pid): .pid(pid)
        case .failed(let reason): .atom(reason)
        }
    }
}
