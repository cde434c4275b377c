import ByteTransport
import Diagnosis
import ErlangNode
import HandshakeTrace

/// Traces the handshakes of some nodes while one is made to dial, so that both sides of it are seen.
@LoopActor
final class HandshakeWatch {
    /// How long a trace may take to be installed; without it less is known, and that is all.
    private static let patience = Duration.seconds(2)
    /// The acceptor may have more to say when the initiator has given up.
    private static let settlingTime = Duration.milliseconds(400)

    /// A busy machine keeps us silent for longer than one thinks; closed connections end the traces at once.
    private static let silence = Duration.seconds(3)

    private var ledger = AttemptLedger(explain: AttemptExplanation.failure)
    /// Wakes whoever waits for the traces to be installed.
    private var changes: EventQueue<Void>?
    private var begun: Set<String> = []
    /// Why nodes are not traced.
    private(set) var refusals: [String: String] = [:]
    /// Nodes whose clocks are known to be wrong, and by how many microseconds they are ahead.
    private let clocks: [String: Int]
    private let readCertificate: NodeTraceReader.CertificateReading
    private let onEvent: (TraceEvent) -> Void

    /// - Parameters:
    ///   - readCertificate: reads a certificate that a trace shows, in DER.
    ///   - clocks: is taken off the times of the node's events, so that both ends of a connection fit together.
    ///   - onEvent: is given what happens while it does.
    init(
        readCertificate: @escaping NodeTraceReader.CertificateReading, clocks: [String: Int] = [:],
        onEvent: @escaping (TraceEvent) -> Void = { _ in }
    ) {
        self.readCertificate = readCertificate
        self.clocks = clocks
        self.onEvent = onEvent
    }

    /// Traces nodes while `body` runs, and somewhat longer. `body` begins when all traces are installed, or cannot be, or
    /// take too long.
    /// - Parameter nodes: each with members that are traced too, through it.
    func during<Answer>(
        _ nodes: [(node: any Administration, members: [String])],
        _ body: () async throws(VisitFailure) -> Answer
    ) async throws(VisitFailure) -> Answer {
        let wanted = Set(nodes.flatMap { $0.members + [$0.node.node] })
        let changes = EventQueue<Void>(limit: 1)
        self.changes = changes
        let result = await withTaskGroup(of: Void.self) { group -> Result<Answer, VisitFailure> in
            defer { group.cancelAll() }
            for (node, members) in nodes {
                let child: @LoopActor @Sendable () async -> Void = { [self] in
                    await follow(node, includesMembers: !members.isEmpty)
                }
                group.addTask(operation: child)
            }
            let end = Instant.now + Self.patience
            while !wanted.isSubset(of: begun.union(refusals.keys)) {
                guard case .value = await changes.next(until: end) else { break }
            }
            do throws(VisitFailure) {
                let answer = try await body()
                await sleep(for: Self.settlingTime)
                return .success(answer)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func follow(_ node: any Administration, includesMembers: Bool) async {
        let name = node.node
        let request = TraceRequest(duration: .seconds(60), includesMembers: includesMembers, silence: Self.silence)
        let trace = node.traceDistribution(
            request, readCertificate: readCertificate
        ) { [weak self] in self?.take($0) }
        do throws(NodeFailure) {
            switch try await trace.run() {
            case .limit: refusals[name] = "its trace is over"
            case .busy(let found):
                refusals[name] = DistributionTrace.isBusy(with: found)
            }
        } catch {
            if !Task.isCancelled { refusals[name] = error.message }
        }
        changes?.push(())
    }

    private func take(_ event: DistributionTrace.Event) {
        switch event {
        case .began(let facts):
            begun.insert(facts.node)
            refusals[facts.node] = nil
        case .happened(var event):
            if case .node(let name) = event.vantage { event.time &-= clocks[name] ?? 0 }
            ledger.add(event)
            onEvent(event)
        case .dropped, .timeliness: break
        case .interrupted(let node, let reason), .refused(let node, let reason): refusals[node] = reason
        }
        changes?.push(())
    }

    /// The last attempt of one node to connect to another, if it was seen.
    func attempt(from: String, to: String) -> ConnectionAttempt? {
        let own = ledger.attempts.filter { $0.initiator.name == from && $0.acceptor.name == to }
        return own.last { !$0.isLook } ?? own.last
    }

    /// Why it failed. Where both dialled at once one attempt gives way, and comes to what the other comes to.
    func failure(from: String, to: String) -> NodeFailure? {
        let own = ownFailure(from: from, to: to)
        guard own == nil || own?.code == .nok || attempt(from: from, to: to)?.isLook == true else { return own }
        return ownFailure(from: to, to: from) ?? own
    }

    private func ownFailure(from: String, to: String) -> NodeFailure? {
        if case .failed(let failure)? = attempt(from: from, to: to)?.result { failure } else { nil }
    }
}

extension ConnectionAttempt {
    /// A node that has failed to connect looks whether the other one listens, and says nothing there. That connection
    /// has no name either, so that the other's end of it may be taken for that of the attempt.
    fileprivate var isLook: Bool {
        if case .failed(let failure) = result {
            failure.code == .protocolViolation && failure.stage == .name
        } else {
            false
        }
    }
}
