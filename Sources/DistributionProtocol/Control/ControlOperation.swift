/// The operations of control messages with their codes (erl_dist_protocol; DOP_ of erts' `dist.h`).
package enum ControlOperation: Int, CaseIterable, Hashable, Sendable {
    case link = 1
    case send = 2
    case exit = 3
    /// Before UNLINK_ID; OTP 26 and later do not send it.
    case unlink = 4
    case nodeLink = 5
    case regSend = 6
    case groupLeader = 7
    case exit2 = 8
    case sendTT = 12
    case exitTT = 13
    case regSendTT = 16
    case exit2TT = 18
    case monitorP = 19
    case demonitorP = 20
    case monitorPExit = 21
    case sendSender = 22
    case sendSenderTT = 23
    case payloadExit = 24
    case payloadExitTT = 25
    case payloadExit2 = 26
    case payloadExit2TT = 27
    case payloadMonitorPExit = 28
    case spawnRequest = 29
    case spawnRequestTT = 30
    case spawnReply = 31
    case spawnReplyTT = 32
    case aliasSend = 33
    case aliasSendTT = 34
    case unlinkID = 35
    case unlinkIDAck = 36
    case altactSigSend = 37

    /// Elements of the control tuple, the code included. ALTACT_SIG_SEND has one more when its flags say so.
    package var arity: Int {
        switch self {
        case .nodeLink: 1
        case .link, .send, .unlink, .groupLeader, .sendSender, .payloadExit, .payloadExit2, .aliasSend: 3
        case .exit, .regSend, .exit2, .sendTT, .monitorP, .demonitorP, .sendSenderTT, .payloadExitTT: 4
        case .payloadExit2TT, .payloadMonitorPExit, .aliasSendTT, .unlinkID, .unlinkIDAck, .altactSigSend: 4
        case .exitTT, .regSendTT, .exit2TT, .monitorPExit, .spawnReply: 5
        case .spawnRequest, .spawnReplyTT: 6
        case .spawnRequestTT: 7
        }
    }

    /// Whether a second term follows the control tuple: a message, an exit reason, or a spawn's arguments.
    package var hasPayload: Bool {
        switch self {
        case .send, .regSend, .sendTT, .regSendTT, .sendSender, .sendSenderTT, .payloadExit, .payloadExitTT: true
        case .payloadExit2, .payloadExit2TT, .payloadMonitorPExit, .spawnRequest, .spawnRequestTT: true
        case .aliasSend, .aliasSendTT, .altactSigSend: true
        case .link, .exit, .unlink, .nodeLink, .groupLeader, .exit2, .exitTT, .exit2TT, .monitorP: false
        case .demonitorP, .monitorPExit, .spawnReply, .spawnReplyTT, .unlinkID, .unlinkIDAck: false
        }
    }
}
