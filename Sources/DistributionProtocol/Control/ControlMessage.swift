package import ErlangTerm

/// A control message (erl_dist_protocol, "Protocol between Connected Nodes"), without its payload.
///
/// `token` is a seq_trace token: with one, the message goes out under the code ending in TT.
package enum ControlMessage: Hashable, Sendable {
    case link(from: PID, to: PID)
    case unlink(from: PID, to: PID)
    case nodeLink
    /// `id` pairs the acknowledgement with the request; 1 to 2^64-1.
    case unlinkID(id: UInt64, from: PID, to: PID)
    case unlinkIDAck(id: UInt64, from: PID, to: PID)

    /// Payload: the message.
    case send(to: PID, token: Term? = nil)
    /// Payload: the message.
    case sendSender(from: PID, to: PID, token: Term? = nil)
    /// Payload: the message.
    case regSend(from: PID, to: Atom, token: Term? = nil)
    /// Payload: the message.
    case aliasSend(from: PID, alias: Reference, token: Term? = nil)
    /// A message or, with the flag EXIT, an exit signal; payload: message or reason.
    case altactSigSend(flags: AltactFlags, from: PID, to: ProcessAddress, token: Term? = nil)

    /// A link breaks because `from` ended.
    case exit(from: PID, to: PID, reason: Term, token: Term? = nil)
    /// Payload: the reason.
    case payloadExit(from: PID, to: PID, token: Term? = nil)
    /// `exit/2` was called.
    case exit2(from: PID, to: PID, reason: Term, token: Term? = nil)
    /// Payload: the reason.
    case payloadExit2(from: PID, to: PID, token: Term? = nil)
    case groupLeader(from: PID, to: PID)

    case monitorP(from: PID, to: ProcessAddress, reference: Reference)
    case demonitorP(from: PID, to: ProcessAddress, reference: Reference)
    case monitorPExit(from: ProcessAddress, to: PID, reference: Reference, reason: Term)
    /// Payload: the reason.
    case payloadMonitorPExit(from: ProcessAddress, to: PID, reference: Reference)

    /// Payload: the list of arguments. `options` are those of `spawn_request/5` that the receiver sees: `link`,
    /// `monitor`, `{monitor, _}`, process options.
    case spawnRequest(
        id: Reference, from: PID, groupLeader: PID, function: FunctionName, options: [Term], token: Term? = nil)
    /// `result` is the new pid, or the reason for which there is none.
    case spawnReply(id: Reference, to: PID, flags: SpawnReplyFlags, result: SpawnResult, token: Term? = nil)

    /// The code under which it goes out.
    package var operation: ControlOperation {
        switch self {
        case .link: .link
        case .unlink: .unlink
        case .nodeLink: .nodeLink
        case .unlinkID: .unlinkID
        case .unlinkIDAck: .unlinkIDAck
        case .send(_, let token): token == nil ? .send : .sendTT
        case .sendSender(_, _, let token): token == nil ? .sendSender : .sendSenderTT
        case .regSend(_, _, let token): token == nil ? .regSend : .regSendTT
        case .aliasSend(_, _, let token): token == nil ? .aliasSend : .aliasSendTT
        case .altactSigSend: .altactSigSend
        case .exit(_, _, _, let token): token == nil ? .exit : .exitTT
        case .payloadExit(_, _, let token): token == nil ? .payloadExit : .payloadExitTT
        case .exit2(_, _, _, let token): token == nil ? .exit2 : .exit2TT
        case .payloadExit2(_, _, let token): token == nil ? .payloadExit2 : .payloadExit2TT
        case .groupLeader: .groupLeader
        case .monitorP: .monitorP
        case .demonitorP: .demonitorP
        case .monitorPExit: .monitorPExit
        case .payloadMonitorPExit: .payloadMonitorPExit
        case .spawnRequest(_, _, _, _, _, let token): token == nil ? .spawnRequest : .spawnRequestTT
        case .spawnReply(_, _, _, _, let token): token == nil ? .spawnReply : .spawnReplyTT
        }
    }
}

/// Whether the spawned process is linked to and monitored by the one that asked.
package struct SpawnReplyFlags: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let link = SpawnReplyFlags(rawValue: 1)
    package static let monitor = SpawnReplyFlags(rawValue: 2)
}

/// What came of a spawn request.
package enum SpawnResult: Hashable, Sendable {
    case spawned(PID)
    case failed(Atom)
}

/// What an ALTACT_SIG_SEND is (OTP 28 and later; ERTS_DOP_ALTACT_SIG_FLG_ of erts' `dist.h`). Unknown bits are kept.
package struct AltactFlags: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let priority = AltactFlags(rawValue: 1)
    /// A seq_trace token is the fifth element.
    package static let token = AltactFlags(rawValue: 2)
    package static let alias = AltactFlags(rawValue: 4)
    package static let name = AltactFlags(rawValue: 8)
    /// The payload is an exit reason, not a message.
    package static let exit = AltactFlags(rawValue: 16)
}
