import ByteTransport
import DistributionProtocol
import ErlangNode
import ErlangTerm

/// The processes that peers have here. They end with the link that they came by.
final class HostedProcesses {
    private var processes: [PID: HostedProcess] = [:]

    /// So many may be there, and of one link: a tool has one for each question that goes on.
    private static let limit = 1_000
    private static let limitOfLink = 64

    var count: Int { processes.count }

    /// - Returns: nil where there are too many.
    func add(_ pid: PID, on link: NodeConnection, for request: ProgramRequest) -> HostedProcess? {
        guard processes.count < Self.limit, processes.values.count(where: { $0.link === link }) < Self.limitOfLink
        else { return nil }
        let process = HostedProcess(pid, on: link, for: request) { [weak self] in self?.processes[$0.pid] = nil }
        processes[pid] = process
        return process
    }

    /// - Returns: frames to send back; nil for what is meant for nobody here.
    func take(_ message: DistributionMessage, on link: NodeConnection) -> [[UInt8]]? {
        guard let pid = message.control.process, let process = processes[pid], process.link === link else { return nil }
        return process.take(message)
    }
}

extension ControlMessage {
    /// The process that it is for.
    fileprivate var process: PID? {
        switch self {
        case .send(let to, _), .sendSender(_, let to, _), .exit(_, let to, _, _), .payloadExit(_, let to, _),
            .exit2(_, let to, _, _), .payloadExit2(_, let to, _), .link(_, let to), .unlink(_, let to),
            .unlinkID(_, _, let to), .monitorP(_, .pid(let to), _), .demonitorP(_, .pid(let to), _):
            to
        default: nil
        }
    }
}
