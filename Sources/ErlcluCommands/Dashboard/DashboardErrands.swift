import ByteTransport
import ClusterAdmin
import Dashboard
import Diagnosis
import ErlangNode
import ErlangTerm
import HandshakeTrace
import Presentation
import ReleaseFiles

/// What the dashboard asks of nodes besides the watch of its members: each errand is a task, and what comes of it is a
/// message.
@LoopActor
final class DashboardErrands {
    typealias Errand = DashboardSource.Errand

    /// An examination or an expression has so long; nobody waits at a screen for more.
    static let limit = Duration.seconds(20)
    /// Connections at a time for what a person asks of many nodes.
    private static let mostWays = 64
    /// Of what an expression writes, and of its value, so much is kept, in bytes.
    private static let keptText = 32 << 10

    let run: CommandRun
    let settings: NodeSettings
    /// The node that the members are watched through.
    var entry: any Administration
    private let messages: EventQueue<DashboardMessage>
    /// Another cluster is shown: what comes of this one does not count.
    private var isOver = false
    /// Another cluster is looked at for the time being.
    private var isResting = false
    private var traces: [any HandshakeTracing] = []
    /// Counts the traces: what comes of one that has been replaced does not count.
    private var traceNumber = 0
    /// The node that is asked for its status, and a count that changes whenever another one is.
    private var inspected: (node: String, number: Int)?
    private var inspections = 0
    /// Counts the times that certificates were asked for, or no more.
    private var certificateLooks = 0
    private var certificateWakes = EventQueue<Void>(limit: 4)
    private var wakes = EventQueue<Void>(limit: 4)
    /// Counts examinations: only the last one counts.
    private var examinations = 0
    private var isExamining = false
    /// Between two questions for a status.
    var interval = Duration.seconds(2)

    init(
        _ entry: any Administration, _ settings: NodeSettings, _ run: CommandRun,
        _ messages: EventQueue<DashboardMessage>
    ) {
        self.entry = entry
        self.settings = settings
        self.run = run
        self.messages = messages
    }

    /// Another cluster is to be shown: all that goes on here ends.
    func end() {
        isOver = true
        for trace in traces { trace.askForEnd() }
        inspections += 1
        certificateLooks += 1
        inspected = nil
        wakes.push(())
        certificateWakes.push(())
    }

    /// Another cluster is shown, and perhaps this one again: what is asked again and again goes on, and nobody hears of it.
    func rest() {
        isResting = true
        for trace in traces { trace.askForEnd() }
    }

    func goOn() { isResting = false }

    /// What is to be done for an effect, side by side.
    func errands(for effect: DashboardEffect) -> [Errand] {
        // The model has no such effect then; but it may have been made for the cluster before this one.
        if effect.changesNode, settings.mode.value == .readOnly { return [] }
        switch effect {
        case .trace(let nodes): return trace(nodes)
        case .endTrace:
            endTrace()
            return []
        case .examine(let node):
            examinations += 1
            let number = examinations
            return [{ [self] in await examining(number) { await self.examine(node) } }]
        case .examinePair(let pair):
            examinations += 1
            let number = examinations
            return [{ [self] in await examining(number) { await self.examine(pair) } }]
        case .inspect(let node): return inspect(node)
        case .certificates(let isWanted):
            certificateLooks += 1
            certificateWakes.push(())
            let number = certificateLooks
            return isWanted ? [{ [self] in await lookAtCertificates(number) }] : []
        case .evaluate(let number, let expression, let nodes):
            let waiting = WaitingNodes(nodes)
            return (0..<min(nodes.count, Self.mostWays)).map { _ in
                { [self] in while let node = waiting.next() { await evaluate(number, expression, on: node) } }
            }
        case .askWhoIsKnown(let names): return [{ [self] in await askWhoIsKnown(names) }]
        case .control(let control, let node): return [{ [self] in await self.control(control, node) }]
        case .disconnect(let pair): return [{ [self] in await disconnect(pair) }]
        default: return []
        }
    }

    func send(_ message: DashboardMessage, isVital: Bool = false) {
        if !isOver, !isResting { messages.push(message, isVital: isVital) }
    }

    /// A connection of its own to a node, which is closed when the errand is over.
    func open(_ node: String) throws(CommandFailure) -> any Administration {
        if let reason = unreached(node) {
            throw .configuration(message: reason, remedy: "give its own daemon with --ssh, or use distribution")
        }
        return try run.open(node, settings.holding(for: node), until: .now + Self.limit)
    }

    /// Why a node has no way of its own: an SSH daemon is that of one node.
    func unreached(_ node: String) -> String? {
        guard settings.transport.value == .ssh, let ssh = settings.ssh?.value, entry.node.contains("@"),
            node != entry.node, !settings.nodes.value.contains(node)
        else { return nil }
        return "SSH (\(ssh)) leads to \(entry.node) and to no other node: \(node) is not asked"
    }

