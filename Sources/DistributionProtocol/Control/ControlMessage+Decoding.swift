package import ErlangTerm

extension ControlMessage {
    /// Reads a control tuple.
    package init(_ view: TermView) throws(ControlError) {
        guard case .tuple(let elements) = view.kind else { throw .notATuple }
        var iterator = elements.makeIterator()
        guard case .integer(let code) = iterator.next()?.kind else { throw .notATuple }
        guard let operation = ControlOperation(rawValue: code) else { throw .unknownOperation(code) }
        let extra = operation == .altactSigSend ? 1 : 0
        guard (operation.arity...operation.arity + extra).contains(elements.count) else {
            throw .wrongArity(operation, elements.count)
        }
        var fields = ControlFields(operation, rest: iterator)
        self = try Self.read(operation, &fields)
    }

    private static func read(
        _ operation: ControlOperation, _ fields: inout ControlFields
    ) throws(ControlError) -> ControlMessage {
        switch operation {
        case .nodeLink:
            return .nodeLink
        case .link:
            return .link(from: try fields.pid(), to: try fields.pid())
        case .unlink:
            return .unlink(from: try fields.pid(), to: try fields.pid())
        case .groupLeader:
            return .groupLeader(from: try fields.pid(), to: try fields.pid())
        case .unlinkID:
            return .unlinkID(id: try fields.unlinkID(), from: try fields.pid(), to: try fields.pid())
        case .unlinkIDAck:
            return .unlinkIDAck(id: try fields.unlinkID(), from: try fields.pid(), to: try fields.pid())
        case .send, .sendTT, .sendSender, .sendSenderTT, .regSend, .regSendTT, .aliasSend, .aliasSendTT,
            .altactSigSend:
            return try readSend(operation, &fields)
        case .exit, .exitTT, .exit2, .exit2TT, .payloadExit, .payloadExitTT, .payloadExit2, .payloadExit2TT:
            return try readExit(operation, &fields)
        case .monitorP:
            return .monitorP(from: try fields.pid(), to: try fields.process(), reference: try fields.reference())
        case .demonitorP:
            return .demonitorP(from: try fields.pid(), to: try fields.process(), reference: try fields.reference())
        case .monitorPExit:
            return .monitorPExit(
                from: try fields.process(), to: try fields.pid(), reference: try fields.reference(),
                reason: try fields.term())
        case .payloadMonitorPExit:
            return .payloadMonitorPExit(
                from: try fields.process(), to: try fields.pid(), reference: try fields.reference())
        case .spawnRequest, .spawnRequestTT:
            return .spawnRequest(
                id: try fields.reference(), from: try fields.pid(), groupLeader: try fields.pid(),
                function: try fields.function(), options: try fields.list(),
                token: operation == .spawnRequestTT ? try fields.term() : nil)
        case .spawnReply, .spawnReplyTT:
            return .spawnReply(
                id: try fields.reference(), to: try fields.pid(),
                flags: SpawnReplyFlags(rawValue: try fields.integer()), result: try fields.spawnResult(),
                token: operation == .spawnReplyTT ? try fields.term() : nil)
        }
    }

    private static func readSend(
        _ operation: ControlOperation, _ fields: inout ControlFields
    ) throws(ControlError) -> ControlMessage {
        switch operation {
        case .send, .sendTT:
            try fields.skip()
            return .send(to: try fields.pid(), token: operation == .sendTT ? try fields.term() : nil)
        case .sendSender, .sendSenderTT:
            return .sendSender(
                from: try fields.pid(), to: try fields.pid(),
                token: operation == .sendSenderTT ? try fields.term() : nil)
        case .regSend, .regSendTT:
            let from = try fields.pid()
            try fields.skip()
            return .regSend(
                from: from, to: try fields.name(), token: operation == .regSendTT ? try fields.term() : nil)
        case .aliasSend, .aliasSendTT:
            return .aliasSend(
                from: try fields.pid(), alias: try fields.reference(),
                token: operation == .aliasSendTT ? try fields.term() : nil)
        default:
            let flags = AltactFlags(rawValue: try fields.integer())
            return .altactSigSend(
                flags: flags, from: try fields.pid(), to: try fields.process(orAlias: true),
                token: flags.contains(.token) ? try fields.term() : nil)
        }
    }

    private static func readExit(
        _ operation: ControlOperation, _ fields: inout ControlFields
    ) throws(ControlError) -> ControlMessage {
        let (from, to) = (try fields.pid(), try fields.pid())
        let hasToken = [.exitTT, .exit2TT, .payloadExitTT, .payloadExit2TT].contains(operation)
        let token = hasToken ? try fields.term() : nil
        switch operation {
        case .exit, .exitTT: return .exit(from: from, to: to, reason: try fields.term(), token: token)
        case .exit2, .exit2TT: return .exit2(from: from, to: to, reason: try fields.term(), token: token)
        case .payloadExit, .payloadExitTT: return .payloadExit(from: from, to: to, token: token)
        default: return .payloadExit2(from: from, to: to, token: token)
        }
    }
}
