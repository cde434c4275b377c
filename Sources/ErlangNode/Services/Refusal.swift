package import DistributionProtocol
package import ErlangTerm

/// What we answer to a request that we do not serve: a caller must not wait for ever.
package enum Refusal {
    /// Frames to send back.
    /// - Parameter isOurs: whether a process lives here.
    package static func replies(to control: ControlMessage, isOurs: (PID) -> Bool) -> [[UInt8]] {
        switch control {
        case .spawnRequest(let id, let from, _, _, _, _):
            [DistributionMessage.frame(.spawnReply(id: id, to: from, flags: [], result: .failed("notsup")))]
        case .monitorP(_, .pid(let to), _) where isOurs(to):
            []
        case .monitorP(let from, let to, let reference):
            [
                DistributionMessage.frame(
                    .payloadMonitorPExit(from: to, to: from, reference: reference), payload: .atom("noproc"))
            ]
        case .link(let from, let to) where !isOurs(to):
            [DistributionMessage.frame(.payloadExit(from: to, to: from), payload: .atom("noproc"))]
        case .unlinkID(let id, let from, let to):
            [DistributionMessage.frame(.unlinkIDAck(id: id, from: to, to: from))]
        default: []
        }
    }
}
