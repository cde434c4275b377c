import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import Glibc
import HandshakeTrace
import Presentation
import TLSTransport

/// The numbers of a trace, as the help has them.
enum TraceRequestWords {
    static var rate: Int { TraceRequest.usualRate }
}

/// Traces nodes until a limit or a signal ends it.
final class LiveTrace {
    private static let settleInterval = Duration.milliseconds(100)
    /// How long nodes may take to report what they have when a trace is interrupted.
    private static let endInterval = Duration.milliseconds(500)

    private let run: CommandRun
    private let report: TraceReport
    private let recording: OutputFile?
    private let eventLimit: Int?
    private let request: TraceRequest
    private var isOneOfSeveral = false
    private var hasBegun: Set<String> = []
    private var statuses: [ExitStatus] = []
    /// The first that came.
    private var signal: Int32?
    /// Nothing more is wanted: nobody reads, or there are as many events as were asked for.
    private var isDone = false
    private var wakes: EventQueue<Wake>?

    private enum Wake {
        case signal
        case done
    }

    init(_ run: CommandRun, _ report: TraceReport) throws(CommandFailure) {
        self.run = run
        self.report = report
        recording = try run.options.value(.record).map { (path) throws(CommandFailure) in
            try OutputFile(path, on: run.context.loop)
        }
        if let text = run.options.value(.max) {
            guard let limit = Int(text), limit > 0 else {
                throw .usage(
                    .invalidValue(place: "--max", value: text, expected: "a number of events", suggestion: nil))
            }
            eventLimit = limit
        } else {
            eventLimit = nil
        }
        let duration = run.options.value(.for).flatMap { DurationSyntax($0) }.map(\.duration)
        // A filter shows only a part of what the node passes on.
        let isFiltered = run.options.contains(.failures) || run.options.contains(.peer)
        let messages = isFiltered ? nil : eventLimit.map { min($0, 100_000) * 4 + 200 }
        request = TraceRequest(
            duration: duration ?? nil, messages: messages ?? TraceRequest.usualMessages,
            includesMembers: run.options.contains(.all), silence: try Self.silence(run.options.value(.silence)))
    }

    private static func silence(_ text: String?) throws(CommandFailure) -> Duration {
        guard let text else { return TraceRequest.usualSilence }
        guard let duration = DurationSyntax(text)?.duration, TraceRequest.silences.contains(duration) else {
            throw .usage(
                .invalidValue(place: "--silence", value: text, expected: "a time from 1s to 60s", suggestion: nil))
        }
        return duration
    }

    @LoopActor
    func attend() async throws(CommandFailure) -> ExitStatus {
        let nodes = try run.namedNodes()
        let loop = LoopActor.loop
        isOneOfSeveral = nodes.count > 1
        report.lines.printsSide = isOneOfSeveral || request.includesMembers
        let wakes = EventQueue<Wake>(limit: 16)
        self.wakes = wakes
        let signals = try? SignalSource([SIGINT, SIGTERM], on: loop) { [weak self] in
            self?.signal = self?.signal ?? $0
            self?.recording?.hurry()
            wakes.push(.signal)
        }
        defer {
            signals?.cancel()
            for node in nodes { node.close() }
        }
        run.results.watchReader()
        await follow(nodes, wakes)
        report.finish()
        await recording?.finish(isHurried: signal != nil)
        if !run.isQuiet, !hasBegun.isEmpty { run.say("\(report.tally.words)\n") }
        if let fault = recording?.fault { throw .output("\(fault); the recording ends early") }
        return status
    }

    /// Traces all of them until their ends, or until somebody wants no more.
    @LoopActor
    private func follow(_ nodes: [any Administration], _ wakes: EventQueue<Wake>) async {
        let traces = nodes.map { node in
            node.traceDistribution(request, readCertificate: CommandRun.certificate) { [weak self] in self?.take($0) }
        }
        await withTaskGroup(of: Bool.self) { group in
            for (node, trace) in zip(nodes, traces) {
                let name = node.node
                let child: @LoopActor @Sendable () async -> Bool = { [self] in
                    await follow(trace, of: name)
                    return true
                }
                group.addTask(operation: child)
            }
            let attendant: @LoopActor @Sendable () async -> Bool = { [self] in
                await wait(for: traces, wakes)
                return false
            }
            group.addTask(operation: attendant)
            var open = traces.count
            for await isTrace in group {
                if isTrace { open -= 1 }
                guard open == 0 || !isTrace else { continue }
                isDone = true
                group.cancelAll()
            }
        }
    }

