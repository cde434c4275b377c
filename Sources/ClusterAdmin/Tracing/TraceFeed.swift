import ByteTransport
import ErlangNode
import HandshakeTrace

/// Turns what a trace's nodes send into events, and watches whether it comes in time.
@LoopActor
final class TraceFeed {
    /// Nodes that one entry may speak for.
    private static let nodeLimit = 4_096

    private let request: TraceRequest
    private let readCertificate: NodeTraceReader.CertificateReading
    private let onEvent: (DistributionTrace.Event) -> Void
    private var readers: [String: NodeTraceReader] = [:]
    private var timeliness: [String: TraceTimeliness] = [:]
    private var lastListened = 0
    /// Whether the trace has been installed on the entry, ever and since somebody set `hasNews` back.
    private(set) var hasBegun = false
    var hasNews = false
    /// Items that were too many to be read.
    var unread = 0

    init(
        _ request: TraceRequest, readCertificate: @escaping NodeTraceReader.CertificateReading,
        onEvent: @escaping (DistributionTrace.Event) -> Void
    ) {
        self.request = request
        self.readCertificate = readCertificate
        self.onEvent = onEvent
    }

    /// - Parameter isEntry: whether `node` is the one that we are connected to; others speak through it.
    func take(_ item: NodeTraceItem, from node: String, isEntry: Bool) {
        heard(item, from: node)
        switch item {
        case .tracing(_, let facts): began(item, facts, on: node, isEntry: isEntry)
        case .busy(let found):
            onEvent(.refused(node: node, reason: DistributionTrace.isBusy(with: found)))
        case .event, .node: for event in readers[node]?.take(item) ?? [] { onEvent(.happened(event)) }
        case .alive: break
        case .dropped(let count): onEvent(.dropped(node: node, count))
        case .stopped(let why): if !isEntry { stopped(why, onMember: node) }
        case .member(let member, let inner): if isEntry { take(inner, from: member, isEntry: false) }
        case .memberDown(let member, let reason):
            timeliness[member] = nil
            // One that could not be begun at all had nothing to interrupt.
            let isKnown = readers[member] != nil
            guard reason != "normal", reason != "noconnection" || isKnown else { return }
            onEvent(isKnown ? .interrupted(node: member, reason: reason) : .refused(node: member, reason: reason))
        }
        if unread > 0 {
            onEvent(.dropped(node: node, unread))
            unread = 0
        }
    }

    private func began(_ item: NodeTraceItem, _ facts: NodeTraceFacts, on node: String, isEntry: Bool) {
        if readers[node] == nil {
            guard readers.count < Self.nodeLimit else { return }
            readers[node] = NodeTraceReader(node: node, readCertificate: readCertificate)
        }
        if isEntry { (hasBegun, hasNews) = (true, true) }
        // How what it followed went on was not seen.
        _ = readers[node]?.take(item)
        timeliness[node] = TraceTimeliness(at: Self.microseconds)
        onEvent(.began(facts))
    }

    private func stopped(_ why: NodeTraceItem.StopReason, onMember node: String) {
        timeliness[node] = nil
        switch why {
        case .count: onEvent(.refused(node: node, reason: "it has passed on as many events as it may"))
        case .silence: onEvent(.interrupted(node: node, reason: unheard))
        case .time, .asked: break
        }
    }

    /// Why a node ended its trace that heard nothing of us.
    var unheard: String {
        let milliseconds = Int(request.silence / .milliseconds(1))
        return "it heard nothing of us for "
            + (milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms")
    }

    // MARK: in time

    private static var microseconds: Int { Int(Instant.now.nanoseconds / 1_000) }

    private func heard(_ item: NodeTraceItem, from node: String) {
        let stamp: Int? =
            switch item {
            case .event(let time, _, _), .alive(let time): time
            default: nil
            }
        let isLast = if case .alive = item { true } else { false }
        for remark in timeliness[node]?.heard(stamp, isLast: isLast, at: Self.microseconds) ?? [] {
            onEvent(.timeliness(node: node, remark))
        }
    }

    /// Looks for nodes that have not been heard for long. What the members say comes through the entry.
    func listen(_ entry: String) {
        let now = Self.microseconds
        defer { lastListened = now }
        // Nothing was read because this process stood still, or because its output was not taken.
        if now - lastListened > 1_000_000 || LoopActor.loop.outputPressure.isHigh {
            for node in timeliness.keys { timeliness[node]?.excuse(at: now) }
        }
        if let remark = timeliness[entry]?.passed(at: now) { return onEvent(.timeliness(node: entry, remark)) }
        guard timeliness[entry]?.isSilent != true else { return }
        for node in timeliness.keys.sorted() {
            if let remark = timeliness[node]?.passed(at: now) { onEvent(.timeliness(node: node, remark)) }
        }
    }

    /// The trace is over for now: nothing is expected.
    func forgetTimes() { timeliness = [:] }
}