    // MARK: traces

    /// Where none runs, or one that has been asked for has not begun, there is nothing to wait for.
    private func endTrace() {
        for trace in traces { trace.askForEnd() }
        guard traces.isEmpty else { return }
        traceNumber += 1
        send(.traceEnded(nil), isVital: true)
    }

    private func trace(_ nodes: [String]?) -> [Errand] {
        for trace in traces { trace.askForEnd() }
        traces = []
        traceNumber += 1
        let number = traceNumber
        return [{ [self] in await trace(nodes, number) }]
    }

    private func trace(_ nodes: [String]?, _ number: Int) async {
        guard traceNumber == number else { return }
        var ways: [any Administration] = []
        defer { for way in ways { way.close() } }
        var why: String?
        // The connection of the watch carries the trace of all as well.
        let asked = nodes ?? []
        for node in asked.dropFirst(Self.mostWays) {
            send(.untraced(node: node, reason: "no more than \(Self.mostWays) nodes are traced that are named"))
        }
        for node in asked.prefix(Self.mostWays) {
            do throws(CommandFailure) { ways.append(try open(node)) } catch {
                why = error.items.first?.message
                send(.untraced(node: node, reason: why ?? "it cannot be dialled"))
            }
        }
        let request = TraceRequest(includesMembers: nodes == nil)
        let begun = (nodes == nil ? [entry] : ways).map { way in
            way.traceDistribution(request, readCertificate: CommandRun.certificate) { [weak self] event in
                guard let self, traceNumber == number else { return }
                for message in Self.messages(event) { send(message) }
            }
        }
        traces = begun
        let nodesOfTraces = nodes == nil ? [entry.node] : ways.map(\.node)
        let isEnded = await withTaskGroup(of: String?.self) { group in
            for (trace, node) in zip(begun, nodesOfTraces) {
                let child: @LoopActor @Sendable () async -> String? = { [weak self] in
                    let reason = await Self.end(of: trace)
                    if let self, let reason, traceNumber == number { send(.untraced(node: node, reason: reason)) }
                    return reason
                }
                group.addTask(operation: child)
            }
            var isEnded = false
            for await reason in group {
                why = why ?? reason
                if reason == nil { isEnded = true }
            }
            return isEnded
        }
        guard traceNumber == number else { return }
        traces = []
        // Where one went on until it was to end, what kept others from it has been reported, and is not why.
        send(.traceEnded(isEnded ? nil : why), isVital: true)
    }

    /// - Returns: why it has ended; nil where it was asked to.
    private static func end(of trace: any HandshakeTracing) async -> String? {
        do throws(NodeFailure) {
            guard case .busy(let found) = try await trace.run() else { return nil }
            return DistributionTrace.isBusy(with: found)
        } catch { return Task.isCancelled ? nil : "\(error.code.rawValue): \(error.message)" }
    }

    private static func messages(_ event: DistributionTrace.Event) -> [DashboardMessage] {
        switch event {
        case .began(let facts): [.traceBegan(node: facts.node)]
        case .happened(let event): [.traced(event)]
        case .refused(let node, let reason): [.untraced(node: node, reason: reason)]
        case .interrupted(let node, let reason):
            [.untraced(node: node, reason: "it is interrupted: \(reason)")]
        case .dropped(let node, let count): [.logged("\(node): \(count) events of the trace are missing")]
        case .timeliness: []
        }
    }

    // MARK: one node

    private func askWhoIsKnown(_ names: [String]) async {
        let known: Set<String>?
        do throws(NodeFailure) {
            known = try await entry.ask(FamiliarNamesQuestion(names), until: .now + Self.limit)
        } catch { known = nil }
        send(.familiar(asked: names, known: known), isVital: true)
    }

    /// One at a time: who asks again wants the newest.
    private func examining(_ number: Int, _ visit: () async -> Void) async {
        while isExamining, number == examinations, !Task.isCancelled { await sleep(for: .milliseconds(50)) }
        guard number == examinations, !isOver else { return }
        isExamining = true
        defer { isExamining = false }
        await visit()
    }

    private func inspect(_ node: String?) -> [Errand] {
        inspections += 1
        wakes.push(())
        guard let node else {
            inspected = nil
            return []
        }
        let number = inspections
        inspected = (node, number)
        return [{ [self] in await inspect(node, number) }]
    }

