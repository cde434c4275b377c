import DistributionProtocol
import ErlangNode
import ErlangTerm

/// A process that a peer has spawned here, as long as it takes: who is linked to it and monitors it, and where its items
/// go. Nothing runs in it but this node's own answer.
final class HostedProcess {
    let pid: PID
    let link: NodeConnection
    private let client: PID
    private let tag: [UInt8]
    private var linked: Set<PID> = []
    private var monitors: [(by: PID, reference: Reference)] = []
    private var ended: ((HostedProcess) -> Void)?
    /// Ends with it.
    var program: (any NativeProgram)?
    /// Of its link.
    private var loss: LossObservation?

    /// A peer that asks and takes nothing would fill our memory.
    private static let untakenLimit = 32 << 20
    private static let monitorsLimit = 64

    /// - Parameter ended: is called once.
    init(_ pid: PID, on link: NodeConnection, for request: ProgramRequest, ended: @escaping (HostedProcess) -> Void) {
        self.pid = pid
        self.link = link
        self.ended = ended
        client = request.client
        tag = request.tag
        loss = link.observeLoss { [weak self] _ in self?.forget() }
    }

    var isOver: Bool { ended == nil }

    func emit(_ item: Term) { emit { $0.write(item) } }

    /// - Parameter item: writes one term.
    func emit(writing item: (inout TermEncoder) -> Void) {
        guard !isOver else { return }
        // A node that stops closes its links, and tells nobody.
        guard link.isUp else {
            forget()
            return
        }
        link.send(
            DistributionMessage.frame(.send(to: client)) { encoder in
                encoder.writeBytes([104, 2])  // SMALL_TUPLE_EXT
                encoder.writeBytes(tag)
                item(&encoder)
            })
        if link.pendingOutput > Self.untakenLimit { end(.atom("killed")) }
    }

    /// It is over: whoever is linked to it or monitors it gets to know. Idempotent.
    func end(_ reason: Term = .atom("normal")) {
        guard forget() else { return }
        for (watcher, reference) in monitors {
            link.send(
                DistributionMessage.frame(
                    .payloadMonitorPExit(from: .pid(pid), to: watcher, reference: reference), payload: reason))
        }
        for peer in linked { link.send(DistributionMessage.frame(.payloadExit(from: pid, to: peer), payload: reason)) }
    }

    /// It is over, and nobody is left who would want to know.
    /// - Returns: false where it was over.
    @discardableResult
    func forget() -> Bool {
        guard let ended else { return false }
        self.ended = nil
        // A link outlives many processes.
        loss?.cancel()
        let program = self.program
        self.program = nil
        program?.cancel()
        ended(self)
        return true
    }

    /// Takes what is meant for the process.
    /// - Returns: frames to send back.
    func take(_ message: DistributionMessage) -> [[UInt8]] {
        switch message.control {
        case .send, .sendSender: if let payload = message.payload { program?.take(payload) }
        case .exit2, .payloadExit2: end(.atom("shutdown"))
        case .exit(let from, _, _, _), .payloadExit(let from, _, _):
            if linked.remove(from) != nil { end(.atom("shutdown")) }
        case .link(let from, _): join(from)
        case .unlink(let from, _): linked.remove(from)
        case .unlinkID(let id, let from, _):
            linked.remove(from)
            return [DistributionMessage.frame(.unlinkIDAck(id: id, from: pid, to: from))]
        case .monitorP(let from, _, let reference): watch(from, reference)
        case .demonitorP(_, _, let reference): monitors.removeAll { $0.reference == reference }
        default: break
        }
        return []
    }

    func join(_ peer: PID) { if linked.count < Self.monitorsLimit { linked.insert(peer) } }

    func watch(_ watcher: PID, _ reference: Reference) {
        if monitors.count < Self.monitorsLimit { monitors.append((watcher, reference)) }
    }
}