    @LoopActor
    private func follow(_ trace: any HandshakeTracing, of node: String) async {
        do throws(NodeFailure) {
            over(try await trace.run(), of: node)
        } catch {
            if !Task.isCancelled { failed(.node(error)) }
        }
    }

    /// Shows what is due, and returns when nothing more is wanted.
    @LoopActor
    private func wait(for traces: [any HandshakeTracing], _ wakes: EventQueue<Wake>) async {
        while true {
            switch await wakes.next(until: .now + Self.settleInterval) {
            case .cancelled, .value(.done): return
            case .value(.signal): return await awaitEnds(of: traces, wakes)
            case .deadline:
                report.settle(at: run.context.time())
                // Nobody reads any more, or the recording cannot go on.
                if run.results.hasFailed || recording?.fault != nil { return }
            }
        }
    }

    /// Lets the nodes report what they saw last, and how much of it they dropped. A second signal ends that at once.
    @LoopActor
    private func awaitEnds(of traces: [any HandshakeTracing], _ wakes: EventQueue<Wake>) async {
        for trace in traces { trace.askForEnd() }
        if case .deadline = await wakes.next(until: .now + Self.endInterval) {
            run.warn("the last events may be missing: a node did not send them in time")
        }
    }

    private var status: ExitStatus {
        if let signal { return ExitStatus(signal: signal) }
        guard let first = statuses.first else { return .done }
        return statuses.allSatisfy { $0 == first } ? first : .partial
    }

    @LoopActor
    private func take(_ event: DistributionTrace.Event) {
        // What came with the last one that was asked for.
        guard !isDone else { return }
        switch event {
        case .began(let facts): began(facts)
        case .happened(let event):
            recording?.add(event.document.line)
            report.add(event, at: run.context.time())
            if let eventLimit, report.shown >= eventLimit {
                isDone = true
                wakes?.push(.done)
            }
        case .dropped(let name, let count):
            run.warn(
                "\(name): \(count) events are missing: more in a second than the trace passes on or we took, or older "
                    + "than 5 s when the node came to them")
        case .timeliness(let name, let remark): run.warn("\(name): \(Self.words(remark))")
        case .interrupted(let name, let reason): run.warn("\(name): the trace is interrupted: \(reason)")
        case .refused(let name, let reason): run.warn("\(name) is not traced: \(reason)")
        }
    }

    private static func words(_ remark: TraceTimeliness.Remark) -> String {
        func seconds(_ microseconds: Int) -> Int { (microseconds + 500_000) / 1_000_000 }
        return switch remark {
        case .behind(let lag): "its trace is \(seconds(lag)) s behind: the node, or the way to it, is busy"
        case .inTime: "its trace is in time again"
        case .silent(let time):
            "nothing has come for \(seconds(time)) s, not even a sign of life: the node, or the way to it, stands still"
        case .heardAgain(let time): "it is heard again, after \(seconds(time)) s"
        }
    }

    private func began(_ facts: NodeTraceFacts) {
        guard !run.isQuiet else { return }
        let again = hasBegun.insert(facts.node).inserted ? "" : " again"
        let otp = "OTP \(facts.otpRelease)"
        let way =
            switch facts.way {
            case .session: "\(otp), in a trace session of its own"
            case .legacy: "\(otp), in the trace session that all tracers of the node share"
            case .meta: "\(otp), beside the trace of somebody else"
            case .own: "an erlclud, which reports its own handshakes and links, but no missed ticks"
            }
        run.say("tracing \(facts.node)\(again) (\(way))\n")
    }

    private func over(_ end: DistributionTrace.End, of node: String) {
        switch end {
        case .limit: statuses.append(.done)
        case .busy(let found):
            failed(
                .unavailable(
                    node: node,
                    message:
                        "\(node) is traced by somebody else already, in every way that there is before OTP 27: "
                        + "\(DistributionTrace.words(found)). End that one first; dbg:stop_clear() there ends one of dbg's"
                ))
        }
    }

    private func failed(_ failure: CommandFailure) {
        statuses.append(failure.status)
        run.report(failure, isOneOfSeveral: isOneOfSeveral)
    }
}