    /// Asks again and again until another node is shown, or none.
    private func inspect(_ node: String, _ number: Int) async {
        let way: any Administration
        do throws(CommandFailure) { way = try open(node) } catch {
            send(.status(node: node, .failure(Self.failure(error, node))))
            return complain(error, node)
        }
        defer { way.close() }
        while inspected?.number == number, !Task.isCancelled {
            let result: Result<NodeStatus, NodeFailure>
            do throws(NodeFailure) {
                result = .success(try await way.ask(StatusQuestion(), until: .now + Self.limit))
            } catch { result = .failure(error) }
            guard inspected?.number == number, !Task.isCancelled else { return }
            send(.status(node: node, result))
            let wakes = EventQueue<Void>(limit: 4)
            self.wakes = wakes
            _ = await wakes.next(until: .now + interval)
        }
    }

    /// A setting may be in the way, and not the node: the screen says so, and does not wait for ever.
    private static func failure(_ failure: CommandFailure, _ node: String) -> NodeFailure {
        if case .node(let failure) = failure { return failure }
        let item = failure.items.first
        return NodeFailure(
            item.flatMap { FailureCode(rawValue: $0.code) } ?? .configuration, stage: .epmd, node: node,
            message: item?.message ?? "\(node) cannot be dialled", remedy: Remedy(item?.remedy ?? ""))
    }

    /// Asks again every minute until somebody else asks, or nobody wants to know.
    private func lookAtCertificates(_ number: Int) async {
        while certificateLooks == number, !Task.isCancelled {
            let result: Result<[NodeCertificate], NodeFailure>
            do throws(NodeFailure) {
                let question = CertificatesQuestion(read: CommandRun.certificate)
                result = .success(try await entry.ask(question, until: .now + Self.limit))
            } catch { result = .failure(error) }
            guard certificateLooks == number, !Task.isCancelled else { return }
            send(.certificates(result))
            let wakes = EventQueue<Void>(limit: 4)
            certificateWakes = wakes
            _ = await wakes.next(until: .now + .seconds(60))
        }
    }

    func complain(_ failure: CommandFailure, _ node: String) {
        guard let item = failure.items.first else { return }
        send(.notice("\(node): \(item.code): \(item.message)"))
    }

    // MARK: expressions

    /// Those whose turn is still to come: each connection that is done with one goes on with the next.
    @LoopActor
    private final class WaitingNodes {
        private var nodes: ArraySlice<String>

        init(_ nodes: [String]) { self.nodes = nodes[...] }

        func next() -> String? { nodes.popFirst() }
    }

    private func evaluate(_ number: Int, _ expression: String, on node: String) async {
        var result = EvaluationResult(number: number, node: node, expression: expression)
        var output: [UInt8] = []
        do throws(CommandFailure) {
            // The screen has the terminal, and a command of its own that asks.
            if settings.mode.value == .protected, let call = NodeStop.find(in: expression) {
                throw .configuration(
                    message: "\(node) is protected (\(settings.mode.origin)), and \(call) would take it down; :stop, "
                        + ":restart and :reboot ask first",
                    remedy: nil)
            }
            let way = try open(node)
            defer { way.close() }
            let request = EvaluationRequest(source: expression, language: run.language ?? .erlang)
            let outcome = try await run.asking { () async throws(NodeFailure) in
                try await way.ask(
                    EvaluationQuestion(request) { bytes in
                        output += bytes.prefix(max(0, Self.keptText - output.count))
                    }, until: .now + Self.limit)
            }
            (result.text, result.isTrouble) = Self.text(outcome, node)
        } catch {
            let item = error.items.first
            result.text = item.map { "\($0.code): \($0.message)" } ?? "it failed"
            result.isTrouble = true
            if case .node(let failure) = error { result.failure = failure }
        }
        result.output = String(decoding: output, as: UTF8.self)
        send(.evaluated(result), isVital: true)
    }

    /// As the node's own shell prints it, cut where nobody reads any more.
    private static func text(_ outcome: EvaluationOutcome, _ node: String) -> (String, isTrouble: Bool) {
        switch outcome {
        case .value(let value):
            var pieces = TermOutput.pretty(value, width: 78, node: node)
            var bytes: [UInt8] = []
            while bytes.count < keptText, let piece = pieces.next() { bytes += piece }
            let isCut = bytes.count > keptText
            return (String(decoding: bytes.prefix(keptText), as: UTF8.self) + (isCut ? " ... (cut)" : ""), false)
        case .text(let text): return (String(text.prefix(keptText)), false)
        case .exception(let text): return (String(text.prefix(keptText)), true)
        case .syntaxError(let line, let column, let message):
            let place = [line, column].compactMap { $0.map { String($0) } }.joined(separator: ":")
            return ("syntax error\(place.isEmpty ? "" : " at \(place)"): \(message)", true)
        case .unavailable(let language): return ("\(language) does not run there", true)
        }
    }
}
